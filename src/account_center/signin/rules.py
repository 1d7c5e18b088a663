"""Pure decisions about codes and tries."""

from datetime import datetime, timedelta

from account_center.kit.limits import Limits
from account_center.signin.types import ChallengeState, CodeVerdict, GuardFacts, GuardVerdict

MOVES: dict[ChallengeState, set[ChallengeState]] = {
    ChallengeState.WAITING: {ChallengeState.SPENT, ChallengeState.PROVEN},
    ChallengeState.PROVEN: {ChallengeState.USED},
    ChallengeState.SPENT: set(),
    ChallengeState.USED: set(),
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
