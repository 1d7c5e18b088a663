"""Changing the name, phone and e-mail of an account."""

from datetime import datetime

from django.db import IntegrityError, transaction

from account_center.accounts.errors import EmailTaken, NameTaken
from account_center.accounts.models import PhoneQuota
from account_center.accounts.queries import phone_digest, suggest_name
from account_center.accounts.services.opening import (
    checked_name,
    locked,
    refuse_resting_name,
    refuse_taken_name,
    take_phone,
)
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.email import EmailAddress
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.names import name_key
from account_center.messaging import services as messaging
from account_center.plumbing.quota import give_place_back, lock_in_order


@transaction.atomic
def rename_account(*, actor: Actor, account_id: int, name: str) -> AccountFacts:
    """Changes the account name (3.1.6); the old one stops working at once. Raises BadAccountName, NameTaken.

    The name it has already, as the second of two clicks brings it, changes nothing.
    """
    row = locked(account_id)
    kept = checked_name(name)
    if kept == row.name:
        return row.facts()
    refuse_taken_name(kept, kind=AccountKind(row.kind), but=row.pk)
    before, row.name, row.name_key = row.name, kept, name_key(kept)
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "name_key"])
            refuse_resting_name(row)
    except IntegrityError as collision:
        raise NameTaken(field="name", suggestion=suggest_name(kept, kind=AccountKind(row.kind))) from collision
    record(actor=actor, event="accounts:name:changed", account_id=row.pk, facts={"before": before, "after": kept})
    return row.facts()


@transaction.atomic
def set_email(*, actor: Actor, account_id: int, email: EmailAddress, now: datetime) -> AccountFacts:
    """Binds or replaces the e-mail address, proven by the caller (3.1.10, 3.1.11). Raises EmailTaken."""
    row = locked(account_id)
    before = row.email
    row.email, row.email_key, row.email_proven_at = email.text, email.key, now
    try:
        with transaction.atomic():
            row.save(update_fields=["email", "email_key", "email_proven_at"])
    except IntegrityError as collision:
        raise EmailTaken(field="email") from collision
    if before:
        messaging.carry_choice(before=before, after=email.text)
    event = "accounts:email:changed" if before else "accounts:email:bound"
    record(actor=actor, event=event, account_id=row.pk, facts={"email": email.masked})
    return row.facts()


@transaction.atomic
def choose_news(*, actor: Actor, account_id: int, wanted: bool) -> None:
    """Whether marketing e-mail comes to the account's address; system messages always do (3.1.8).

    Without an address nothing happens, and nothing when it is so already. Raises NoSuchAccount.
    """
    email = locked(account_id).email
    if email and messaging.choose_news(email=email, wanted=wanted):
        event = "accounts:news:subscribed" if wanted else "accounts:news:unsubscribed"
        record(actor=actor, event=event, account_id=account_id, facts={"email": mask_email(email)})


@transaction.atomic
def set_phone(*, actor: Actor, account_id: int, phone: str, masked: str, now: datetime) -> AccountFacts:
    """Binds or replaces the phone (E.164), proven by the caller. Raises PhoneFull; then the old phone stays."""
    row = locked(account_id)
    if row.phone == phone:
        return row.facts()
    if row.phone:
        lock_in_order(PhoneQuota, digests=[phone_digest(row.phone), phone_digest(phone)])
        give_place_back(PhoneQuota, digest=phone_digest(row.phone), holder=row.pk)
    row.phone, row.phone_proven_at = phone, now
    take_phone(row)
    row.save(update_fields=["phone", "phone_proven_at"])
    record(actor=actor, event="accounts:phone:changed", account_id=row.pk, facts={"phone": masked})
    return row.facts()


@transaction.atomic
def clear_phone(*, actor: Actor, account_id: int) -> AccountFacts:
    """Takes the phone off an account whose owner never had it (1.31); its place is free at once. Twice is once."""
    row = locked(account_id)
    if not row.phone:
        return row.facts()
    give_place_back(PhoneQuota, digest=phone_digest(row.phone), holder=row.pk)
    masked, row.phone, row.phone_proven_at = mask_phone(row.phone), "", None
    row.save(update_fields=["phone", "phone_proven_at"])
    record(actor=actor, event="accounts:phone:unbound", account_id=row.pk, facts={"phone": masked})
    return row.facts()
