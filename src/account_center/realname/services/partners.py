"""Taking over what a trusted partner site verified (2.4.10): with the customer's agreement, by our own rules, once."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.refused import Refused
from account_center.plumbing.quota import has_place, places
from account_center.plumbing.work import enqueue
from account_center.realname.errors import ExpiredDocument, OrganisationFull, PersonFull, ScanOtherDocument, TooYoung
from account_center.realname.models import (
    OPEN_STATES,
    Agreement,
    Application,
    OrganisationQuota,
    PartnerVerification,
    PersonQuota,
    Subject,
    Verification,
)
from account_center.realname.partner_errors import (
    KindMissing,
    NoAgreement,
    OtherContent,
    SiteNotTrusted,
    TenantBusy,
    TooManyWrongCodes,
    VerifiedAsAnother,
    VerifiedInFuture,
    VerifiedThere,
)
from account_center.realname.partner_rules import judge_partner
from account_center.realname.rules import full_years
from account_center.realname.services.agreements import note_refusal, require_agreement, use_agreement
from account_center.realname.services.applications import drop_draft, new_reference
from account_center.realname.services.claims import MAINLAND, read_scan_claim
from account_center.realname.services.quotas import take_places
from account_center.realname.services.settling import approve
from account_center.realname.services.telling import note_standing
from account_center.realname.subjects import (
    document_digest,
    keep_document_subject,
    keep_organisation,
    keep_subject,
    organisation_digest,
    person_digest,
)
from account_center.realname.types import (
    ApplicationState,
    DocumentClaim,
    Obstacle,
    OrganisationClaim,
    PartnerAnswer,
    PartnerFacts,
    PartnerResult,
    Party,
    PersonClaim,
    Purpose,
    Told,
    TrustedSite,
    Way,
)
from account_center.standing.types import VerificationStatus
from account_center.tenants.types import TenantFacts

Claim = PersonClaim | DocumentClaim | OrganisationClaim


def read_resident(*, name: str, number: str, now: datetime) -> tuple[PersonClaim | None, list[Refused]]:
    """The claim of a person with a resident identity card, or every refusal, each naming its field."""
    claim, wrong = read_scan_claim(name=name, id_number=number, now=now)
    return claim, [_of_a_report(one) for one in wrong]


def _of_a_report(refusal: Refused) -> Refused:
    if isinstance(refusal, ScanOtherDocument):
        return KindMissing(field="number", document=refusal.facts.get("document", ""))
    if refusal.field == "id_number":
        refusal.field = "number"
    return refusal


def take_result(*, actor: Actor, result: PartnerResult, now: datetime) -> tuple[PartnerAnswer | None, list[Refused]]:
    """Verifies the tenant by a partner site's result; or every refusal, and then nothing is kept and the agreement stays.

    A person at once; an organisation when the register was asked. The same reference with the same content finds what
    the first one made. Raises OtherContent, NoAgreement, TooManyWrongCodes.
    """
    before = _answered(result.told)
    if before is not None:
        return before, []
    try:
        return _take_new(actor, result, now=now)
    except (IntegrityError, Refused) as faster:  # a twin of this very result, or another way of the customer
        twin = _answered(result.told)
        if twin is not None:
            return twin, []
        if isinstance(faster, NoAgreement | TooManyWrongCodes | SiteNotTrusted):
            raise
        return None, [faster if isinstance(faster, Refused) else TenantBusy()]


def _take_new(actor: Actor, result: PartnerResult, *, now: datetime) -> tuple[PartnerAnswer | None, list[Refused]]:
    tenant, agreement = require_agreement(result.told, purpose=Purpose.VERIFICATION, now=now)
    wrong = _refusals(result, tenant.id, now=now)
    twin = _answered(result.told) if wrong else None  # which may be what stands in the way
    if wrong and twin is None:
        note_refusal(actor=actor, told=result.told, tenant=tenant, row=agreement, refusal=wrong[0], now=now)
        return None, wrong
    with transaction.atomic():
        return twin or _take(actor, result, tenant, agreement, now=now), []


def result_of(*, site: TrustedSite, reference: str) -> PartnerAnswer | None:
    """How far a result of this site is; None if none was taken under this reference."""
    row = _row(site, reference)
    return _answer(row.application) if row else None


def _row(site: TrustedSite, reference: str) -> PartnerVerification | None:
    rows = PartnerVerification.objects.select_related("application")
    return rows.filter(client=site.client_id, reference=reference).first()


def _answered(told: Told) -> PartnerAnswer | None:
    row = _row(told.site, told.reference)
    if row is None:
        return None
    if bytes(row.content) != told.content:
        raise OtherContent(field="reference", reference=told.reference)
    return _answer(row.application)


def _answer(row: Application) -> PartnerAnswer:
    return PartnerAnswer(row.reference, ApplicationState(row.state), row.refusal)


def _take(
    actor: Actor, result: PartnerResult, tenant: TenantFacts, agreement: Agreement, *, now: datetime
) -> PartnerAnswer:
    drop_draft(tenant.id, now=now)
    row = _create(result, tenant, agreement, now=now)
    # From here on no other application of the tenant can be open, so what is judged now stays true.
    wrong = _refusals(result, tenant.id, but=row.pk, now=now)
    if wrong:
        raise wrong[0]
    use_agreement(agreement, now=now)
    _keep_source(row, result, agreement, now=now)
    take_places(row)
    _note(actor, row, result, tenant)
    if result.party is Party.PERSON:
        approve(row, now=now, actor=actor)
    else:
        note_standing(row, VerificationStatus.IN_PROGRESS, now=now)
        enqueue("realname.ask_register", {"application_id": row.pk}, key=f"register:{row.pk}")
    return _answer(row)


def _create(result: PartnerResult, tenant: TenantFacts, agreement: Agreement, *, now: datetime) -> Application:
    return Application.objects.create(
        reference=new_reference(),
        tenant_id=tenant.id,
        way=Way.PARTNER.value,
        party=result.party.value,
        state=ApplicationState.CHECKING.value,
        subject=_keep_subject(result.claim, now=now),
        consented_at=agreement.created_at,
        consent_version=agreement.consent_version,
        created_at=now,
        submitted_at=now,
    )


def _keep_subject(claim: Claim, *, now: datetime) -> Subject:
    erase_at = now + timedelta(days=settings.LIMITS.application_keep_days)  # unless it is approved
    if isinstance(claim, OrganisationClaim):
        return keep_organisation(claim, now=now, erase_at=erase_at)
    if isinstance(claim, DocumentClaim):
        return keep_document_subject(claim, now=now, erase_at=erase_at)
    return keep_subject(claim, now=now, erase_at=erase_at)


def _keep_source(row: Application, result: PartnerResult, agreement: Agreement, *, now: datetime) -> None:
    PartnerVerification.objects.create(
        application=row,
        agreement=agreement,
        client=result.told.site.client_id,
        site=result.told.site.name,
        reference=result.told.reference,
        content=result.told.content,
        method=result.method.value,
        verified_on=result.verified_on,
        received_at=now,
    )


def _note(actor: Actor, row: Application, result: PartnerResult, tenant: TenantFacts) -> None:
    facts = {
        "reference": row.reference,
        "site": result.told.site.name,
        "client": result.told.site.client_id,
        "site_reference": result.told.reference,
        "method": result.method.value,
        "verified_on": result.verified_on.isoformat(),
    }
    record(
        actor=actor,
        event="realname:partner:received",
        account_id=tenant.owner_id,
        tenant_id=tenant.id,
        facts=facts,
    )


def _refusals(result: PartnerResult, tenant_id: int, *, now: datetime, but: int = 0) -> list[Refused]:
    facts = _facts(result, tenant_id, now=now, but=but)
    wrong = [_refusal(obstacle, facts, result) for obstacle in judge_partner(facts, result.party, settings.LIMITS)]
    if result.verified_on > _today(now):
        wrong.append(VerifiedInFuture(field="verified_on"))
    return wrong


def _facts(result: PartnerResult, tenant_id: int, *, now: datetime, but: int) -> PartnerFacts:
    claim, today, digest = result.claim, _today(now), digest_of(result.claim)
    used, allowed, has = _places(result.party, digest, tenant_id)
    live = Verification.objects.filter(tenant_id=tenant_id, replaced_at__isnull=True)
    busy = [state for state in OPEN_STATES if state != ApplicationState.DRAFT]
    return PartnerFacts(
        same=live.filter(subject__id_index=digest, application__party=result.party.value).exists(),
        verified=live.exists(),
        busy=Application.objects.filter(tenant_id=tenant_id, state__in=busy).exclude(pk=but).exists(),
        age=None if isinstance(claim, OrganisationClaim) else full_years(claim.birth, today),
        expired=isinstance(claim, DocumentClaim) and claim.expires is not None and claim.expires < today,
        used=used,
        allowed=allowed,
        has_place=has,
    )


def _places(party: Party, digest: bytes, tenant_id: int) -> tuple[int, int, bool]:
    limits = settings.LIMITS
    if party is Party.ORGANISATION:
        used, allowed = places(OrganisationQuota, digest=digest, allowed=limits.verifications_per_organisation)
        return used, allowed, has_place(OrganisationQuota, digest=digest, holder=tenant_id)
    used, allowed = places(PersonQuota, digest=digest, allowed=limits.verifications_per_person)
    return used, allowed, has_place(PersonQuota, digest=digest, holder=tenant_id)


def digest_of(claim: Claim) -> bytes:
    """The key under which whom a claim is about is counted and found."""
    if isinstance(claim, OrganisationClaim):
        return organisation_digest(claim.identity)
    return document_digest(claim.identity) if isinstance(claim, DocumentClaim) else person_digest(claim.id_number)


def _today(now: datetime) -> date:
    return now.astimezone(MAINLAND).date()


def _refusal(obstacle: Obstacle, facts: PartnerFacts, result: PartnerResult) -> Refused:
    match obstacle:
        case Obstacle.SAME_AGAIN:
            return VerifiedThere()
        case Obstacle.ALREADY_VERIFIED:
            return VerifiedAsAnother()
        case Obstacle.BEING_CHECKED:
            return TenantBusy()
        case Obstacle.PERSON_FULL | Obstacle.ORGANISATION_FULL:
            full = PersonFull if obstacle is Obstacle.PERSON_FULL else OrganisationFull
            return full(field="number", used=facts.used, allowed=facts.allowed)
        case Obstacle.TOO_YOUNG:
            return TooYoung(field="number", age=settings.LIMITS.adult_age_years)
        case _:
            expires = result.claim.expires if isinstance(result.claim, DocumentClaim) else None
            return ExpiredDocument(field="expires", expired=expires.isoformat() if expires else "")


def site_actor(site: TrustedSite, *, address: str, agent: str) -> Actor:
    """A trusted site as the one who acts."""
    return Actor(kind=ActorKind.SERVICE, name=site.client_id, address=address, agent=agent)
