"""How events are written so that later changes show."""

import json
import re

from account_center.audit.types import EventFacts

EVENT_NAME = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")


def canonical(event: EventFacts) -> str:
    """One text that stands for everything the event says; equal events give equal texts."""
    return json.dumps(
        [
            event.at.isoformat(timespec="microseconds"),
            event.name,
            event.actor_kind,
            event.actor_name,
            event.actor_id,
            event.account_id,
            event.tenant_id,
            event.address,
            event.agent,
            dict(sorted(event.facts.items())),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def is_event_name(name: str) -> bool:
    """Whether ``name`` follows the grammar ``room:subject:action``."""
    return EVENT_NAME.fullmatch(name) is not None
