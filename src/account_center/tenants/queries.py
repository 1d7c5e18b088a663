"""Reading tenants."""

from collections.abc import Iterable

from django.conf import settings

from account_center.plumbing.keys import keyring
from account_center.plumbing.quota import places
from account_center.tenants.models import Tenant, TenantPhoneQuota
from account_center.tenants.rules import obstacles_to_activation, site_of
from account_center.tenants.types import ActivationFacts, ActivationObstacle, Site, TenantFacts, TenantState

LISTED = 20


def site_for(country: str) -> Site:
    """The site on which an account of that country gets its tenant (1.12)."""
    return site_of(country)


def obstacles(facts: ActivationFacts) -> list[ActivationObstacle]:
    """Everything that stands in the way of activation (1.10)."""
    return obstacles_to_activation(facts)


def phone_digest(phone: str) -> bytes:
    """The key under which the tenants of a phone (E.164) are counted."""
    return keyring().blind_index("phone", phone)


def tenant(tenant_id: int) -> TenantFacts | None:
    """The tenant, whatever its state."""
    row = Tenant.objects.filter(pk=tenant_id).first()
    return row.facts() if row else None


def tenant_by_public_id(public_id: str) -> TenantFacts | None:
    """By the tenant ID that customers and services know."""
    row = Tenant.objects.filter(public_id=public_id).first()
    return row.facts() if row else None


def tenant_of(account_id: int) -> TenantFacts | None:
    """The account's tenant that is open or in its retention period."""
    row = Tenant.objects.filter(owner_id=account_id).exclude(state=TenantState.CANCELLED.value).first()
    return row.facts() if row else None


def tenants_of(account_ids: Iterable[int]) -> list[TenantFacts]:
    """All tenants of these accounts, cancelled ones too."""
    return [row.facts() for row in Tenant.objects.filter(owner_id__in=list(account_ids)).order_by("pk")[:LISTED]]


def tenants_named(name_key: str) -> list[TenantFacts]:
    """The tenants of that name on either site."""
    return [row.facts() for row in Tenant.objects.filter(name_key=name_key).order_by("pk")[:LISTED]]


def tenants_with_phone(phone: str) -> list[TenantFacts]:
    """Live tenants behind a phone (E.164), oldest first."""
    rows = Tenant.objects.filter(contact_phone=phone).exclude(state=TenantState.CANCELLED.value).order_by("pk")
    return [row.facts() for row in rows[:LISTED]]


def email_is_taken(email_key: str, *, but: int = 0) -> bool:
    """Whether a live tenant other than ``but`` holds this address."""
    held = Tenant.objects.filter(contact_email_key=email_key).exclude(state=TenantState.CANCELLED.value)
    return held.exclude(pk=but).exists()


def places_of_phone(phone: str) -> tuple[int, int]:
    """(used, allowed) tenants of a phone."""
    return places(TenantPhoneQuota, digest=phone_digest(phone), allowed=settings.LIMITS.tenants_per_phone)


def name_is_taken(name_key: str, *, site: str, but: int = 0) -> bool:
    """Whether another live tenant of the site bears this name."""
    same = Tenant.objects.filter(site=site, name_key=name_key).exclude(state=TenantState.CANCELLED.value)
    return same.exclude(pk=but).exists()
