"""Telling the owner that something about getting in was changed, where he can still be reached."""

from django.utils.translation import override

from account_center.accounts.types import AccountFacts
from account_center.messaging.services import queue_email, queue_sms
from account_center.signin.services.identifiers import phone_country
from account_center.signin.texts import change_notice
from account_center.signin.types import Change

PURPOSE = "security_notice"


def tell_owner(before: AccountFacts, change: Change) -> None:
    """Queues the notice in the caller's transaction. ``before`` is the account as it was: a thief has the new contact."""
    subject, text = change_notice(change, name=before.name, language=before.language)
    by_sms = before.phone and (change is Change.PHONE or not before.email)
    if by_sms:
        country = phone_country(before.phone, before.country)
        queue_sms(to=before.phone, country=country, text=text, purpose=PURPOSE)
    elif before.email:
        with override(before.language):  # for the footer
            queue_email(to=before.email, subject=subject, text=text, purpose=PURPOSE)


def tell_everywhere(owner: AccountFacts, change: Change) -> None:
    """Queues the notice for every phone and e-mail address of the owner, in the caller's transaction."""
    subject, text = change_notice(change, name=owner.name, language=owner.language)
    if owner.phone:
        queue_sms(to=owner.phone, country=phone_country(owner.phone, owner.country), text=text, purpose=PURPOSE)
    if owner.email:
        with override(owner.language):  # for the footer
            queue_email(to=owner.email, subject=subject, text=text, purpose=PURPOSE)
