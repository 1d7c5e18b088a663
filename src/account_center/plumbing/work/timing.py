"""When a job is due again. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0


def pause_after(failures: int, *, chance: Callable[[], float]) -> timedelta:
    """5 s, 10 s, 20 s … one hour at most, times 0.5 to 1.5: jobs that failed together must not come back together.

    ``chance`` gives a number from 0 to 1.
    """
    doubled = FIRST_PAUSE * 2 ** min(max(failures - 1, 0), 20)
    return timedelta(seconds=min(doubled, LONGEST_PAUSE) * (0.5 + chance()))


def next_period(now: datetime, seconds: int) -> datetime:
    """The next multiple of ``seconds`` since 1970, so that every worker computes the same moment."""
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)
