"""What staff do. Each look and each act is an event in the customer's own history, with the reason that was given."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from account_center.accounts import queries as accounts
from account_center.accounts.types import AccountFacts
from account_center.audit.services import check_chain, record
from account_center.audit.types import ChainReport, HistoryPage, Spot, Wanted
from account_center.clients.queries import client_by_id
from account_center.clients.services import set_scopes
from account_center.clients.types import SIGNED_SCOPES
from account_center.console.errors import (
    NamesSentTooOften,
    NobodyToRaiseFor,
    NoPhoneThere,
    SameCountry,
)
from account_center.console.queries import (
    CUSTOMERS,
    customer,
    customer_sheet,
    find_customers,
    history,
)
from account_center.console.rules import HOME_COUNTRY, kept_note
from account_center.console.types import Because, Contacts, CustomerSheet, Found
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY
from account_center.kit.masking import mask_phone
from account_center.kit.phone import parse_phone
from account_center.messaging.services import queue_sms
from account_center.plumbing.limiter import Budget, spend
from account_center.plumbing.moment import one_moment
from account_center.plumbing.work import revive
from account_center.policy.services import lift_networks
from account_center.realname.services.quotas import numbers_behind
from account_center.realname.services.students import end_student_status, give_student_status
from account_center.realname.types import Study
from account_center.signin.services.notices import tell_everywhere
from account_center.signin.types import Change
from account_center.standing.errors import NoSuchHold
from account_center.standing.queries import standing_of
from account_center.standing.services import lift_hold, place_hold
from account_center.standing.types import HoldReason
from account_center.support.services import proposals
from account_center.support.types import LimitTarget, ProposalKind
from account_center.tenants import queries as tenants
from account_center.tenants.services import change_country, require_customer_manager, set_mark
from account_center.tenants.types import TenantFacts, ZoneMark

Facts = Mapping[str, str | int | bool | None]


def look_for_customers(*, actor: Actor, term: str) -> Found:
    """Searches. The event keeps what kind of term it was and how many were found, never the term."""
    with one_moment():
        found = find_customers(term)
    facts = {"kind": found.kind.value, "hits": len(found.hits)}
    record(actor=actor, event="console:customer:searched", facts=facts)
    return found


def look_at_customer(*, actor: Actor, account_id: int) -> CustomerSheet:
    """The customer's page; the customer's history shows who opened it. Raises NoSuchCustomer."""
    with one_moment():
        sheet = customer_sheet(account_id)
    record(actor=actor, event="console:customer:looked_at", account_id=account_id)
    return sheet


def look_at_history(
    *, actor: Actor, account_id: int, wanted: Wanted, before: Spot | None
) -> tuple[AccountFacts, HistoryPage]:
    """A page of the customer's history. Raises NoSuchCustomer."""
    with one_moment():
        found = customer(account_id)
        page = history(account_id, wanted=wanted, before=before)
    record(actor=actor, event="console:history:looked_at", account_id=account_id)
    return found, page


def look_at_contacts(*, actor: Actor, account_id: int, because: Because) -> list[Contacts]:
    """Phone and e-mail in full, for one page. Raises NoSuchCustomer."""
    found = customer(account_id)
    record(actor=actor, event="console:contact:looked_at", account_id=account_id, facts=_reason(because))
    own = Contacts(label=found.name, phone=found.phone, email=found.email)
    return [
        own,
        *(Contacts(one.name, one.contact_phone, one.contact_email) for one in tenants.tenants_of([account_id])),
    ]


def send_names_to_phone(*, actor: Actor, account_id: int, because: Because, now: datetime) -> int:
    """Sends the names of a phone's accounts to that phone (1.45). Returns how many names there are.

    Raises NoSuchCustomer, NoPhoneThere, NamesSentTooOften.
    """
    found = customer(account_id)
    if not found.phone:
        raise NoPhoneThere
    limit = settings.LIMITS.names_to_phone_per_day
    exhausted = spend([Budget("names_to_phone", found.phone, limit, DAY)], now=now)
    if exhausted is not None:
        raise NamesSentTooOften(retry_after=exhausted[1], limit=limit)
    names = [one.name for kind in CUSTOMERS for one in accounts.accounts_by_phone(found.phone, kind=kind)]
    with transaction.atomic():
        _queue_names(found, names)
        facts: Facts = {"phone": mask_phone(found.phone), "names": len(names), **_reason(because)}
        record(actor=actor, event="console:names:sent", account_id=account_id, facts=facts)
    return len(names)


def _queue_names(found: AccountFacts, names: list[str]) -> None:
    with translation.override(found.language):
        text = _(
            "[%(operator)s] You asked us for the accounts of this phone number: %(names)s. If you did not ask, do nothing."
        )
        said = text % {"operator": settings.OPERATOR, "names": _(", ").join(names)}
        country = parse_phone(found.phone, country=HOME_COUNTRY).country
        queue_sms(to=found.phone, country=country, text=said, purpose="account_names")


def note_look_at_application(*, actor: Actor, owner_id: int) -> None:
    """The history of the customer shows who looked at an application of his. To be noted before it is shown."""
    record(actor=actor, event="console:customer:looked_at", account_id=owner_id)


def propose_reopening(*, actor: Actor, reference: str, because: Because, key: UUID, now: datetime) -> None:
    """A reviewer proposes to take a refused application up again. Raises what ``proposals.propose_reopening`` raises."""
    reason, note = because.reason.value, kept_note(because.note)
    proposals.propose_reopening(actor=actor, reference=reference, reason=reason, note=note, key=key, now=now)


def propose_lifting(*, actor: Actor, hold_id: int, because: Because, key: UUID, now: datetime) -> None:
    """A reviewer proposes to lift a legal hold. Raises what ``proposals.propose_lifting`` raises."""
    reason, note = because.reason.value, kept_note(because.note)
    proposals.propose_lifting(actor=actor, hold_id=hold_id, reason=reason, note=note, key=key, now=now)


def limit_of_phone(account: AccountFacts, kind: ProposalKind) -> LimitTarget:
    """The limit of the account's phone. Raises NoPhoneThere."""
    if not account.phone:
        raise NoPhoneThere
    return proposals.limit_of_phone(account, kind)


def limit_of_number(tenant: TenantFacts, kind: ProposalKind) -> LimitTarget:
    """The limit of what the tenant's newest verification is counted by. Raises NobodyToRaiseFor."""
    for one in numbers_behind(tenant.id):
        if one.kind.value == kind.value:
            digest, owner = one.digest.hex(), tenant.owner_id
            return LimitTarget(kind, digest, one.masked, owner, tenant.id, one.used, one.allowed)
    raise NobodyToRaiseFor


def propose_limit(
    *, actor: Actor, target: LimitTarget, allowed: int, because: Because, key: UUID, now: datetime, ticket: str = ""
) -> None:
    """A customer manager proposes a higher limit (2.1.22, 3.1.15, 1.8); a colleague has to agree.

    Raises OnlyCustomerManagers, NotARaise, ProposalUnderWay, OwnCase.
    """
    reason, note = because.reason.value, kept_note(because.note)
    proposals.propose_limit(
        actor=actor, target=target, allowed=allowed, reason=reason, note=note, key=key, now=now, ticket=ticket
    )


@transaction.atomic
def change_tenant_country(*, actor: Actor, tenant: TenantFacts, country: str, proof: str, because: Because) -> None:
    """A customer manager changes the tenant's country on proof; the ID account keeps its own (1.7).

    Raises SameCountry, OnlyCustomerManagers, CountryNeedsProof.
    """
    if country == tenant.country:
        raise SameCountry(field="country")
    change_country(actor=actor, tenant_id=tenant.id, country=country, proof=kept_note(proof))
    _record_act(actor, "console:country:explained", tenant, {"country": country, **_reason(because)})


@transaction.atomic
def lift_tenant_networks(*, actor: Actor, tenant: TenantFacts, proof: str, because: Because, now: datetime) -> None:
    """A customer manager takes away the list of networks, on proof (1.23); the owner is told on every channel.

    Without a list nothing happens. Raises OnlyCustomerManagers.
    """
    owner = customer(tenant.owner_id)
    if lift_networks(actor=actor, tenant_id=tenant.id, proof=kept_note(proof), now=now):
        _record_act(actor, "console:networks:explained", tenant, _reason(because))
        tell_everywhere(owner, Change.POLICY)


@transaction.atomic
def hold_tenant(
    *, actor: Actor, tenant: TenantFacts, reason: HoldReason, until: datetime | None, because: Because, now: datetime
) -> None:
    """Freezes or restricts a tenant (1.39, 1.40). Raises HoldEndsBeforeItBegins."""
    place_hold(actor=actor, tenant_id=tenant.id, reason=reason, until=until, note=_sentence(because), now=now)
    _record_act(actor, "console:hold:explained", tenant, {"hold": reason.value, **_reason(because)})


@transaction.atomic
def release_tenant(*, actor: Actor, tenant: TenantFacts, hold_id: int, because: Because, now: datetime) -> None:
    """Lifts one hold of this tenant. Raises NoSuchHold, HoldAlreadyLifted."""
    if all(hold.id != hold_id for hold in standing_of(tenant.id).holds):
        raise NoSuchHold
    lift_hold(actor=actor, hold_id=hold_id, note=_sentence(because), now=now)
    _record_act(actor, "console:hold:explained", tenant, {"hold": str(hold_id), **_reason(because)})


@transaction.atomic
def stop_trusting(*, actor: Actor, client_id: str, because: Because, now: datetime) -> None:
    """Takes from a site the right to send anything about customers; its other rights stay (2.4.10).

    Raises OnlyCustomerManagers, NoSuchClient.
    """
    require_customer_manager(actor)
    client = client_by_id(client_id)
    left = client.scopes - SIGNED_SCOPES if client else frozenset()
    changed = set_scopes(actor=actor, client_id=client_id, scopes=left, now=now)
    facts = {"client": client_id, "scopes": " ".join(sorted(changed.scopes)), **_reason(because)}
    record(actor=actor, event="clients:scopes:changed", facts=facts)


def give_student(*, actor: Actor, tenant: TenantFacts, study: Study, ticket: str, evidence: str, now: datetime) -> None:
    """Gives a student status on a ticket's proof (2.1.16). Raises what ``give_student_status`` raises."""
    give_student_status(actor=actor, tenant=tenant, study=study, ticket=ticket, evidence=kept_note(evidence), now=now)


def end_student(*, actor: Actor, tenant: TenantFacts, because: Because, now: datetime) -> None:
    """Takes it back; the owner reads the note. Raises NoStudentStatus."""
    end_student_status(actor=actor, tenant=tenant, because=kept_note(because.note), now=now)


def mark_tenant(*, actor: Actor, tenant: TenantFacts, mark: ZoneMark, present: bool, because: Because) -> None:
    """Marks a tenant, or takes a mark off (2.1.23). Raises OnlyCustomerManagers."""
    set_mark(actor=actor, tenant_id=tenant.id, mark=mark, present=present, reason=_sentence(because))


def check_event_chain(*, actor: Actor) -> ChainReport:
    """Reads all events again; that it was asked for is an event too."""
    report = check_chain()
    record(actor=actor, event="console:chain:checked", facts={"events": report.events, "broken": report.broken})
    return report


@transaction.atomic
def revive_job(*, actor: Actor, job_id: int) -> bool:
    """Lets a given-up job run again; False if it is not given up any more."""
    done = revive(job_id)
    if done:
        record(actor=actor, event="console:job:revived", facts={"job": job_id})
    return done


def _record_act(actor: Actor, event: str, tenant: TenantFacts, facts: Facts) -> None:
    record(actor=actor, event=event, account_id=tenant.owner_id, tenant_id=tenant.id, facts=facts)


def _reason(because: Because) -> dict[str, str]:
    return {"reason": because.reason.value, "note": kept_note(because.note)}


def _sentence(because: Because) -> str:
    return f"{because.reason.value}: {kept_note(because.note)}"
