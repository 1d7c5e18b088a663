"""What a tenant may do now: one pure function and the tables it reads."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

from account_center.standing.types import (
    Action,
    CustomerKind,
    Decision,
    HoldFacts,
    HoldReason,
    Reason,
    StandingFacts,
    VerificationStatus,
)
from account_center.tenants.types import TenantState

CHINA = timezone(timedelta(hours=8))
BUYING = frozenset({Action.BUY, Action.BUY_ON_DEMAND})

# 2.1.1. Which services can be bought never depends on the kind (2.1.3): there is one action for buying, not one per kind.
NEEDS_VERIFICATION = BUYING | {
    Action.USE_RESOURCES,
    Action.REQUEST_INVOICE,
    Action.SIGN_ONLINE_CONTRACT,
    Action.JOIN_PUBLIC_BETA,
}
BLOCKED_UNVERIFIED: dict[CustomerKind, frozenset[Action]] = {
    # Who has not said what he is must not get past what an enterprise may not.
    CustomerKind.UNDECLARED: NEEDS_VERIFICATION | {Action.BECOME_PARTNER},
    CustomerKind.INDIVIDUAL: NEEDS_VERIFICATION,
    CustomerKind.ENTERPRISE: NEEDS_VERIFICATION | {Action.BECOME_PARTNER},
}
UNVERIFIED_CODES: dict[VerificationStatus, str] = {
    VerificationStatus.NONE: "standing.not_verified",
    VerificationStatus.IN_PROGRESS: "standing.verification_in_progress",
    VerificationStatus.FAILED: "standing.verification_failed",
}

OFFERS = frozenset({Action.JOIN_PUBLIC_BETA, Action.STUDENT_OFFERS})
NEW_COMMITMENTS = BUYING | OFFERS | {Action.SIGN_ONLINE_CONTRACT, Action.BECOME_PARTNER}
# 1.39, 1.40, 3.1.22, 3.1.23. Signing in, bills and the account itself stay open under every hold: they are the way out.
BLOCKED_BY_HOLD: dict[HoldReason, frozenset[Action]] = {
    HoldReason.FREEZE_VIOLATION: NEW_COMMITMENTS | {Action.USE_RESOURCES},
    HoldReason.FREEZE_ARREARS: BUYING | OFFERS | {Action.USE_RESOURCES},
    HoldReason.FREEZE_PARTNER: BUYING,
    HoldReason.FREEZE_BEFORE_CLOSING: NEW_COMMITMENTS,
    HoldReason.FREEZE_RESELLER_CONTROL: BUYING | {Action.USE_RESOURCES},
    HoldReason.RESTRICTION_MISUSE: BUYING,
    HoldReason.RESTRICTION_BALANCE_LOW: BUYING,
    HoldReason.RESTRICTION_PARTNER: BUYING,
    HoldReason.RESTRICTION_MEMBER_BUDGET: BUYING,
    HoldReason.RESTRICTION_ACCOUNT_RISK: frozenset({Action.BUY_ON_DEMAND}),
    HoldReason.RESTRICTION_IDENTITY_DOUBT: NEEDS_VERIFICATION | {Action.BECOME_PARTNER, Action.STUDENT_OFFERS},
}

ALLOWED_IN_RETENTION = frozenset({Action.SIGN_IN, Action.SEE_BILLS, Action.MANAGE_ACCOUNT})


def decide(action: Action, standing: StandingFacts, now: datetime) -> Decision:
    """May this tenant do this now? Carries every reason against it, not the first, and what to know besides."""
    reasons = (
        *_state_reasons(action, standing),
        *_verification_reasons(action, standing),
        *_student_reasons(action, standing, now),
        *_hold_reasons(action, standing, now),
    )
    return Decision(action=action, reasons=reasons, notes=tuple(_invoice_notes(action, standing)))


def decide_all(actions: Iterable[Action], standing: StandingFacts, now: datetime) -> dict[Action, Decision]:
    """The same for several actions, in the order asked."""
    return {action: decide(action, standing, now) for action in actions}


def blocked_until_verified(kind: CustomerKind) -> tuple[Action, ...]:
    """What an unverified customer of this kind cannot do (2.1.1), in the order of ``Action``."""
    return tuple(action for action in Action if action in BLOCKED_UNVERIFIED[kind])


def is_in_force(hold: HoldFacts, now: datetime) -> bool:
    """A hold counts from ``since`` until the moment before ``until``."""
    return hold.since <= now and (hold.until is None or now < hold.until)


def next_turn(standing: StandingFacts, now: datetime) -> datetime | None:
    """The next moment at which a hold begins or ends, or a student status ends, so that an answer changes without an act."""
    of_holds = (moment for hold in standing.holds for moment in (hold.since, hold.until))
    moments = (moment for moment in (*of_holds, standing.student_until) if moment is not None)
    return min((moment for moment in moments if moment > now), default=None)


def status_after(current: VerificationStatus, noted: VerificationStatus) -> VerificationStatus:
    """A verification cannot be removed, only changed (2.1.14, 2.1.24): a later attempt that fails takes nothing away."""
    return current if current is VerificationStatus.VERIFIED else noted


def _state_reasons(action: Action, standing: StandingFacts) -> Iterator[Reason]:
    if standing.state == TenantState.CANCELLED:
        yield Reason("standing.tenant_cancelled")
    elif standing.state == TenantState.CLOSED and action not in ALLOWED_IN_RETENTION:
        yield Reason("standing.tenant_closed")


def _verification_reasons(action: Action, standing: StandingFacts) -> Iterator[Reason]:
    if not standing.is_verified and action in BLOCKED_UNVERIFIED[standing.kind]:
        yield Reason(UNVERIFIED_CODES[standing.verification], {"kind": standing.kind.value})


def _student_reasons(action: Action, standing: StandingFacts, now: datetime) -> Iterator[Reason]:
    """2.1.16: a verified individual with a student status that has not ended."""
    if action is not Action.STUDENT_OFFERS:
        return
    if standing.is_verified and standing.kind is CustomerKind.ENTERPRISE:
        yield Reason("standing.student_not_individual")
        return
    if not standing.is_verified:
        yield Reason("standing.student_not_verified")
    if standing.student_until is None:
        yield Reason("standing.student_status_missing")
    elif standing.student_until <= now:
        yield Reason("standing.student_status_ended", {"ended": _last_day(standing.student_until)})


def _last_day(end: datetime) -> str:
    # A status counts for whole days of the schools' calendar; its end is the first moment of the day after.
    return _day(end - timedelta(seconds=1))


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()


def _invoice_notes(action: Action, standing: StandingFacts) -> Iterator[Reason]:
    """2.3.20: by which name an invoice goes, once the verified name has changed or is about to."""
    if action is not Action.REQUEST_INVOICE or not standing.is_verified:
        return
    if standing.name_since is not None:
        yield Reason("standing.invoices_by_new_name", {"since": _day(standing.name_since)})
    if standing.name_waits_since is not None:
        yield Reason("standing.invoices_by_name_until_changed", {"since": _day(standing.name_waits_since)})


def _hold_reasons(action: Action, standing: StandingFacts, now: datetime) -> Iterator[Reason]:
    for hold in standing.holds:
        if action in BLOCKED_BY_HOLD[hold.reason] and is_in_force(hold, now):
            yield Reason(f"standing.{hold.reason.value}", _hold_facts(hold))


def _hold_facts(hold: HoldFacts) -> dict[str, str]:
    facts = {"hold": str(hold.id), "since": _day(hold.since)}
    return facts if hold.until is None else facts | {"until": _day(hold.until)}
