"""Shapes of client IDs and secrets, and the hour in which failures are counted."""

import re
from collections.abc import Iterable
from datetime import datetime

from account_center.clients.types import Scope

CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{2,63}", re.ASCII)
TOKEN_PREFIX = "act_"  # noqa: S105 - marks our tokens for secret scanners
SECRET_PREFIX = "acs_"  # noqa: S105
CLIENT_ID_LENGTH = 64
WINDOW_SECONDS = 3600


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


def seconds_left(now: datetime) -> int:
    """Until failures are counted anew."""
    return WINDOW_SECONDS - int(now.timestamp()) % WINDOW_SECONDS
