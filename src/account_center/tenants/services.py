"""Opening and changing tenants."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.errors import UnknownCountry, name_problem_text
from account_center.audit.services import record
from account_center.kit.actor import Actor, StaffRole
from account_center.kit.countries import is_country
from account_center.kit.email import BadEmail, parse_email
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.names import BadName, parse_organisation_name, parse_tenant_name, tenant_name_key
from account_center.plumbing.quota import places, raise_bound, take_place
from account_center.tenants.errors import (
    BadStatedName,
    BadTenantName,
    CountryNeedsProof,
    EmailTakenByTenant,
    NoSuchTenant,
    OnlyCustomerManagers,
    ReasonMissing,
    TenantNameTaken,
    TenantPhoneFull,
)
from account_center.tenants.models import Tenant, TenantPhoneQuota
from account_center.tenants.queries import name_is_taken, phone_digest, tenants_with_phone
from account_center.tenants.rules import site_of
from account_center.tenants.types import TenantFacts, ZoneMark

PUBLIC_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: read aloud without mistakes
PUBLIC_ID_LENGTH = 16
REASON_LENGTH = 200


def checked_tenant_name(name: str) -> str:
    """The name as it will be kept. Raises BadTenantName."""
    try:
        return parse_tenant_name(name)
    except BadName as bad:
        raise BadTenantName(field="name", problem=name_problem_text(bad.problem)) from bad


@transaction.atomic
def open_tenant(
    *, actor: Actor, owner_id: int, name: str, country: str, phone: str, email: str, now: datetime
) -> TenantFacts:
    """Opens the tenant of an ID account; a second call for the same owner finds the first one's tenant (1.41).

    Raises TenantPhoneFull, EmailTakenByTenant, TenantNameTaken, BadTenantName; then nothing is left behind.
    """
    kept = checked_tenant_name(name)
    row = Tenant(
        public_id="".join(secrets.choice(PUBLIC_ID_ALPHABET) for _ in range(PUBLIC_ID_LENGTH)),
        name=kept,
        name_key=tenant_name_key(kept),
        site=site_of(country).value,
        country=country,
        owner_id=owner_id,
        contact_phone=phone,
        contact_email=email,
        contact_email_key=_email_key(email),
        activated_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _take_phone(row)
    except IntegrityError as collision:
        return _tenant_there_or_refusal(row, collision)
    record(
        actor=actor,
        event="tenants:tenant:opened",
        account_id=owner_id,
        tenant_id=row.pk,
        facts={"tenant": row.public_id, "site": row.site},
    )
    return row.facts()


def _take_phone(row: Tenant) -> None:
    if not row.contact_phone:
        return
    digest = phone_digest(row.contact_phone)
    allowed = settings.LIMITS.tenants_per_phone
    if not take_place(TenantPhoneQuota, digest=digest, holder=row.pk, allowed=allowed):
        raise phone_full(row.contact_phone)


def phone_full(phone: str) -> TenantPhoneFull:
    """The refusal with its figures and the tenants that could be closed."""
    used, allowed = places(TenantPhoneQuota, digest=phone_digest(phone), allowed=settings.LIMITS.tenants_per_phone)
    names = [found.name for found in tenants_with_phone(phone)]
    return TenantPhoneFull(phone=mask_phone(phone), used=used, allowed=allowed, tenants=names)


def _tenant_there_or_refusal(row: Tenant, collision: IntegrityError) -> TenantFacts:
    there = Tenant.objects.filter(owner_id=row.owner_id).exclude(state="cancelled").first()
    if there is not None:
        return there.facts()
    if name_is_taken(row.name_key, site=row.site):
        raise TenantNameTaken(field="name") from collision
    raise EmailTakenByTenant(email=mask_email(row.contact_email)) from collision


def _email_key(email: str) -> str | None:
    try:
        return parse_email(email).key if email else None
    except BadEmail:
        return email.lower()


@transaction.atomic
def rename_tenant(*, actor: Actor, tenant_id: int, name: str) -> TenantFacts:
    """Changes the tenant name (1.3). Raises BadTenantName, TenantNameTaken.

    The name it has already, as the second of two clicks brings it, changes nothing.
    """
    row = _locked(tenant_id)
    kept = checked_tenant_name(name)
    if kept == row.name:
        return row.facts()
    key = tenant_name_key(kept)
    if name_is_taken(key, site=row.site, but=row.pk):
        raise TenantNameTaken(field="name")
    before, row.name, row.name_key = row.name, kept, key
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "name_key"])
    except IntegrityError as collision:
        raise TenantNameTaken(field="name") from collision
    record(
        actor=actor,
        event="tenants:name:changed",
        account_id=row.owner_id,
        tenant_id=row.pk,
        facts={"before": before, "after": kept},
    )
    return row.facts()


@transaction.atomic
def state_organisation_name(*, actor: Actor, tenant_id: int, name: str) -> TenantFacts:
    """Keeps the name that an organisation gives itself; empty takes it away. Proves nothing (3.1.7).

    Whether it may still be edited the room of verifications decides. Raises BadStatedName, NoSuchTenant.
    """
    row = _locked(tenant_id)
    kept = _organisation_name(name) if name.strip() else ""
    if kept == row.organisation_name:
        return row.facts()
    row.organisation_name = kept
    row.save(update_fields=["organisation_name"])
    # The name itself stays out of the chain, which is kept longer than a name that somebody only typed.
    record(actor=actor, event="tenants:organisation_name:stated", account_id=row.owner_id, tenant_id=row.pk)
    return row.facts()


def _organisation_name(name: str) -> str:
    try:
        return parse_organisation_name(name)
    except BadName as bad:
        raise BadStatedName(field="name", problem=name_problem_text(bad.problem)) from bad


@transaction.atomic
def change_country(*, actor: Actor, tenant_id: int, country: str, proof: str) -> TenantFacts:
    """A customer manager changes the tenant's country on proof; the ID account keeps its own (1.7).

    Raises OnlyCustomerManagers, CountryNeedsProof, UnknownCountry, NoSuchTenant. The site stays: resources do not move with a form.
    """
    require_customer_manager(actor)
    if not proof.strip():
        raise CountryNeedsProof(field="proof")
    if not is_country(country):
        raise UnknownCountry(field="country")
    row = _locked(tenant_id)
    before, row.country = row.country, country
    row.save(update_fields=["country"])
    record(
        actor=actor,
        event="tenants:country:changed",
        account_id=row.owner_id,
        tenant_id=row.pk,
        facts={"before": before, "after": country, "proof": proof.strip()[:200]},
    )
    return row.facts()


@transaction.atomic
def set_mark(*, actor: Actor, tenant_id: int, mark: ZoneMark, present: bool, reason: str) -> TenantFacts:
    """A customer manager marks a tenant, or takes a mark off (1.43, 2.1.23). What is so already stays, without an event.

    Raises OnlyCustomerManagers, ReasonMissing, NoSuchTenant.
    """
    require_customer_manager(actor)
    why = reason.strip()[:REASON_LENGTH]
    if not why:
        raise ReasonMissing(field="note")
    row = _locked(tenant_id)
    marks = {ZoneMark(one) for one in row.marks}
    if (mark in marks) is present:
        return row.facts()
    row.marks = sorted(marks | {mark} if present else marks - {mark})
    row.save(update_fields=["marks"])
    record(
        actor=actor,
        event="tenants:mark:set" if present else "tenants:mark:cleared",
        account_id=row.owner_id,
        tenant_id=row.pk,
        facts={"mark": mark.value, "reason": why},
    )
    return row.facts()


@transaction.atomic
def allow_more_tenants(*, actor: Actor, phone: str, allowed: int, reason: str) -> int:
    """A customer manager's raise for one phone (1.8). Returns the bound in force. Raises OnlyCustomerManagers."""
    require_customer_manager(actor)
    bound = raise_bound(TenantPhoneQuota, digest=phone_digest(phone), allowed=allowed)
    record(
        actor=actor,
        event="tenants:phone_quota:raised",
        facts={"phone": mask_phone(phone), "allowed": bound, "reason": reason.strip()[:200]},
    )
    return bound


def require_customer_manager(actor: Actor) -> None:
    """Raises OnlyCustomerManagers for everybody else."""
    if StaffRole.CUSTOMER_MANAGER not in actor.roles:
        raise OnlyCustomerManagers


def _locked(tenant_id: int) -> Tenant:
    row = Tenant.objects.select_for_update().filter(pk=tenant_id).first()
    if row is None:
        raise NoSuchTenant
    return row
