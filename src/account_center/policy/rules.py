"""Pure decisions about a security policy."""

from dataclasses import dataclass

from account_center.policy.types import (
    LEAST_SESSION_MINUTES,
    MOST_HISTORY,
    MOST_MIN_AGE_HOURS,
    MOST_PASSWORD_DAYS,
)

HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number that must lie between ``least`` and ``most``; ``field`` is the one it was typed into."""

    field: str
    least: int
    most: int


def bound_broken_by_password_rules(*, days: int, history: int, min_hours: int) -> Bounds | None:
    """The first bound that these rules for passwords break (3.1.20). A password must be changeable before it runs out."""
    before_the_end = days * HOURS_OF_A_DAY - 1 if days else MOST_MIN_AGE_HOURS
    asked = (
        (days, Bounds("days", 0, MOST_PASSWORD_DAYS)),
        (history, Bounds("history", 0, MOST_HISTORY)),
        (min_hours, Bounds("min_hours", 0, min(MOST_MIN_AGE_HOURS, before_the_end))),
    )
    return next((bounds for number, bounds in asked if not bounds.least <= number <= bounds.most), None)


def bound_broken_by_session(minutes: int, *, longest: int) -> Bounds | None:
    """The bound that a session of ``minutes`` breaks; 0 stands for the operator's ``longest`` (minutes)."""
    bounds = Bounds("minutes", LEAST_SESSION_MINUTES, longest)
    return None if minutes == 0 or bounds.least <= minutes <= bounds.most else bounds


def notice_days(password_days: int, *, usual: int) -> int:
    """How many days before its end a password that counts ``password_days`` is told of: not in the first half of its life."""
    return min(usual, password_days // 2)
