"""What this room needs from outside: somebody who carries an SMS, and somebody who carries an e-mail."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from account_center.messaging.types import Content, Problem


class GatewayAway(Exception):
    """No answer, or none that decides. The same message may be sent again under the same key."""


class GatewayRefused(Exception):
    """A final no to this message; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Receipt:
    """The gateway has taken the message over; ``reference`` is its own number for it, empty if it gives none."""

    reference: str = ""


class SmsGateway(Protocol):
    def send(self, *, to: str, text: str, key: UUID) -> Receipt:
        """Hands an SMS over. The same ``key`` is the same message. Raises GatewayAway, GatewayRefused."""


class MailGateway(Protocol):
    def send(self, *, content: Content, key: UUID) -> Receipt:
        """Hands an e-mail over. The same ``key`` is the same message. Raises GatewayAway, GatewayRefused."""
