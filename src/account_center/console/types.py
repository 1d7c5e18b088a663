"""Words of the console."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from account_center.accounts.types import AccountFacts
from account_center.audit.types import EventFacts
from account_center.clients.types import Scope
from account_center.realname.types import ApplicationView, CountedNumber, StudentView, VerificationView, VerifiedBySite
from account_center.standing.types import Decision, StandingFacts
from account_center.tenants.types import TenantFacts


class TermKind(StrEnum):
    """What a search term looks like. The kind is kept in the log of looks, the term never."""

    PHONE = "phone"
    EMAIL = "email"
    DOCUMENT = "document"
    NAME = "name"  # an account's, a tenant's, or a tenant ID


class LookReason(StrEnum):
    """Why a member of staff looks at contact data in full, or acts."""

    ASKED = "asked"
    TICKET = "ticket"
    SECURITY = "security"
    COMPLAINT = "complaint"
    CONTRACT = "contract"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Because:
    """The reason that a member of staff gave for an act, with a note such as the ticket's number."""

    reason: LookReason
    note: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An account that a search found, with its tenants."""

    account: AccountFacts
    tenants: tuple[TenantFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    kind: TermKind
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """How much of a quota is used."""

    used: int
    allowed: int


@dataclass(frozen=True, slots=True)
class TenantSheet:
    """Everything the console shows of a tenant."""

    tenant: TenantFacts
    standing: StandingFacts
    decisions: tuple[Decision, ...]
    verification: VerificationView | None
    applications: tuple[ApplicationView, ...]
    numbers: tuple[CountedNumber, ...]
    phone: Places | None
    student: StudentView | None = None
    chain: tuple["Verified", ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """One of a tenant's verifications, and who decided on it; ``by`` is empty where no staff were needed."""

    view: VerificationView
    by: str


@dataclass(frozen=True, slots=True)
class CustomerSheet:
    """Everything the console shows of a customer."""

    account: AccountFacts
    phone: Places | None
    tenants: tuple[TenantSheet, ...]
    events: tuple[EventFacts, ...]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contact data in full, for the one page that shows them once. Never logged."""

    label: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose word counts, or counted. ``does`` is what it may tell us at present."""

    client_id: str
    name: str
    does: tuple[Scope, ...]
    disabled: bool
    results: int


@dataclass(frozen=True, slots=True)
class SiteResult:
    """A tenant that a site had us verify, and whose it is."""

    verified: VerifiedBySite
    tenant: TenantFacts


@dataclass(frozen=True, slots=True)
class SiteResults:
    """A page of them; ``after`` leads to the next one, None on the last."""

    results: tuple[SiteResult, ...]
    after: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member of staff who typed the right password and owes the second factor."""

    account_id: int
    since: datetime
    goal: str
