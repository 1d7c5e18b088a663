"""Words of the standing room: what may be asked, and the facts from which the answer is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from account_center.tenants.types import TenantState


class Action(StrEnum):
    """What other services and pages ask about."""

    BUY = "buy"
    BUY_ON_DEMAND = "buy_on_demand"
    USE_RESOURCES = "use_resources"
    REQUEST_INVOICE = "request_invoice"
    SIGN_ONLINE_CONTRACT = "sign_online_contract"
    JOIN_PUBLIC_BETA = "join_public_beta"
    BECOME_PARTNER = "become_partner"
    STUDENT_OFFERS = "student_offers"  # 2.1.16
    SIGN_IN = "sign_in"
    SEE_BILLS = "see_bills"
    MANAGE_ACCOUNT = "manage_account"


class CustomerKind(StrEnum):
    """Who the customer says he is; what he proved is known by the realname room."""

    UNDECLARED = "undeclared"
    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"


class VerificationStatus(StrEnum):
    NONE = "none"
    IN_PROGRESS = "in_progress"
    FAILED = "failed"
    VERIFIED = "verified"


class HoldKind(StrEnum):
    FREEZE = "freeze"  # 1.39
    RESTRICTION = "restriction"  # 1.40


class HoldReason(StrEnum):
    """Why a tenant is held. Being unverified is no hold: it follows from the verification itself."""

    FREEZE_VIOLATION = "freeze_violation"
    FREEZE_ARREARS = "freeze_arrears"
    FREEZE_PARTNER = "freeze_partner"
    FREEZE_BEFORE_CLOSING = "freeze_before_closing"
    FREEZE_RESELLER_CONTROL = "freeze_reseller_control"
    RESTRICTION_MISUSE = "restriction_misuse"
    RESTRICTION_BALANCE_LOW = "restriction_balance_low"
    RESTRICTION_PARTNER = "restriction_partner"
    RESTRICTION_MEMBER_BUDGET = "restriction_member_budget"
    RESTRICTION_ACCOUNT_RISK = "restriction_account_risk"
    RESTRICTION_IDENTITY_DOUBT = "restriction_identity_doubt"  # 2.1.14: an approved verification is never taken back

    @property
    def kind(self) -> HoldKind:
        return HoldKind.FREEZE if self.value.startswith("freeze_") else HoldKind.RESTRICTION


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """One hold that was placed and not lifted. ``until`` is the moment at which it ends by itself, if any."""

    id: int
    reason: HoldReason
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """All that the decision needs to know of a tenant. ``tenant`` is the public ID."""

    tenant_id: int
    tenant: str
    state: TenantState
    kind: CustomerKind = CustomerKind.UNDECLARED
    verification: VerificationStatus = VerificationStatus.NONE
    verified_at: datetime | None = None
    student_until: datetime | None = None  # from this moment on no longer a student; None: never was one
    name_since: datetime | None = None  # since when another verified name counts; None: the first one still does
    name_waits_since: datetime | None = None  # since when another one waits to be verified, if one does
    holds: tuple[HoldFacts, ...] = ()

    @property
    def is_verified(self) -> bool:
        return self.verification is VerificationStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against an action, or note on it: a code of the catalogue, and the facts that fill its sentences."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """Decisions about one tenant (public ID). Without a new act they hold until ``good_until``, or for good if None."""

    tenant: str
    decisions: "tuple[Decision, ...]"
    good_until: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed if and only if there is no reason against it. ``notes`` are to be known besides, whatever the answer."""

    action: Action
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons
