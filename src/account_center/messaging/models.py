import uuid
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from account_center.messaging.types import Channel, MessageKind, MessageState, Problem
from account_center.plumbing.data_keys import holds_data_key


def _choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


class Sealed(models.Model):
    """A recipient and a content, sealed under a key of their own; ``recipient_index`` finds the recipient again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.CharField(max_length=5, choices=_choices(Channel))
    recipient_index = models.BinaryField(max_length=32)
    wrapped_key = models.BinaryField()
    kek_id = models.CharField(max_length=40)
    content = models.BinaryField()

    class Meta:
        abstract = True


@holds_data_key
class Message(Sealed):
    """An SMS or e-mail on its way. Its content is gone once it is accepted or given up: codes do not stay."""

    purpose = models.CharField(max_length=40)
    kind = models.CharField(max_length=9, choices=_choices(MessageKind), default=MessageKind.SYSTEM.value)
    country = models.CharField(max_length=2, blank=True, default="")
    masked = models.CharField(max_length=260)
    # Written for a page that must look the same to somebody who has no account; never reaches a gateway.
    decoy = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=_choices(MessageState), default=MessageState.QUEUED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    last_problem = models.CharField(max_length=20, choices=_choices(Problem), blank=True, default="")
    reference = models.CharField(max_length=100, blank=True, default="")
    accepted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=[MessageState.ACCEPTED.value, MessageState.FAILED.value])
                | Q(content=b"", wrapped_key=b""),
                name="ended_messages_are_empty",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.ACCEPTED.value, accepted_at__isnull=False)
                | (~Q(state=MessageState.ACCEPTED.value) & Q(accepted_at__isnull=True)),
                name="accepted_messages_say_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="messages_by_age"),
            models.Index(fields=["recipient_index", "-created_at"], name="messages_of_a_recipient"),
            models.Index(fields=["channel", "-tried_at"], condition=Q(decoy=False), name="messages_newest_try"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.public_id} {self.state}"


class Unsubscribed(models.Model):
    """An e-mail address that wants no marketing, known by its blind index only."""

    recipient_index = models.BinaryField(max_length=32, unique=True)
    since = models.DateTimeField()


@holds_data_key
class SandboxMessage(Sealed):
    """What the sandbox's phones and mailboxes have. Without ``received_at`` it was only tried so far."""

    tries = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-received_at"], name="sandbox_newest_first")]
