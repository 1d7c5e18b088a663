"""The customer agrees that a trusted site tells us something once, and gives that site a code (2.4.10, 2.1.16)."""

from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from account_center.audit.services import record
from account_center.clients.queries import clients_with
from account_center.clients.types import Scope
from account_center.kit.actor import Actor
from account_center.kit.limits import DAY, HOUR
from account_center.kit.refused import Refused
from account_center.plumbing.keys import keyring
from account_center.plumbing.limiter import Budget, spend
from account_center.realname.models import Agreement
from account_center.realname.partner_errors import (
    NoAgreement,
    SiteNotTrusted,
    TooManyAgreements,
    TooManyWrongCodes,
)
from account_center.realname.partner_rules import bare, code_from
from account_center.realname.services.applications import CONSENT_VERSION
from account_center.realname.types import AgreementView, Purpose, RefusedResult, Told, TrustedSite
from account_center.tenants.queries import tenant_by_public_id
from account_center.tenants.types import TenantFacts, TenantState

SCOPES = {Purpose.VERIFICATION: Scope.VERIFICATIONS_WRITE, Purpose.STUDENT: Scope.STUDENTS_WRITE}


def trusted_sites(purpose: Purpose) -> list[TrustedSite]:
    """The sites whose word is taken for this, at present."""
    return [TrustedSite(one.client_id, one.name) for one in clients_with(SCOPES[purpose])]


def agree(
    *, actor: Actor, tenant_id: int, owner_id: int, client_id: str, purpose: Purpose, now: datetime
) -> AgreementView:
    """Lets a site send one result within ``agreement_days``; an earlier agreement of the same kind ends.

    Raises SiteNotTrusted, TooManyAgreements.
    """
    site = next((one for one in trusted_sites(purpose) if one.client_id == client_id), None)
    if site is None:
        raise SiteNotTrusted
    limit = settings.LIMITS.agreements_per_day
    exhausted = spend([Budget("agreements_of", str(tenant_id), limit, DAY)], now=now)
    if exhausted is not None:
        raise TooManyAgreements(retry_after=exhausted[1], limit=limit)
    row = None
    while row is None:
        row = _agreed(actor, tenant_id, owner_id, site, purpose, now=now)
    return view_of(row)


def _agreed(
    actor: Actor, tenant_id: int, owner_id: int, site: TrustedSite, purpose: Purpose, *, now: datetime
) -> Agreement | None:
    """The new agreement, or that of the other of two clicks, which is as good; None if that one is over already."""
    try:
        with transaction.atomic():
            open_of(tenant_id).filter(client=site.client_id, purpose=purpose.value).update(withdrawn_at=now)
            row = _create(tenant_id, site, purpose, now=now)
            _note(actor, "realname:agreement:given", row, owner_id)
            return row
    except IntegrityError:
        return open_of(tenant_id).filter(client=site.client_id, purpose=purpose.value).first()


def _create(tenant_id: int, site: TrustedSite, purpose: Purpose, *, now: datetime) -> Agreement:
    return Agreement.objects.create(
        tenant_id=tenant_id,
        client=site.client_id,
        site=site.name,
        purpose=purpose.value,
        consent_version=CONSENT_VERSION,
        created_at=now,
        expires_at=now + timedelta(days=settings.LIMITS.agreement_days),
    )


@transaction.atomic
def withdraw_agreement(*, actor: Actor, tenant_id: int, owner_id: int, agreement_id: UUID, now: datetime) -> bool:
    """The customer thinks better of it. Whether there was something to end; a used agreement stays used."""
    row = open_of(tenant_id).filter(pk=agreement_id).first()
    if row is None or not open_of(tenant_id).filter(pk=agreement_id).update(withdrawn_at=now):
        return False
    _note(actor, "realname:agreement:withdrawn", row, owner_id)
    return True


def agreements_of(tenant_id: int, *, purpose: Purpose, now: datetime) -> list[AgreementView]:
    """What still counts, newest first: open, in time, and of a site that is still trusted."""
    trusted = {site.client_id for site in trusted_sites(purpose)}
    rows = open_of(tenant_id).filter(purpose=purpose.value, expires_at__gt=now, client__in=trusted)
    return [view_of(row) for row in rows.order_by("-created_at")]


def view_of(row: Agreement) -> AgreementView:
    """As its customer sees it, with the code."""
    return AgreementView(
        id=row.pk,
        site=TrustedSite(row.client, row.site),
        purpose=Purpose(row.purpose),
        code=_code(row),
        created_at=row.created_at,
        expires_at=row.expires_at,
        refused=RefusedResult(row.refused_at, row.refusal, row.refusal_facts) if row.refused_at else None,
    )


def note_refusal(
    *, actor: Actor, told: Told, tenant: TenantFacts, row: Agreement, refusal: Refused, now: datetime
) -> None:
    """Remembers why a site's result did not count: for the customer who waits for it, and in the history."""
    with transaction.atomic():
        facts = dict(refusal.facts)
        open_of(tenant.id).filter(pk=row.pk).update(refused_at=now, refusal=refusal.code, refusal_facts=facts)
        said: dict[str, str | int] = {
            # Its numbers, such as an age or a limit, so that the history can say the whole sentence.
            **{name: fact for name, fact in facts.items() if isinstance(fact, int)},
            "site": told.site.name,
            "site_reference": told.reference,
            "refusal": refusal.code,
        }
        record(
            actor=actor, event="realname:partner:refused", account_id=tenant.owner_id, tenant_id=tenant.id, facts=said
        )


def require_agreement(told: Told, *, purpose: Purpose, now: datetime) -> tuple[TenantFacts, Agreement]:
    """The tenant that a site speaks of and the agreement that allows it; wrong codes are counted, outside a transaction.

    One answer for an unknown tenant, a wrong code and an agreement that is over, so that nobody learns which tenants
    there are. Raises SiteNotTrusted, NoAgreement, TooManyWrongCodes.
    """
    if told.site.client_id not in {site.client_id for site in trusted_sites(purpose)}:
        raise SiteNotTrusted
    limit = settings.LIMITS.partner_wrong_codes_per_hour
    tenant = tenant_by_public_id(told.tenant)
    row = _live(tenant, told, purpose, now) if tenant is not None and tenant.state is TenantState.OPEN else None
    if tenant is not None and row is not None:
        return tenant, row
    exhausted = spend([Budget("partner_codes", told.site.client_id, limit, HOUR)], now=now)
    if exhausted is not None:
        raise TooManyWrongCodes(retry_after=exhausted[1])
    raise NoAgreement(field="agreement")


def _live(tenant: TenantFacts, told: Told, purpose: Purpose, now: datetime) -> Agreement | None:
    rows = open_of(tenant.id).filter(client=told.site.client_id, purpose=purpose.value, expires_at__gt=now)
    shown = bare(told.agreement).encode()
    return next((row for row in rows if compare_digest(bare(_code(row)).encode(), shown)), None)


def use_agreement(row: Agreement, *, now: datetime) -> None:
    """Uses an agreement up, in the caller's transaction; of two at once one gets it. Raises NoAgreement."""
    mine = open_of(row.tenant_id).filter(pk=row.pk, expires_at__gt=now)
    if not mine.update(used_at=now):
        raise NoAgreement(field="agreement")


def open_of(tenant_id: int) -> QuerySet[Agreement]:
    """The tenant's agreements that were neither used nor withdrawn, also those whose time is over."""
    return Agreement.objects.filter(tenant_id=tenant_id, used_at__isnull=True, withdrawn_at__isnull=True)


def _code(row: Agreement) -> str:
    return code_from(keyring().digest("realname.agreement", str(row.pk)))


def _note(actor: Actor, event: str, row: Agreement, owner_id: int) -> None:
    facts = {"site": row.site, "client": row.client, "purpose": row.purpose}
    record(actor=actor, event=event, account_id=owner_id, tenant_id=row.tenant_id, facts=facts)
