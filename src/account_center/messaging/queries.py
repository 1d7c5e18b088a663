"""Reads."""

from uuid import UUID

from django.conf import settings

from account_center.messaging.errors import MessageUnknown
from account_center.messaging.models import Message, SandboxMessage, Unsubscribed
from account_center.messaging.sealed import recipient_index, reveal
from account_center.messaging.types import Channel, Delivery, MessageState, Problem, SandboxItem, SentFacts


def delivery_of(message_id: UUID) -> Delivery:
    """How far the message has come. Raises MessageUnknown."""
    row = Message.objects.filter(public_id=message_id).first()
    if row is None:
        raise MessageUnknown
    return Delivery(
        message_id=row.public_id,
        channel=Channel(row.channel),
        masked=row.masked,
        state=MessageState(row.state),
        attempts=row.attempts,
        problem=Problem(row.last_problem) if row.last_problem else None,
        accepted_at=row.accepted_at,
        next_try_at=row.next_try_at,
    )


def gets_news(email: str) -> bool:
    """Whether marketing may be sent to this address (3.1.8)."""
    return not Unsubscribed.objects.filter(recipient_index=recipient_index(Channel.EMAIL, email)).exists()


def sandbox_inbox(limit: int = 50, *, recipient: str = "") -> list[SandboxItem]:
    """What the sandbox's phones and mailboxes have, newest first; of one ``recipient`` (E.164 or e-mail) if given.

    Outside the sandbox there is nothing to see.
    """
    if not settings.SANDBOX:
        return []
    rows = SandboxMessage.objects.filter(received_at__isnull=False).order_by("-received_at", "-pk")
    if recipient:
        channel = Channel.EMAIL if "@" in recipient else Channel.SMS
        rows = rows.filter(channel=channel.value, recipient_index=recipient_index(channel, recipient))
    return [_item(row) for row in rows[:limit]]


def _item(row: SandboxMessage) -> SandboxItem:
    content = reveal(row)
    return SandboxItem(
        id=row.public_id,
        channel=Channel(row.channel),
        recipient=content.to,
        subject=content.subject,
        text=content.text,
        headers=content.headers,
        received_at=row.received_at or row.created_at,
    )


def messages_to(recipients: list[str], *, limit: int) -> list[SentFacts]:
    """What was sent to these phones (E.164) and mailboxes, newest first: that it was, and what for; not what it said."""
    indexes = [recipient_index(Channel.EMAIL if "@" in one else Channel.SMS, one) for one in recipients]
    rows = Message.objects.filter(recipient_index__in=indexes, decoy=False).order_by("-created_at", "-pk")
    return [
        SentFacts(
            channel=Channel(row.channel),
            purpose=row.purpose,
            masked=row.masked,
            state=MessageState(row.state),
            created_at=row.created_at,
        )
        for row in rows[:limit]
    ]


def takes_marketing(address: str) -> bool:
    """Whether this mailbox is not on the list of those who want no advertising (3.1.8)."""
    index = recipient_index(Channel.EMAIL, address)
    return not Unsubscribed.objects.filter(recipient_index=index).exists()
