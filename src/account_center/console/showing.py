"""From what the queries found to what the templates print."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from account_center.accounts.types import AccountFacts
from account_center.audit.queries import doer_of, sentence_of
from account_center.audit.types import EventFacts
from account_center.console.labels import label, pill_of
from account_center.console.types import CustomerSheet, Found, Hit, Places, TenantSheet, Verified
from account_center.kit.countries import country_name
from account_center.kit.masking import mask_email, mask_phone
from account_center.plumbing.wording import Explained, explain
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    PartnerSource,
    Party,
    StudentView,
    VerificationView,
)
from account_center.standing.errors import action_name
from account_center.standing.types import Decision, HoldFacts
from account_center.tenants.types import TenantFacts


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of ``look/facts.html``."""

    label: str
    value: str
    kind: str = ""
    help: str = ""
    link: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of ``look/timeline.html``."""

    label: str
    at: datetime | None = None
    text: str = ""
    state: str = "done"


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """A row of a history."""

    id: int
    at: datetime
    text: str
    doer: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What a tenant may not do now, with every reason."""

    name: str
    reasons: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class ShownHold:
    """A hold that was placed and not lifted."""

    id: int
    name: str
    since: datetime
    until: datetime | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class ShownApplication:
    """One attempt to be verified."""

    reference: str
    state: str
    pill: str
    facts: tuple[Fact, ...]
    moments: tuple[Moment, ...]
    refusal: Explained | None


@dataclass(frozen=True, slots=True)
class ShownVerified:
    """As whom a tenant was verified, from when until when, and who decided (2.1.24)."""

    view: VerificationView
    way: str
    change: str
    by: str


@dataclass(frozen=True, slots=True)
class ShownTenant:
    """A tenant's part of the customer's page."""

    tenant: TenantFacts
    state: str
    pill: str
    facts: tuple[Fact, ...]
    verification: tuple[Fact, ...]
    blocked: tuple[ShownDecision, ...]
    allowed: str
    notes: tuple[Explained, ...]
    holds: tuple[ShownHold, ...]
    applications: tuple[ShownApplication, ...]
    raises: tuple[tuple[str, str], ...]
    can_study: bool
    studies: bool
    chain: tuple[ShownVerified, ...]


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A line of the search's result."""

    account: AccountFacts
    kind: str
    state: str
    pill: str
    contacts: str
    tenants: tuple[str, ...]


def country(code: str) -> str:
    """The country's name in the reader's language."""
    return country_name(code, get_language() or "en") if code else ""


def phone_of(e164: str) -> str:
    """The masked phone, or a dash."""
    return mask_phone(e164) if e164 else "—"


def email_of(address: str) -> str:
    """The masked e-mail address, or a dash."""
    return mask_email(address) if address else "—"


def used_of(places: Places | None) -> str:
    """Such as ``2 of 3``."""
    return _("%(used)d of %(allowed)d") % {"used": places.used, "allowed": places.allowed} if places else "—"


def found_words(found: Found) -> str:
    """What was searched for and how much was found; the term itself is not repeated."""
    hits = ngettext("%(hits)d customer", "%(hits)d customers", len(found.hits)) % {"hits": len(found.hits)}
    return _("Searched for %(kind)s: %(hits)s.") % {"kind": label(found.kind), "hits": hits}


def hit(found: Hit) -> ShownHit:
    """An account as the result shows it: masked."""
    account = found.account
    return ShownHit(
        account=account,
        kind=label(account.kind),
        state=label(account.state),
        pill=pill_of(account.state),
        contacts=f"{phone_of(account.phone)} · {email_of(account.email)}",
        tenants=tuple(f"{tenant.name} ({tenant.public_id})" for tenant in found.tenants),
    )


def account_facts(sheet: CustomerSheet) -> tuple[Fact, ...]:
    """The account's lines, masked."""
    account = sheet.account
    return (
        Fact(_("Kind"), label(account.kind)),
        Fact(_("Account name"), account.name),
        Fact(_("State"), label(account.state), kind=pill_of(account.state)),
        Fact(_("Country or region"), country(account.country), help=_("Never changes (registered with the account).")),
        Fact(_("Phone"), phone_of(account.phone)),
        Fact(_("Accounts of this phone"), used_of(sheet.phone)),
        Fact(_("E-mail"), email_of(account.email)),
        Fact(_("Opened at"), moment(account.created_at)),
        Fact(_("Account number"), str(account.id)),
    )


def moment(at: datetime) -> str:
    """A date and time in the installation's time zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def shown_tenant(sheet: TenantSheet, now: datetime) -> ShownTenant:
    """The tenant's part of the page."""
    return ShownTenant(
        tenant=sheet.tenant,
        state=label(sheet.tenant.state),
        pill=pill_of(sheet.tenant.state),
        facts=_tenant_facts(sheet),
        verification=_verification_facts(sheet),
        blocked=tuple(_blocked(one) for one in sheet.decisions if not one.allowed),
        allowed=_(", ").join(action_name(one.action) for one in sheet.decisions if one.allowed),
        notes=tuple(explain(note.code, note.facts) for one in sheet.decisions for note in one.notes),
        holds=tuple(_hold(one, now) for one in sheet.standing.holds),
        applications=tuple(application_facts(one) for one in sheet.applications),
        raises=tuple((one.kind.value.replace("_", "-"), label(one.kind)) for one in sheet.numbers),
        can_study=sheet.verification is not None and sheet.verification.party is Party.PERSON,
        studies=sheet.student is not None,
        # The one that holds stands above; the table is for what there was before, too.
        chain=tuple(_verified(one) for one in sheet.chain) if len(sheet.chain) > 1 else (),
    )


def _verified(one: Verified) -> ShownVerified:
    change = label(one.view.change) if one.view.change else _("First verification")
    return ShownVerified(view=one.view, way=label(one.view.way), change=change, by=one.by or _("without staff"))


def _tenant_facts(sheet: TenantSheet) -> tuple[Fact, ...]:
    tenant = sheet.tenant
    marks = _(", ").join(label(mark) for mark in sorted(tenant.marks))
    return (
        Fact(_("Tenant ID"), tenant.public_id),
        Fact(_("Site"), label(tenant.site)),
        Fact(_("Country or region of the tenant"), country(tenant.country)),
        Fact(_("Business phone"), phone_of(tenant.contact_phone)),
        Fact(_("Tenants of this phone"), used_of(sheet.phone)),
        Fact(_("Business e-mail"), email_of(tenant.contact_email)),
        Fact(_("Activated at"), moment(tenant.activated_at)),
        *([Fact(_("Marks"), marks)] if marks else []),
    )


def _verification_facts(sheet: TenantSheet) -> tuple[Fact, ...]:
    status, held = sheet.standing.verification, sheet.verification
    lines = [
        Fact(_("State"), label(status), kind=pill_of(status)),
        Fact(_("Customer is"), label(sheet.standing.kind)),
    ]
    if held is not None:
        lines += [
            Fact(_("Verified as"), held.name_masked),
            Fact(_("Document"), held.id_masked),
            Fact(_("Way"), label(held.way)),
            Fact(_("Verified at"), moment(held.verified_at), help=held.reference),
            *_source_facts(held.partner),
        ]
    if sheet.student is not None:
        lines.append(_student_fact(sheet.student))
    lines += [Fact(label(one.kind), used_of(Places(one.used, one.allowed)), help=one.masked) for one in sheet.numbers]
    return tuple(lines)


def _source_facts(partner: PartnerSource | None) -> list[Fact]:
    """Where a verification came from that was taken over (2.4.10)."""
    if partner is None:
        return []
    how = _("%(method)s, on %(day)s") % {"method": label(partner.method), "day": partner.verified_on.isoformat()}
    return [
        Fact(_("Verified by"), partner.site.name, help=how),
        Fact(_("That site's number"), partner.reference, help=partner.site.client_id),
    ]


def _student_fact(student: StudentView) -> Fact:
    study, source = student.study, student.site or student.ticket
    until = _("until %(day)s") % {"day": study.until.isoformat()}
    return Fact(_("Student"), f"{study.school}, {label(study.level)}, {until}", help=source)


def _blocked(decision: Decision) -> ShownDecision:
    reasons = tuple(explain(reason.code, reason.facts) for reason in decision.reasons)
    return ShownDecision(action_name(decision.action), reasons)


def _hold(hold: HoldFacts, now: datetime) -> ShownHold:
    counts = hold.since <= now and (hold.until is None or now < hold.until)
    return ShownHold(hold.id, label(hold.reason), hold.since, hold.until, counts)


def application_facts(one: ApplicationView) -> ShownApplication:
    """One attempt, masked."""
    facts = [
        Fact(_("Way"), label(one.way)),
        Fact(_("Name"), one.name_masked),
        Fact(_("Document"), one.id_masked),
        Fact(_("Card"), one.card_masked, help=one.bank_code),
        Fact(_("Phone of the card"), one.phone_masked),
        Fact(_("Face picture"), _("Erased") if one.face_erased else _("Kept until the decision")),
        Fact(_("Reference of the card check"), one.card_reference),
        Fact(_("Reference of the face comparison"), one.face_reference),
    ]
    if one.partner is not None:
        facts[3:] = _source_facts(one.partner)
    if one.transfer is not None:
        facts[3:] = [
            Fact(_("Bank account"), one.transfer.account_masked, help=one.transfer.bank_name or one.bank_code),
            Fact(_("Transfer"), label(one.transfer.state), kind=pill_of(one.transfer.state)),
        ]
    return ShownApplication(
        reference=one.reference,
        state=label(one.state),
        pill=pill_of(one.state),
        facts=tuple(fact for fact in facts if fact.value),
        moments=_moments(one),
        refusal=explain(one.refusal) if one.refusal else None,
    )


def _moments(one: ApplicationView) -> tuple[Moment, ...]:
    first = _("Result received from the partner site") if one.partner else _("Form filled in")
    moments = [Moment(first, one.created_at)]
    if one.confirmed_at:
        moments.append(Moment(_("Phone proven, submitted"), one.confirmed_at))
    if one.decided_at:
        return (*moments, Moment(label(one.state), one.decided_at))
    last = _("Waits for the provider's answer") if one.state is ApplicationState.CHECKING else label(one.state)
    return (*moments, Moment(last, state="now"))


def shown_event(event: EventFacts) -> ShownEvent:
    """A row of the history as a sentence."""
    return ShownEvent(event.id, event.at, sentence_of(event), doer_of(event), event.address, event.name)
