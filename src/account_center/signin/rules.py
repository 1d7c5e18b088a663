"""Pure decisions about codes and tries."""

from datetime import datetime, timedelta

from account_center.accounts.types import SignInCheck
from account_center.kit.limits import Limits
from account_center.signin.types import (
    AttemptState,
    ChallengeState,
    CodeVerdict,
    FirstWay,
    GuardFacts,
    GuardVerdict,
    SecondWay,
    Step,
    StepFacts,
)

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
    if facts.locked_until is not None and facts.locked_until > now:
        return GuardVerdict(allowed=False, tries=facts.tries, locked_until=facts.locked_until)
    tries = 1 if _is_fresh(facts, now=now, limits=limits) else facts.tries + 1
    locked_until = now + timedelta(seconds=limits.lock_seconds) if tries >= limits.wrong_passwords else None
    return GuardVerdict(allowed=True, tries=tries, locked_until=locked_until)


def _is_fresh(facts: GuardFacts, *, now: datetime, limits: Limits) -> bool:
    if facts.locked_until is not None or facts.last_try_at is None:
        return True
    return now - facts.last_try_at >= timedelta(seconds=limits.wrong_password_memory_seconds)


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
    if facts.check is not SignInCheck.CODE and (facts.has_app or facts.has_passkey):
        wants_app = facts.has_app and (facts.check is SignInCheck.APP or not facts.has_passkey)
        return Step.APP if wants_app else Step.PASSKEY
    proven = facts.first_way in (FirstWay.CODE, FirstWay.RECOVERY)  # a code to this very account has just come back
    return None if facts.device_trusted or proven or not facts.can_receive_code else Step.CODE


def answers_to(step: Step | None, *, has_app: bool, has_passkey: bool) -> frozenset[SecondWay]:
    """What may answer a step: a stronger proof always does instead of a code; a recovery code instead of app and passkey."""
    if step is None or step is Step.NEW_PASSWORD:
        return frozenset()
    own = ({SecondWay.APP} if has_app else set()) | ({SecondWay.PASSKEY} if has_passkey else set())
    return frozenset(own | {SecondWay.CODE if step is Step.CODE else SecondWay.RECOVERY_CODE})


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
    return (check is SignInCheck.APP and factors.app) or (check is SignInCheck.PASSKEY and factors.passkeys > 0)
