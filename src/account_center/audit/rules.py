"""How events are written so that later changes show, and what they are about."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from account_center.audit.types import EPOCH, MICROSECOND, EventFacts, SignInWay, Topic, Wanted
from account_center.kit.networks import is_allowed

EVENT_NAME = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")
# Numbers of events are made by us: microseconds since 1970, then random bits. Smaller ones, given by the database, are
# older than this rule; their digests know no number.
RANDOM_BITS = 11
FIRST_OWN_NUMBER = 1 << 61
_ROOMS: Mapping[str, Topic] = {
    "accounts": Topic.ACCOUNT,
    "audit": Topic.DATA,
    "console": Topic.STAFF,
    "messaging": Topic.ACCOUNT,
    "onboarding": Topic.CLOUD,
    "policy": Topic.SECURITY,
    "privacy": Topic.DATA,
    "realname": Topic.VERIFICATION,
    "recovery": Topic.SECURITY,
    "signin": Topic.SECURITY,
    "standing": Topic.CLOUD,
    "support": Topic.HELP,
    "tenants": Topic.CLOUD,
}
_SUBJECTS: Mapping[str, Topic] = {
    "accounts:password": Topic.SECURITY,
    "accounts:sessions": Topic.SECURITY,
    "accounts:sign_in_check": Topic.SECURITY,
}
_EVENTS: Mapping[str, Topic] = {
    "signin:session:started": Topic.SIGNED_IN,
    "signin:session:ended": Topic.SIGNED_OUT,
    "signin:app_session:ended": Topic.SIGNED_OUT,
    "signin:network:refused": Topic.FAILED,
}
_TRIED: Mapping[str, SignInWay] = {
    "signin:password": SignInWay.PASSWORD,
    "signin:code": SignInWay.CODE,
    "signin:second_factor": SignInWay.APP,
    "signin:passkey": SignInWay.PASSKEY,
    "signin:recovery_code": SignInWay.RECOVERY_CODE,
}
_SECOND_FACTOR = "second_factor"  # what sign-ins of staff say: the password and the app


def topic_of(name: str) -> Topic:
    """What an event is about. Stored beside it: who changes this rule changes what is stored, in a migration."""
    if name in _EVENTS:
        return _EVENTS[name]
    room, subject, action = name.split(":")
    if room == "signin" and action == "wrong":
        return Topic.FAILED
    return _SUBJECTS.get(f"{room}:{subject}") or _ROOMS.get(room, Topic.OTHER)


def ways_of(name: str, facts: Mapping[str, object]) -> frozenset[SignInWay]:
    """With what somebody signed in or tried to; none for other events."""
    subject, _, action = name.rpartition(":")
    if action == "wrong":
        return frozenset({_TRIED[subject]} if subject in _TRIED else ())
    if name != "signin:session:started":
        return frozenset()
    said = {str(facts.get("way")), str(facts.get("second"))}
    known = {SignInWay(way) for way in said & set(SignInWay)}
    return frozenset(known | {SignInWay.PASSWORD, SignInWay.APP} if _SECOND_FACTOR in said else known)


def fits(wanted: Wanted, *, name: str, address: str, facts: Mapping[str, object]) -> bool:
    """Whether an event comes from one of the wanted networks, by the wanted way."""
    if wanted.way is not None and wanted.way not in ways_of(name, facts):
        return False
    return is_allowed(address, wanted.networks)


def period_of_file(wanted: Wanted, *, now: datetime, days: int) -> Wanted | None:
    """The same with both ends of its period: by default the newest ``days``. None if it is longer than that."""
    until = min(wanted.until or now, now)
    since = wanted.since or until - timedelta(days=days)
    # A period is chosen in whole days, and may end in the middle of one.
    return replace(wanted, since=since, until=until) if until - since < timedelta(days=days + 1) else None


def own_number(at: datetime, chance: int) -> int:
    """The number of an event of ``at``; ``chance`` are ``RANDOM_BITS`` random bits."""
    return (at - EPOCH) // MICROSECOND << RANDOM_BITS | chance


def canonical(event: EventFacts) -> str:
    """One text that stands for everything the event says, its number too; equal events give equal texts."""
    numbered = [event.id] if event.id >= FIRST_OWN_NUMBER else []
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
            *numbered,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def is_event_name(name: str) -> bool:
    """Whether ``name`` follows the grammar ``room:subject:action``."""
    return EVENT_NAME.fullmatch(name) is not None
