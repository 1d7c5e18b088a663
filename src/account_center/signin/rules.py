"""Pure decisions about codes and tries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.kit.limits import HOUR, Limits
from account_center.policy.types import LeastCheck
from account_center.signin.types import (
    AttemptState,
    ChallengeState,
    CodeVerdict,
    Factors,
    FirstWay,
    GuardFacts,
    GuardVerdict,
    SecondWay,
    Sight,
    Step,
    StepFacts,
    WayToProve,
)

EARTH_KM = 6_371

MOVES: dict[ChallengeState, set[ChallengeState]] = {
    ChallengeState.WAITING: {ChallengeState.SPENT, ChallengeState.PROVEN},
    ChallengeState.PROVEN: {ChallengeState.USED},
    ChallengeState.SPENT: set(),
    ChallengeState.USED: set(),
}

ATTEMPT_MOVES: dict[AttemptState, set[AttemptState]] = {
    AttemptState.WAITING: {AttemptState.DONE, AttemptState.DEAD},
    AttemptState.DONE: set(),
    AttemptState.DEAD: set(),
}


def reserve_try(facts: GuardFacts, *, now: datetime, limits: Limits) -> GuardVerdict:
    """Judges one more try *before* it is evaluated, so that parallel guesses cannot share one (1.20).

    The try that reaches the limit is still evaluated, but under a lock that only success removes.
    """
    longest = timedelta(seconds=limits.lock_seconds)
    if facts.locked_until is not None and facts.locked_until > now:
        # A clock that was set back makes no lock longer, and ends none.
        return GuardVerdict(allowed=False, tries=facts.tries, locked_until=min(facts.locked_until, now + longest))
    tries = 1 if _is_fresh(facts, now=now, limits=limits) else facts.tries + 1
    locked_until = now + longest if tries >= limits.wrong_passwords else None
    return GuardVerdict(allowed=True, tries=tries, locked_until=locked_until)


def _is_fresh(facts: GuardFacts, *, now: datetime, limits: Limits) -> bool:
    if facts.locked_until is not None or facts.last_try_at is None:
        return True
    return now - facts.last_try_at >= timedelta(seconds=limits.wrong_password_memory_seconds)


def is_ahead(moment: datetime, *, now: datetime, limits: Limits) -> bool:
    """Whether something happened later than ``now``: the clock was set back since, and its time says nothing any more."""
    return moment - now > timedelta(seconds=limits.clock_skew_seconds)


def judge_challenge(
    *, state: ChallengeState, expires_at: datetime, tries_left: int, now: datetime
) -> CodeVerdict | None:
    """Why a code cannot be tried any more; None if it can."""
    if state is ChallengeState.SPENT or tries_left <= 0:
        return CodeVerdict.SPENT
    if state is not ChallengeState.WAITING or now >= expires_at:
        return CodeVerdict.EXPIRED
    return None


def next_step(facts: StepFacts) -> Step | None:
    """What a sign-in asks for next; None if nothing is missing (1.22, 1.47, 3.1.20)."""
    if _who_it_is(facts) is not None and facts.shown is None:
        return _who_it_is(facts)
    return Step.NEW_PASSWORD if facts.must_change_password or facts.password_expired else None


def _who_it_is(facts: StepFacts) -> Step | None:
    if facts.first_way is FirstWay.PASSKEY or facts.check is SignInCheck.NONE:
        return None
    # Chosen, so asked each time: also on a trusted device, and after a code.
    if facts.check is not SignInCheck.CODE and facts.factors.any:
        wants_app = facts.factors.app and (facts.check is SignInCheck.APP or not facts.factors.passkeys)
        return Step.APP if wants_app else Step.PASSKEY
    proven = facts.first_way in (FirstWay.CODE, FirstWay.RECOVERY)  # a code to this very account has just come back
    return None if facts.device_trusted or proven or not facts.can_receive_code else Step.CODE


def answers_to(step: Step | None, factors: Factors) -> frozenset[SecondWay]:
    """What may answer a step: a stronger proof always does instead of a code; a recovery code instead of app and passkey."""
    if step is None or step is Step.NEW_PASSWORD:
        return frozenset()
    there = {
        SecondWay.APP: factors.app,
        SecondWay.PASSKEY: factors.passkeys > 0,
        SecondWay.CODE: step is Step.CODE,
        SecondWay.RECOVERY_CODE: step is not Step.CODE and factors.recovery_codes > 0,
    }
    return frozenset(way for way, open_now in there.items() if open_now)


def offers_trust(facts: StepFacts) -> bool:
    """Whether trusting this device would spare a code next time, and a code has just come back (1.47)."""
    code_shown = facts.shown is SecondWay.CODE or (facts.first_way is FirstWay.CODE and facts.can_receive_code)
    return facts.check is SignInCheck.CODE and code_shown and not facts.device_trusted


def ways_open(owner: AccountFacts, factors: Factors) -> list[WayToProve]:
    """How a signed-in owner may show that it is still him, the one to offer first at the head.

    A session that was opened with a second factor is not worth less afterwards: where one is asked at sign-in, a code to
    phone or mailbox does not count here. The password counts only where there is nothing else.
    """
    strong = [way for way, there in _strong(factors).items() if there]
    if asks_for_factor(owner.check, factors):
        return strong + ([WayToProve.RECOVERY_CODE] if factors.recovery_codes else [])
    codes = {WayToProve.SMS: owner.phone, WayToProve.EMAIL: owner.email}
    found = [way for way, contact in codes.items() if contact] + strong
    return found or [WayToProve.PASSWORD]


def _strong(factors: Factors) -> dict[WayToProve, bool]:
    return {WayToProve.PASSKEY: factors.passkeys > 0, WayToProve.APP: factors.app}


def asks_for_factor(check: SignInCheck, factors: Factors) -> bool:
    """Whether signing in asks for app or passkey. A check without its factor counts as a code (1.22)."""
    return check in (SignInCheck.APP, SignInCheck.PASSKEY) and factors.any


def is_trusted(trusted_at: datetime | None, trusted_mark: str, mark: str, *, now: datetime, limits: Limits) -> bool:
    """Trust in a device ends by time, and with whatever changes the account's mark (1.47)."""
    if trusted_at is None or trusted_mark != mark:
        return False
    return now - trusted_at < timedelta(days=limits.device_trust_days)


def check_in_force(chosen: SignInCheck, least: LeastCheck) -> SignInCheck:
    """What the owner chose, or more if the tenant's policy asks for it (1.22)."""
    if least is LeastCheck.SECOND_FACTOR and chosen in (SignInCheck.NONE, SignInCheck.CODE):
        return SignInCheck.APP
    if least is LeastCheck.CODE and chosen is SignInCheck.NONE:
        return SignInCheck.CODE
    return chosen


def is_unusual(seen: Sequence[Sight], new: Sight, *, limits: Limits) -> bool:
    """A new device in a new place, or a place that nobody reaches in the time since the last sign-in. The first never is.

    ``seen`` is the newest sign-in of each known device.
    """
    if not seen:
        return False
    last = max(seen, key=lambda one: one.at)
    new_place = all(one.place != new.place for one in seen)
    return (new.new_device and new_place) or _is_impossible(last, new, limits=limits)


def _is_impossible(last: Sight, new: Sight, *, limits: Limits) -> bool:
    if last.degrees is None or new.degrees is None:
        return False
    far = kilometres(last.degrees, new.degrees)
    hours = max((new.at - last.at).total_seconds(), 1) / HOUR
    return far >= limits.travel_least_km and far / hours > limits.travel_fastest_kmh


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the surface between two points (degrees north, degrees east)."""
    north, east, other_north, other_east = map(radians, (*one, *other))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def can_check(check: SignInCheck, owner: AccountFacts, factors: Factors) -> bool:
    """Whether a check can be asked of this account at all."""
    return {
        SignInCheck.NONE: True,
        SignInCheck.CODE: bool(owner.phone or owner.email),
        SignInCheck.APP: factors.app,
        SignInCheck.PASSKEY: factors.passkeys > 0,
    }[check]


def check_without(owner: AccountFacts, factors: Factors) -> SignInCheck:
    """The owner's check after a factor was removed: his own if it still can be asked, else the other factor, else a code."""
    chosen = owner.check in (SignInCheck.APP, SignInCheck.PASSKEY)
    strong = [SignInCheck.PASSKEY, SignInCheck.APP] if chosen else []
    order: list[SignInCheck] = [owner.check, *strong, SignInCheck.CODE, SignInCheck.NONE]
    return next(check for check in order if can_check(check, owner, factors))
