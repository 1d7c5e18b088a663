"""Links by which a recipient leaves the marketing list without signing in (RFC 8058, 3.1.8)."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.conf import settings
from django.urls import reverse

from account_center.messaging.errors import UnsubscribeLinkUnknown
from account_center.plumbing.keys import keyring

INDEX_BYTES = 32
TAG_BYTES = 16


def unsubscribe_link(index: bytes) -> str:
    """The address that unsubscribes the recipient with this blind index. Says nothing about who that is."""
    token = urlsafe_b64encode(index + _tag(index)).rstrip(b"=").decode()
    return settings.LINK_ADDRESS + reverse("messaging:unsubscribe", args=[token])


def index_in(token: str) -> bytes:
    """The blind index in a link of ours. Raises UnsubscribeLinkUnknown for any other."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError as wrong:
        raise UnsubscribeLinkUnknown from wrong
    index, tag = raw[:INDEX_BYTES], raw[INDEX_BYTES:]
    if not hmac.compare_digest(tag, _tag(index)):
        raise UnsubscribeLinkUnknown
    return index


def _tag(index: bytes) -> bytes:
    return keyring().digest("unsubscribe", index.hex())[:TAG_BYTES]
