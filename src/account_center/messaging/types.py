"""The words of this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class MessageKind(StrEnum):
    """System messages belong to the account and cannot be unsubscribed; marketing needs a way out (3.1.8)."""

    SYSTEM = "system"
    MARKETING = "marketing"


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    RETRYING = "retrying"
    ACCEPTED = "accepted"
    FAILED = "failed"


class Problem(StrEnum):
    """Why a message is not on its way. The words stand in the catalogue under ``messaging.<value>``."""

    UNREACHABLE = "unreachable"
    REFUSED_BY_GATEWAY = "refused_by_gateway"
    GATEWAY_AWAY = "gateway_away"
    UNSUBSCRIBED = "unsubscribed"

    @property
    def code(self) -> str:
        """The catalogue's entry."""
        return f"messaging.{self.value}"


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent, and to whom: E.164 or an e-mail address. Subject and headers are empty for SMS."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a message has come. ``next_try_at`` is set while it is retried, ``problem`` when something went wrong."""

    message_id: UUID
    channel: Channel
    masked: str
    state: MessageState
    attempts: int
    problem: Problem | None
    accepted_at: datetime | None
    next_try_at: datetime | None

    def for_strangers(self) -> "Delivery":
        """What may be shown to somebody who has not proven the recipient.

        A refusal of this very recipient looks like success: a message that was never really sent cannot be refused,
        so the difference would tell that an account exists.
        """
        if self.state is MessageState.FAILED and self.problem is not Problem.GATEWAY_AWAY:
            return replace(self, state=MessageState.ACCEPTED, problem=None)
        return self


@dataclass(frozen=True, slots=True)
class SandboxItem:
    """A message that the sandbox received, for the page that shows its phones and mailboxes."""

    id: UUID
    channel: Channel
    recipient: str
    subject: str
    text: str
    headers: Mapping[str, str]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SentFacts:
    """That a message was sent, and what for. ``masked`` is the recipient."""

    channel: Channel
    purpose: str
    masked: str
    state: MessageState
    created_at: datetime
