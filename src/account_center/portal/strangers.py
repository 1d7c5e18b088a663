"""After "this was not me": staff hear of it too."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language

from account_center.kit.actor import Actor
from account_center.kit.agents import agent_words
from account_center.plumbing.places import place_of
from account_center.support.services import open_appeal_after_stranger


def report_stranger(*, actor: Actor, account_id: int, at: datetime, address: str, agent: str, now: datetime) -> str:
    """Opens a ticket about a sign-in that the owner disowned; its reference."""
    place = place_of(address)
    facts = {
        "when": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        "where": f"{place.text(get_language() or 'en')} ({address})" if place else address,
        "with": agent_words(agent).text,
    }
    return open_appeal_after_stranger(actor=actor, account_id=account_id, facts=facts, now=now)
