"""Words of the support room. A ticket is what somebody asks of support; an appeal is the ticket of somebody who cannot sign in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from account_center.documents.types import DocumentKind


class Category(StrEnum):
    """What a ticket is about. The catalogue's ``ticket`` of a refusal names one, so that nobody has to choose (2.1.9)."""

    ACCOUNT = "account"
    ACTIVATION = "account.activation"
    CLOSING = "account.closing"
    CODE = "account.code"
    PHONE_LIMIT = "account.phone_limit"
    CHANGE_PHONE = "account.change_phone"  # 3.1.9, 3.1.14
    SIGN_IN = "account.sign_in"  # 1.14
    RECOVERY = "account.recovery"  # 1.16
    NETWORK = "account.network"  # 1.23
    UPGRADE = "account.upgrade"  # 1.33
    SAFETY = "account.safety"
    STRANGER = "account.stranger"  # "this was not me"
    HOLD = "account.frozen_or_restricted"
    MESSAGES = "messages"
    INDIVIDUAL_FAILED = "realname.individual_failed"
    ENTERPRISE_FAILED = "realname.enterprise_failed"
    INDIVIDUAL_PROGRESS = "realname.individual_progress"  # 2.1.10
    ENTERPRISE_PROGRESS = "realname.enterprise_progress"
    QUESTION = "realname.question"  # 2.1.11
    QUOTA = "realname.quota"  # 2.1.22
    STUDENT = "realname.student"  # 2.1.16
    INTERNAL_EMPLOYEE = "realname.internal_employee"  # 2.1.23
    APPEAL = "appeal"  # 1.18, 1.31


class TicketState(StrEnum):
    OPEN = "open"  # support's turn
    ANSWERED = "answered"  # the customer may read, write on or close
    WAITING = "waiting"  # support needs something from the customer
    CLOSED = "closed"


class ClosedBecause(StrEnum):
    SOLVED = "solved"
    CUSTOMER = "customer"  # by the customer's own hand
    QUIET = "quiet"  # nobody wrote for a while
    REFUSED = "refused"  # what was asked for cannot be done
    DUPLICATE = "duplicate"
    OBJECTED = "objected"  # the account's owner says that it was not he who appealed


class Voice(StrEnum):
    """Who speaks in an entry."""

    CUSTOMER = "customer"
    STAFF = "staff"
    NOTE = "note"  # between members of staff; the customer never sees it
    SYSTEM = "system"


class Happened(StrEnum):
    """Why somebody appeals (1.18, 1.31)."""

    PHONE_LOST = "phone_lost"
    ALL_LOST = "all_lost"  # phone and e-mail
    NOT_REGISTERED = "not_registered"  # an account on my phone that I did not register (1.31)
    TAKEN_OVER = "taken_over"
    FACTOR_LOST = "factor_lost"  # the authenticator app or passkey


class RemedyKind(StrEnum):
    """What support can do to an account, on proof of identity."""

    NEW_PHONE = "new_phone"
    NEW_EMAIL = "new_email"
    UNBIND_PHONE = "unbind_phone"
    REMOVE_FACTOR = "remove_factor"


class RemedyState(StrEnum):
    PROPOSED = "proposed"  # one member of staff has seen the proof
    APPROVED = "approved"  # a second one agreed; the waiting time runs
    DONE = "done"
    REFUSED = "refused"  # the second one did not agree, or it could not be done
    CANCELLED = "cancelled"  # the owner objected, or the ticket ended


class ProposalKind(StrEnum):
    """What one member of staff proposes and another has to agree to, because it goes past what is usual."""

    ACCOUNTS_OF_PHONE = "accounts_of_phone"  # 3.1.15
    TENANTS_OF_PHONE = "tenants_of_phone"  # 1.8
    TENANTS_OF_PERSON = "tenants_of_person"  # 2.2.9
    TENANTS_OF_ORGANISATION = "tenants_of_organisation"  # 2.3.26
    TENANTS_OF_CARD = "tenants_of_card"  # 2.2.5
    FAILURES_OF_ACCOUNT = "failures_of_account"  # 2.3.5
    REOPEN = "reopen"  # a verification that was refused, or ended without a decision
    LIFT_HOLD = "lift_hold"  # a legal hold on the pictures of an application

    @property
    def is_limit(self) -> bool:
        return self not in (ProposalKind.REOPEN, ProposalKind.LIFT_HOLD)


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    DONE = "done"  # a second person agreed, and it was done at once
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by whoever proposed it
    EXPIRED = "expired"  # nobody decided in time


class Reach(StrEnum):
    """How somebody can be reached."""

    SMS = "sms"
    EMAIL = "email"


class Condition(StrEnum):
    """A fact that decides which materials prove an account (1.18)."""

    LEGACY = "legacy"
    HOME = "home"  # registered in China
    TENANT = "tenant"  # the cloud is activated
    ENTERPRISE = "enterprise"
    VERIFIED = "verified"
    CARD_BOUND = "card_bound"
    PAID_OFFLINE = "paid_offline"
    PARTNER_PAID = "partner_paid"  # a partner advances the money
    PARTNER = "partner"  # the account is a partner's own


class Material(StrEnum):
    """One thing that is handed in."""

    BASICS = "basics"
    IDENTITY = "identity"
    HOLDING = "holding"
    LICENCE = "licence"
    REPRESENTATIVE_IDENTITY = "representative_identity"
    REPRESENTATIVE_HOLDING = "representative_holding"
    LETTER = "letter"
    AUTHORISED_IDENTITY = "authorised_identity"
    AUTHORISED_HOLDING = "authorised_holding"
    VERIFICATION_PAPERS = "verification_papers"
    CARD_FRONT = "card_front"
    CARDHOLDER_IDENTITY = "cardholder_identity"
    STATEMENTS = "statements"
    SIGNED_AUTHORISATION = "signed_authorisation"
    PAYER_LICENCE = "payer_licence"
    PAYER_ACCOUNT = "payer_account"
    ACCOUNT_DATA = "account_data"
    PARTNER_CONSENT = "partner_consent"
    PARTNER_LICENCE = "partner_licence"
    PARTNER_CHECK = "partner_check"


class Group(StrEnum):
    """Part of the table of 1.18, as strangers see it."""

    EVERYBODY = "everybody"
    HOME = "home"  # ID accounts registered in China, cloud activated
    ABROAD = "abroad"  # ID accounts registered elsewhere, cloud activated
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Demand:
    """Materials that are asked for: one of ``alternatives``, whole. ``unless`` and ``provided`` could not be decided yet."""

    alternatives: tuple[tuple[Material, ...], ...]
    provided: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()

    @property
    def is_certain(self) -> bool:
        return not (self.provided or self.unless)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry of a ticket. A picture has ``image_id`` and ``shows``; ``text`` is None once it was erased."""

    id: UUID
    voice: Voice
    by: str
    at: datetime
    text: str | None
    image_id: UUID | None = None
    shows: DocumentKind | None = None


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket in a list. ``moved_at``: since when it is in this state."""

    id: int
    reference: str
    category: Category
    state: TicketState
    subject: str | None
    about: str
    opened_at: datetime
    moved_at: datetime
    account_id: int | None
    claimed_by: int | None = None
    claimed_name: str = ""
    happened: Happened | None = None  # of an appeal

    @property
    def is_appeal(self) -> bool:
        return self.happened is not None


@dataclass(frozen=True, slots=True)
class RemedyView:
    """What is to be done to an account, and how far that is. Its new phone or e-mail is the ticket's proven contact."""

    id: UUID
    kind: RemedyKind
    state: RemedyState
    account_id: int
    proposed_by: int
    proposed_name: str
    proposed_at: datetime
    approved_name: str
    approved_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    obstacle: str = ""  # the code of the refusal that stood in the way


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """What an appellant told. ``account_id`` is whom staff or the product found, never shown to the appellant."""

    happened: Happened
    reach: Reach
    contact: str = field(repr=False)
    masked: str
    named: str = field(repr=False)  # the account as it was typed
    country: str  # likewise
    objected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A whole ticket. Internal notes are in ``entries`` only when staff asked."""

    line: TicketLine
    tenant_id: int | None
    entries: tuple[EntryView, ...]
    closed_because: ClosedBecause | None
    closed_at: datetime | None
    can_reopen: bool
    erased: bool
    new_contact: str = ""  # masked: what the customer wants the phone to be replaced with (3.1.14)
    appeal: AppealFacts | None = None
    remedies: tuple[RemedyView, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which tickets a member of staff wants to see. ``after`` is the key of the last line of the page before."""

    state: TicketState | None = TicketState.OPEN
    category: Category | None = None
    mine: int | None = None
    unclaimed: bool = False
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class LimitTarget:
    """What a limit counts by, and how much of it is used. ``subject`` is a keyed digest as hexadecimal text."""

    kind: ProposalKind
    subject: str
    shown: str  # masked
    account_id: int
    tenant_id: int | None
    used: int
    allowed: int


@dataclass(frozen=True, slots=True)
class WishView:
    """What a ticket asks for (2.1.22): a higher limit for what it counts by, up to ``wanted``."""

    target: LimitTarget
    wanted: int


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal as staff see it. ``shown`` is masked, or the reference of an application; ``allowed`` the new limit."""

    id: UUID
    number: int
    kind: ProposalKind
    state: ProposalState
    shown: str
    allowed: int | None
    account_id: int
    ticket: str
    reason: str
    note: str
    proposed_by: int
    proposed_name: str
    proposed_at: datetime
    expires_at: datetime
    decided_name: str
    decided_at: datetime | None
    answer: str
    reference: str = ""  # of the application, if it is about one
    used: int = 0  # of a limit, at present
    present: int = 0
