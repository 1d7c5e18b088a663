"""Shapes of client IDs and secrets, and the hour in which failures are counted."""

import re
from collections.abc import Iterable
from datetime import datetime

from account_center.clients.types import Scope

CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{2,63}", re.ASCII)
TOKEN_PREFIX = "act_"  # noqa: S105 - marks our tokens for secret scanners
SECRET_PREFIX = "acs_"  # noqa: S105
SIGNING_PREFIX = "ack_"
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
CLIENT_ID_LENGTH = 64
WINDOW_SECONDS = 3600


def is_client_id(text: str) -> bool:
    """3 to 64 lower-case letters, digits and hyphens, beginning with a letter."""
    return CLIENT_ID.fullmatch(text) is not None


def is_nonce(text: str) -> bool:
    """16 to 64 letters, digits, hyphens or underscores."""
    return NONCE.fullmatch(text) is not None


def is_near(timestamp: str, now: datetime, *, seconds: int) -> bool:
    """Whether a timestamp (seconds since 1970, as text) is one and not further than ``seconds`` from ``now``."""
    return TIMESTAMP.fullmatch(timestamp) is not None and abs(int(timestamp) - now.timestamp()) <= seconds


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
