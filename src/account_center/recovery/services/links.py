"""Links that do one thing for whoever has them: they came in a message, so no sign-in is asked."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from account_center.plumbing.keys import keyring
from account_center.recovery.errors import LinkUnknown

ID_BYTES = 16
TAG_BYTES = 16
STOP, LEAVE = "portal:recovery_stop", "portal:emergency_leave"


def link(page: str, about: UUID) -> str:
    """The address of ``STOP`` or ``LEAVE`` for one row. It says nothing about whom it concerns."""
    token = urlsafe_b64encode(about.bytes + _tag(page, about)).rstrip(b"=").decode()
    return settings.LINK_ADDRESS + reverse(page, args=[token])


def read(page: str, token: str) -> UUID:
    """The row a link of ours is about. Raises LinkUnknown for any other text."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        about = UUID(bytes=raw[:ID_BYTES])
    except ValueError as wrong:
        raise LinkUnknown from wrong
    if not hmac.compare_digest(raw[ID_BYTES:], _tag(page, about)):
        raise LinkUnknown
    return about


def _tag(page: str, about: UUID) -> bytes:
    return keyring().digest(f"link.{page}", about.hex)[:TAG_BYTES]
