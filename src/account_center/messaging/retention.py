"""What this room keeps, how long, and its removal."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings

from account_center.messaging.models import Message, SandboxMessage

KEPT: Mapping[str, str] = {
    "Message": "LIMITS.message_keep_days after it was queued; its content only until it is accepted or given up.",
    "SandboxMessage": "LIMITS.message_keep_days; only in the sandbox.",
    "Unsubscribed": "Until the owner of the address switches news on again, as a blind index: a wish not to be written to has no other end.",
}


def erase_expired(now: datetime) -> int:
    """Removes what is older than LIMITS.message_keep_days; returns how many messages."""
    before = now - timedelta(days=settings.LIMITS.message_keep_days)
    gone, _ = Message.objects.filter(created_at__lt=before).delete()
    gone_in_sandbox, _ = SandboxMessage.objects.filter(created_at__lt=before).delete()
    return gone + gone_in_sandbox
