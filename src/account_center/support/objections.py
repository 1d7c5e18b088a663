"""The link with which an owner says "this was not me": a keyed digest of the ticket, so that nothing has to be stored."""

import hmac
from base64 import urlsafe_b64encode

from account_center.plumbing.keys import keyring
from account_center.support.models import Ticket

TAG_BYTES = 18


def objection_tag(row: Ticket) -> str:
    """The part of the link that only we can make."""
    return urlsafe_b64encode(keyring().digest("support.objection", str(row.public_id))[:TAG_BYTES]).decode()


def is_objection_tag(row: Ticket, tag: str) -> bool:
    """Whether a link is ours."""
    return hmac.compare_digest(objection_tag(row).encode(), tag.encode())
