"""What real-name verification asks of outside systems: card checker, face comparer, register, bank for transfers.

Every question carries a ``key`` (the caller's idempotency key, stored before the call). The same key is answered once:
asking again with it never checks, charges or counts a second time. Adapters never open a transaction around a call.
"""

from dataclasses import dataclass, field
from typing import Protocol

from account_center.realname.types import CardAnswer, FaceAnswer, RegisterAnswer, ReturnReason, TransferStep


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


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """An organisation as stated. ``country`` is ISO 3166-1 alpha-2. Nothing of it appears in logs or tracebacks."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    representative: str = field(repr=False)
    representative_id: str = field(repr=False)
    country: str


class RegisterLookup(Protocol):
    """Compares what is stated of an organisation with the public register (2.3.1, 2.3.28)."""

    def look_up(self, question: RegisterQuestion, *, key: str, seconds: float) -> RegisterAnswer:
        """The answer within ``seconds``. Raises ProviderAway, ProviderBusy or ProviderSilent."""
        ...

    def outcome(self, *, key: str) -> RegisterAnswer | None:
        """The answer already given under ``key``; None if the question never arrived. Raises like ``look_up``."""
        ...


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """One payment to a company's own account. Nothing of it appears in logs or tracebacks."""

    holder: str = field(repr=False)
    account: str = field(repr=False)
    branch: str
    bank: str  # its name
    fen: int = field(repr=False)
    remark: str  # stands in the statement: the reference number of the application


@dataclass(frozen=True, slots=True)
class TransferReport:
    """What the bank says of one payment; ``reason`` where it was returned."""

    step: TransferStep
    provider_reference: str
    reason: ReturnReason | None = None


class TransferBank(Protocol):
    """Pays small sums to companies' accounts, each key once (2.3.1)."""

    def pay(self, order: TransferOrder, *, key: str, seconds: float) -> TransferReport:
        """Takes the order, within ``seconds``. Raises ProviderAway, ProviderBusy or ProviderSilent."""
        ...

    def outcome(self, *, key: str) -> TransferReport | None:
        """What became of the payment; None if the order never arrived. Raises like ``pay``."""
        ...
