"""Telling people, where they can be reached, that something happened in a ticket."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.messaging.services import queue_email, queue_sms
from account_center.signin.services.identifiers import phone_country
from account_center.support import texts
from account_center.support.models import Appeal, Remedy, Ticket
from account_center.support.objections import objection_tag
from account_center.support.sealed import key_of, open_text
from account_center.support.texts import Told
from account_center.support.types import Reach, RemedyKind

PURPOSE = "support"


def tell_answered(row: Ticket) -> None:
    """Support has answered: only the link, since phones and mailboxes are read by others too."""
    appeal = appeal_of(row)
    if appeal is not None:
        link = address("portal:appeal_find")
        told = texts.answered(row.reference, link, language=appeal.language)
        tell_contact(row, told, country=appeal.country, language=appeal.language)
        return
    owner = owner_of(row)
    if owner is not None:
        link = address("portal:ticket", row.reference)
        told = texts.answered(row.reference, link, language=owner.language)
        if owner.email:
            _mail(owner.email, told, owner.language)
        elif owner.phone:
            _text(owner.phone, told, owner.country)


def tell_owner_of_appeal(row: Ticket, owner: AccountFacts) -> None:
    """To every channel the account has, with the way to say no."""
    link = objection_link(row)
    tell_channels(owner, texts.appeal_begun(row.reference, link, name=owner.name, language=owner.language))


def tell_owner_of_remedy(row: Ticket, owner: AccountFacts, kind: RemedyKind, due_at: datetime) -> None:
    """The same before something is done to the account."""
    when = timezone.localtime(due_at).strftime("%Y-%m-%d %H:%M")
    link = objection_link(row)
    told = texts.remedy_approved(row.reference, link, kind, name=owner.name, when=when, language=owner.language)
    tell_channels(owner, told)


def tell_done(remedy: Remedy, before: AccountFacts) -> None:
    """To the account's old channels and to the proven contact."""
    row = remedy.ticket
    told = texts.remedy_done(row.reference, RemedyKind(remedy.kind), name=before.name, language=before.language)
    tell_channels(before, told)
    contact = contact_of(row)
    if contact and contact not in (before.phone, before.email):
        tell_contact(row, told, country=before.country, language=before.language)


def tell_channels(owner: AccountFacts, told: Told) -> None:
    """By e-mail and by SMS: whoever holds only one of them shall hear of it too."""
    if owner.email:
        _mail(owner.email, told, owner.language)
    if owner.phone:
        _text(owner.phone, told, owner.country)


def tell_contact(row: Ticket, told: Told, *, country: str, language: str) -> None:
    """To the contact that was proven in the ticket."""
    contact = contact_of(row)
    if contact and row.reach == Reach.EMAIL:
        _mail(contact, told, language)
    elif contact:
        _text(contact, told, country)


def contact_of(row: Ticket) -> str:
    """The proven contact in clear; empty if there is none or it was erased."""
    return open_text(key_of(row), row.sealed_contact, column="contact", row=row.public_id) or ""


def owner_of(row: Ticket) -> AccountFacts | None:
    """Whose account the ticket is about."""
    return account(row.account_id) if row.account_id else None


def appeal_of(row: Ticket) -> Appeal | None:
    """What makes it an appeal."""
    return Appeal.objects.filter(ticket_id=row.pk).first()


def address(name: str, *args: str) -> str:
    """A page as an absolute link."""
    return settings.LINK_ADDRESS + reverse(name, args=args)


def objection_link(row: Ticket) -> str:
    """Where the owner says that it was not he."""
    return address("portal:objection", row.reference, objection_tag(row))


def _mail(to: str, told: Told, language: str) -> None:
    with override(language):  # for the footer
        queue_email(to=to, subject=told[0], text=told[1], purpose=PURPOSE)


def _text(to: str, told: Told, country: str) -> None:
    queue_sms(to=to, country=phone_country(to, country), text=told[1], purpose=PURPOSE)
