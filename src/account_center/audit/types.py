"""Words of the audit room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from account_center.kit.networks import Network

Facts = Mapping[str, str | int | bool | None]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST = 19  # digits of the largest number that a database column holds


class Topic(StrEnum):
    """What an event is about: kept beside it, so that a history of ten million events can be read by topic."""

    SIGNED_IN = "signed_in"
    FAILED = "failed"  # somebody could not prove to be the owner
    SIGNED_OUT = "signed_out"
    ACCOUNT = "account"
    SECURITY = "security"
    CLOUD = "cloud"
    VERIFICATION = "verification"
    HELP = "help"
    DATA = "data"
    STAFF = "staff"
    OTHER = "other"


SIGN_INS = (Topic.SIGNED_IN, Topic.FAILED, Topic.SIGNED_OUT)
OPERATIONS = tuple(topic for topic in Topic if topic not in SIGN_INS)


class SignInWay(StrEnum):
    """With what somebody signed in, or tried to: the first factor or the second."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    CODE = "code"
    APP = "app"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    TRUSTED_DEVICE = "trusted_device"
    RECOVERY = "recovery"
    REGISTRATION = "registration"


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose history: an account's, with that of its tenants."""

    account_id: int
    tenant_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of ``topics``, from ``since`` to before ``until``, from some networks, by a way of signing in."""

    topics: tuple[Topic, ...] = tuple(Topic)
    since: datetime | None = None
    until: datetime | None = None
    networks: tuple[Network, ...] = ()
    way: SignInWay | None = None

    @property
    def is_compared(self) -> bool:
        """Whether events must be looked at one by one: no index knows networks and ways."""
        return bool(self.networks) or self.way is not None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a history: of the last event that was read."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Spot | None":
        """The spot behind its text; None for any other text."""
        moment, _, number = text.partition("-")
        if not (_is_number(moment) and _is_number(number)):
            return None
        try:
            return cls(EPOCH + int(moment) * MICROSECOND, int(number))
        except OverflowError:
            return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST and int(text) < 1 << 63


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One thing that happened. ``name`` follows the grammar ``room:subject:action``, such as ``signin:session:started``."""

    id: int
    at: datetime
    name: str
    actor_kind: str
    actor_name: str
    account_id: int | None
    tenant_id: int | None
    address: str
    agent: str
    facts: Facts
    actor_id: int | None = None
    topic: Topic = Topic.OTHER


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of a history, newest first. ``older`` is where the next page begins; None at the end.

    ``compared_to`` is set when the page is not full and yet not the last: so far were events looked at.
    """

    events: tuple[EventFacts, ...]
    older: Spot | None = None
    compared_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What checking the event chain found. ``broken`` names the first seal or event that does not fit; empty if all fit.

    ``head`` is the newest link: if a log shows a head that is no longer in the chain, its end was cut off.
    """

    events: int
    seals: int
    unsealed: int
    broken: str = ""
    head: str = ""
