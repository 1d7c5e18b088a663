"""From an event to what a person reads."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from account_center.audit.event_words import SENTENCES, TO_OWNER
from account_center.audit.fact_words import ACTORS, CODED, CODED_IN, TOPICS
from account_center.audit.rules import ways_of
from account_center.audit.types import EventFacts, SignInWay, Topic
from account_center.kit.actor import ActorKind
from account_center.kit.agents import agent_words
from account_center.kit.countries import country_name
from account_center.plumbing.wording import explain, known_codes

UNNAMED = frozenset({ActorKind.STAFF.value, ActorKind.SERVICE.value, ActorKind.SYSTEM.value})


class _Dash(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def sentence_of(event: EventFacts, *, to_owner: bool = False) -> str:
    """What happened, in the reader's language; ``to_owner`` leaves out what staff wrote for staff.

    An event without words is shown by its name (a test forbids that).
    """
    pattern = (TO_OWNER.get(event.name) if to_owner else None) or SENTENCES.get(event.name)
    if pattern is None:
        return event.name
    filled = {name: _readable(event.name, name, value, event.facts) for name, value in event.facts.items()}
    computed = {"ways": ways_text(event), **_countries(event)}
    return str(pattern).format_map(_Dash(filled | computed)).strip()


def doer_of(event: EventFacts, *, to_owner: bool = False) -> str:
    """Who did it; the owner reads no names of staff, services and parts of the product, and of himself only the name."""
    if to_owner and event.actor_kind == ActorKind.STAFF.value:
        return _("Support staff")
    if to_owner and event.actor_kind == ActorKind.CUSTOMER.value and event.actor_name:
        return event.actor_name
    kind = str(ACTORS.get(event.actor_kind, event.actor_kind))
    named = event.actor_name and not (to_owner and event.actor_kind in UNNAMED)
    return _("%(kind)s: %(name)s") % {"kind": kind, "name": event.actor_name} if named else kind


def way_words(way: SignInWay) -> str:
    """A way of signing in."""
    return str(CODED["way"][way.value])


def ways_text(event: EventFacts) -> str:
    """With what somebody signed in or tried to, such as ``password, authenticator app``; a dash if it is not known."""
    used = ways_of(event.name, event.facts)
    return _(", ").join(way_words(way) for way in SignInWay if way in used) or "—"


def topic_words(topic: Topic) -> str:
    """What events are about."""
    return str(TOPICS[topic.value])


def device_of(event: EventFacts) -> str:
    """Browser and system, as the browser names itself; empty if it says nothing that we know."""
    return agent_words(event.agent).text


def _readable(event: str, name: str, value: str | int | None, facts: Mapping[str, str | int | None]) -> str:
    text = "" if value is None else str(value)
    words: Mapping[str, object] = CODED_IN.get(event, {}).get(name) or CODED.get(name) or {}
    if text in words:
        return str(words[text])
    if name in ("code", "refusal") and text in known_codes():
        return explain(text, facts).what
    return country_name(text, get_language() or "en") if name == "country" else text


def _countries(event: EventFacts) -> dict[str, str]:
    language = get_language() or "en"
    both = ((f"{name}_country", event.facts.get(name)) for name in ("before", "after"))
    return {name: country_name(str(code), language) for name, code in both if code}
