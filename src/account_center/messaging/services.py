"""Putting messages into the outbox, and leaving the marketing list."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from account_center.kit.clock import now
from account_center.kit.masking import mask_email, mask_phone
from account_center.messaging import rules
from account_center.messaging.models import Message, Unsubscribed
from account_center.messaging.sealed import close, recipient_index
from account_center.messaging.types import Channel, Content, MessageKind
from account_center.messaging.unsubscribing import index_in, unsubscribe_link
from account_center.plumbing.rows import insert_unless_there
from account_center.plumbing.work import enqueue


def queue_sms(
    *, to: str, country: str, text: str, purpose: str, decoy: bool = False, expires_at: datetime | None = None
) -> UUID:
    """An SMS to ``to`` (E.164), sent after the caller's transaction commits; returns the id for ``delivery_of``.

    A ``decoy`` looks the same from outside and is never sent. After ``expires_at`` it is not tried any more.
    """
    content = Content(to=rules.checked_phone(to), text=rules.plain_text(text))
    row = Message(channel=Channel.SMS, purpose=purpose, country=country, masked=mask_phone(to), decoy=decoy)
    return _queue(row, content, expires_at)


def queue_email(
    *,
    to: str,
    subject: str,
    text: str,
    purpose: str,
    kind: MessageKind = MessageKind.SYSTEM,
    decoy: bool = False,
    expires_at: datetime | None = None,
) -> UUID:
    """An e-mail in the active language; otherwise as ``queue_sms``.

    Marketing ends with an unsubscribe link and carries the one-click headers; a system message says that it cannot be
    unsubscribed (3.1.8). Line breaks in ``subject`` become blanks.
    """
    content = Content(to=rules.checked_mailbox(to), text=rules.plain_text(text), subject=rules.one_line(subject))
    row = Message(channel=Channel.EMAIL, purpose=purpose, kind=kind, masked=mask_email(to), decoy=decoy)
    return _queue(row, _with_footer(content, kind), expires_at)


@transaction.atomic
def unsubscribe(*, token: str) -> None:
    """Takes the recipient of an unsubscribe link off the marketing list; twice is once.

    Whoever has the link may use it: it came with the mail. Raises UnsubscribeLinkUnknown.
    """
    row = Unsubscribed(recipient_index=index_in(token), since=now())
    Unsubscribed.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def choose_news(*, email: str, wanted: bool) -> bool:
    """Puts the owner's own address on the marketing list or takes it off. False if it was so before (3.1.8)."""
    index = recipient_index(Channel.EMAIL, email)
    if wanted:
        return bool(Unsubscribed.objects.filter(recipient_index=index).delete()[0])
    return insert_unless_there(Unsubscribed(recipient_index=index, since=now()))


def carry_choice(*, before: str, after: str) -> None:
    """Who wanted no marketing at the address before wants none at the new one. In the caller's transaction."""
    if Unsubscribed.objects.filter(recipient_index=recipient_index(Channel.EMAIL, before)).exists():
        choose_news(email=after, wanted=False)


@transaction.atomic
def _queue(row: Message, content: Content, expires_at: datetime | None) -> UUID:
    close(row, content)
    row.created_at, row.expires_at = now(), expires_at
    row.save(force_insert=True)
    enqueue("messaging.deliver", {"message_id": row.pk}, key=f"deliver:{row.pk}")
    return row.public_id


def _with_footer(content: Content, kind: MessageKind) -> Content:
    if kind is MessageKind.SYSTEM:
        return replace(content, text=f"{content.text}\n\n-- \n{_system_footer()}")
    link = unsubscribe_link(recipient_index(Channel.EMAIL, content.to))
    headers = {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return replace(content, text=f"{content.text}\n\n-- \n{_marketing_footer(link)}", headers=headers)


def _system_footer() -> str:
    return _(
        "This is a system message of {operator} about your account. System messages cannot be unsubscribed."
    ).format(operator=settings.OPERATOR)


def _marketing_footer(link: str) -> str:
    return _("This is news from {operator}, and not about your account. Unsubscribe: {link}").format(
        operator=settings.OPERATOR, link=link
    )
