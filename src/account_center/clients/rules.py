"""Shapes of client IDs and secrets, and which failures count against whom."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from account_center.clients.types import Scope

CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{2,63}", re.ASCII)
TOKEN_PREFIX = "act_"  # noqa: S105 - marks our tokens for secret scanners
SECRET_PREFIX = "acs_"  # noqa: S105
LONGEST_TOKEN = 200
WINDOW = timedelta(hours=1)


def is_client_id(text: str) -> bool:
    """3 to 64 lower-case letters, digits and hyphens, beginning with a letter."""
    return CLIENT_ID.fullmatch(text) is not None


def unknown_scope(scopes: Iterable[str]) -> str | None:
    """The first scope that does not exist, or None."""
    return next((scope for scope in sorted(scopes) if scope not in set(Scope)), None)


def granted(asked: frozenset[str], allowed: frozenset[str]) -> frozenset[str] | None:
    """What was asked, or all that is allowed if nothing was; None if more was asked than is allowed."""
    wanted = asked or allowed
    return wanted if wanted <= allowed else None


def window_of(now: datetime) -> datetime:
    """The beginning of the hour in which failures are counted together."""
    return now.replace(minute=0, second=0, microsecond=0)


def seconds_left(now: datetime) -> int:
    """Until the counts begin anew, at least 1."""
    return max(1, int((window_of(now) + WINDOW - now).total_seconds()))


def counted_under(address: str, client_id: str) -> list[str]:
    """Whose failures these are.

    A client is counted together with the address: otherwise a stranger could lock a service out by failing in its name.
    """
    return [f"address:{address}", f"client:{client_id[:64]}@{address}"] if client_id else [f"address:{address}"]
