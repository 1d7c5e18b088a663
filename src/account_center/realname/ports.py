"""What real-name verification asks of outside systems: a bank-card checker and a face comparer.

Every question carries a ``key`` (the caller's idempotency key, stored before the call). The same key is answered once:
asking again with it never checks, charges or counts a second time. Adapters never open a transaction around a call.
"""

from dataclasses import dataclass, field
from typing import Protocol

from account_center.realname.types import CardAnswer, FaceAnswer


class ProviderAway(Exception):
    """The provider could not be reached or refused to work: surely nothing was done. Ask again later, same key."""


class ProviderSilent(Exception):
    """The question went out and no readable answer came: nobody knows whether it was done. Use ``outcome``."""


class ProviderBusy(Exception):
    """The provider is there and asks us to come back: nothing was done. Ask again soon, same key."""


@dataclass(frozen=True, slots=True)
class CardClaim:
    """Who says to hold which card. Nothing of it appears in logs or tracebacks."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    card_number: str = field(repr=False)
    phone_e164: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardResult:
    """The bank's answer and the reference under which the provider finds it again."""

    answer: CardAnswer
    provider_reference: str


class BankCardChecker(Protocol):
    """Compares name, identity number and phone with what the card's bank holds. The customer is never charged (2.2.3)."""

    def check(self, claim: CardClaim, *, key: str, seconds: float) -> CardResult:
        """The answer within ``seconds``. Raises ProviderAway, ProviderBusy or ProviderSilent."""
        ...

    def outcome(self, *, key: str) -> CardResult | None:
        """The answer already given under ``key``; None if the question never arrived. Raises like ``check``."""
        ...


@dataclass(frozen=True, slots=True)
class FaceResult:
    """The comparer's answer and the reference under which the provider finds it again."""

    answer: FaceAnswer
    provider_reference: str


class FaceComparer(Protocol):
    """Compares a face picture with the official picture of the person named."""

    def compare(self, *, name: str, id_number: str, jpeg: bytes, key: str, seconds: float) -> FaceResult:
        """The answer within ``seconds``. Raises ProviderAway, ProviderBusy or ProviderSilent."""
        ...

    def outcome(self, *, key: str) -> FaceResult | None:
        """The answer already given under ``key``; None if the question never arrived. Raises like ``compare``."""
        ...
