"""Words of the tenants room."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Site(StrEnum):
    """Where a tenant lives. Decided by the ID account's country, never chosen (1.12)."""

    CHINA = "china"
    INTERNATIONAL = "international"


class TenantState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ZoneMark(StrEnum):
    """Marks that change what a tenant may do or be bound to (1.43)."""

    FINANCE = "finance"
    HCS = "hcs"
    PARTNER = "partner"
    INTERNAL = "internal"
    OFFICIAL_SITE = "official_site"  # its owner comes through the group's own site (1.15, 1.36)


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """What other rooms may know of a tenant. ``contact_phone`` is E.164 or empty; ``organisation_name`` is only stated."""

    id: int
    public_id: str
    name: str
    site: Site
    country: str
    owner_id: int
    state: TenantState
    contact_phone: str
    contact_email: str
    activated_at: datetime
    organisation_name: str = ""
    marks: frozenset[ZoneMark] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class ActivationFacts:
    """What activation is judged by (1.10). Phone counts are those of the tenants' quota."""

    country: str
    phone: str
    phone_is_mainland: bool
    email_taken: bool
    phone_used: int
    phone_allowed: int
    service_area: frozenset[str]


class ActivationObstacle(StrEnum):
    """The four refusals of 1.10."""

    OUTSIDE_SERVICE_AREA = "tenants.outside_service_area"
    EMAIL_TAKEN = "tenants.email_taken"
    PHONE_NOT_MAINLAND = "tenants.phone_not_mainland"
    PHONE_FULL = "tenants.phone_full"
