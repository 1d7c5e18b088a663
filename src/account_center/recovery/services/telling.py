"""Telling owners and emergency contacts, wherever they can be reached. Everything is queued in the caller's transaction."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from account_center.accounts.types import AccountFacts
from account_center.kit.actor import Actor
from account_center.kit.agents import agent_words
from account_center.messaging.services import queue_email, queue_sms
from account_center.plumbing.places import place_of
from account_center.signin.services import phone_country
from account_center.signin.types import Channel

PURPOSE = "security_notice"


def tell_new_password(owner: AccountFacts, *, actor: Actor, link: str, now: datetime) -> None:
    """A new password was set: to every phone and mailbox the account has, with the link for "this was not me"."""
    with override(owner.language):
        text = _(
            "[%(operator)s] A new password was set for your account %(name)s, because the old one was said to be forgotten: %(when)s%(where)s. All sessions ended."
        )
        advice = _("If this was not you, press here at once: %(link)s")
        told = f"{text % _facts(owner, actor, now)} {advice % {'link': link}}"
        _tell(owner, _("A new password was set"), told)


def tell_waiting(owner: AccountFacts, *, actor: Actor, until: datetime, link: str, now: datetime) -> None:
    """Somebody waits to set a new password; how to stop it."""
    with override(owner.language):
        text = _(
            "[%(operator)s] Somebody with a code to your phone or e-mail wants to set a new password for your account %(name)s on a new device: %(when)s%(where)s. From %(until)s on it is possible. If this is not you, stop it: %(link)s"
        )
        facts = _facts(owner, actor, now) | {"until": in_words(until), "link": link}
        _tell(owner, _("A new password is being asked for"), text % facts)


def tell_stopped(owner: AccountFacts) -> None:
    """The waiting time was stopped."""
    with override(owner.language):
        text = _(
            "[%(operator)s] The new password that was asked for your account %(name)s was stopped. Nothing was changed. To be safe, bind a second way to reach you and set up an authenticator app or a passkey."
        )
        _tell(owner, _("The new password was stopped"), text % _who(owner))


def tell_contact_added(owner: AccountFacts, *, hint: str) -> None:
    """An emergency contact has agreed."""
    with override(owner.language):
        text = _(
            "[%(operator)s] %(contact)s is now an emergency contact of your account %(name)s. If you did not ask for this, remove the contact under Security and set a new password."
        )
        _tell(owner, _("A new emergency contact"), text % (_who(owner) | {"contact": hint}))


def tell_contact_gone(owner: AccountFacts, *, hint: str, by_contact: bool) -> None:
    """An emergency contact was removed, by the owner or by the person."""
    with override(owner.language):
        by_owner = _(
            "[%(operator)s] %(contact)s was removed from the emergency contacts of your account %(name)s. If this was not you, set a new password and ask support."
        )
        by_person = _(
            "[%(operator)s] %(contact)s does not want to be an emergency contact of your account %(name)s any more. You can name somebody else under Security."
        )
        facts = _who(owner) | {"contact": hint}
        _tell(owner, _("An emergency contact was removed"), (by_person if by_contact else by_owner) % facts)


def tell_person_listed(
    owner: AccountFacts, *, channel: Channel, recipient: str, country: str, language: str, link: str
) -> None:
    """To the contact who has agreed: what it means, and how to leave."""
    with override(language):
        text = _(
            "[%(operator)s] You are now an emergency contact of the account %(name)s. Should its owner forget the password, you may get a code: tell it only to the owner, in person. To leave the list at any time: %(link)s"
        )
        told = text % (_who(owner) | {"link": link})
        _send(channel, recipient, country, _("You are an emergency contact"), told)


def in_words(moment: datetime) -> str:
    """Date and time in the active language and the installation's time zone."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _who(owner: AccountFacts) -> dict[str, str]:
    return {"operator": settings.OPERATOR, "name": owner.name}


def _facts(owner: AccountFacts, actor: Actor, now: datetime) -> dict[str, str]:
    place = place_of(actor.address)
    parts = [place.text(owner.language) if place else actor.address, agent_words(actor.agent).text]
    where = "".join(f"{_(', ')}{part}" for part in parts if part)
    return _who(owner) | {"when": in_words(now), "where": where}


def _tell(owner: AccountFacts, subject: str, text: str) -> None:
    if owner.phone:
        _send(Channel.SMS, owner.phone, phone_country(owner.phone, owner.country), subject, text)
    if owner.email:
        _send(Channel.EMAIL, owner.email, owner.country, subject, text)


def _send(channel: Channel, recipient: str, country: str, subject: str, text: str) -> None:
    if channel is Channel.SMS:
        queue_sms(to=recipient, country=country, text=text, purpose=PURPOSE)
    else:
        queue_email(to=recipient, subject=subject, text=text, purpose=PURPOSE)
