"""Words of the privacy room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | int | bool | datetime | None
Row = Mapping[str, Value]


class DeletionCheck(StrEnum):
    """What must hold before an ID account can be deleted, in the order in which it is shown."""

    ID_ACCOUNT = "id_account"
    NOT_FROZEN = "not_frozen"
    NO_TENANT = "no_tenant"
    NO_VERIFICATION_RUNNING = "no_verification_running"
    NO_TICKET_OPEN = "no_ticket_open"
    NO_RECOVERY_WAITING = "no_recovery_waiting"


@dataclass(frozen=True, slots=True)
class DeletionFacts:
    """What the checks look at. ``has_tenant``: open, or closed and in its retention period."""

    is_id_account: bool
    is_frozen: bool
    has_tenant: bool
    verification_runs: bool
    ticket_is_open: bool
    recovery_waits: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a copy, such as the devices. ``key`` names it in the file; so do the keys of its rows."""

    key: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything the product knows of a person, as it stood at ``made_at``. ``cut`` says that older history was left out."""

    account_id: int
    account_name: str
    made_at: datetime
    parts: tuple[Part, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished file for the owner."""

    name: str
    content: bytes
