"""Words of the audit room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Facts = Mapping[str, str | int | bool | None]


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
