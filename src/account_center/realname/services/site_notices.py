"""Telling a tenant's owner what a trusted site or staff said of him."""

from collections.abc import Callable

from django.utils.translation import override

from account_center.accounts.queries import account
from account_center.messaging.services import queue_email, queue_sms
from account_center.realname.partner_texts import Message
from account_center.signin.services import phone_country


def tell(owner_id: int, words: Callable[[str], Message]) -> None:
    """Sends ``words`` (language → subject and text) by e-mail, else by SMS, in the caller's transaction."""
    owner = account(owner_id)
    if owner is None:
        return
    subject, text = words(owner.language)
    if owner.email:
        # The footer too is in the owner's language, not in that of whoever asked last.
        with override(owner.language):
            queue_email(to=owner.email, subject=subject, text=text, purpose="realname_result")
    elif owner.phone:
        country = phone_country(owner.phone, owner.country)
        queue_sms(to=owner.phone, country=country, text=text, purpose="realname_result")
