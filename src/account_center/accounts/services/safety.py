"""Passwords, the check at sign-in, and ending everything at once."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from account_center.accounts.errors import NoSuchAccount
from account_center.accounts.models import Account
from account_center.accounts.passwords import hash_password, judge_password, password_matches
from account_center.accounts.queries import stored_password
from account_center.accounts.services.opening import locked
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.services import record
from account_center.kit.actor import Actor


def prepare_password(password: str, *, about: Sequence[str]) -> str:
    """The stored form of a password that is good enough. Raises WeakPassword, PasswordCheckBusy.

    Slow on purpose: call it outside a transaction, so that no lock is held meanwhile.
    """
    judge_password(password, about=about, limits=settings.LIMITS)
    return hash_password(password)


def set_password(*, actor: Actor, account_id: int, password: str, now: datetime) -> None:
    """Replaces the password; every other session ends at its next request (3.1.21). Raises WeakPassword."""
    row = Account.objects.filter(pk=account_id).first()
    if row is None:
        raise NoSuchAccount
    stored = prepare_password(password, about=[row.name, row.phone, row.email])
    keep_password(actor=actor, account_id=account_id, stored=stored, now=now)


@transaction.atomic
def keep_password(*, actor: Actor, account_id: int, stored: str, now: datetime) -> None:
    """The same with what ``prepare_password`` gave. Raises NoSuchAccount."""
    if not Account.objects.filter(pk=account_id).update(
        password=stored, password_changed_at=now, must_change_password=False
    ):
        raise NoSuchAccount
    record(actor=actor, event="accounts:password:changed", account_id=account_id)


def password_fits(*, account_id: int, password: str) -> bool:
    """Whether this is the account's password; an account that is not there costs the same. Raises PasswordCheckBusy."""
    return password_matches(password, stored_password(account_id))


def require_new_password(*, account_id: int) -> None:
    """The next sign-in asks for a new password."""
    Account.objects.filter(pk=account_id).update(must_change_password=True)


@transaction.atomic
def end_everything(*, actor: Actor, account_id: int, reason: str) -> None:
    """Ends every session, trusted device and half-done sign-in of the account at once. ``reason`` goes into its history.

    Raises NoSuchAccount.
    """
    if not Account.objects.filter(pk=account_id).update(epoch=F("epoch") + 1):
        raise NoSuchAccount
    record(actor=actor, event="accounts:sessions:ended", account_id=account_id, facts={"reason": reason})


@transaction.atomic
def end_trust(*, actor: Actor, account_id: int, reason: str) -> None:
    """Ends the trust in every device of the account; sessions go on (1.47). Raises NoSuchAccount."""
    if not Account.objects.filter(pk=account_id).update(trust_epoch=F("trust_epoch") + 1):
        raise NoSuchAccount
    record(actor=actor, event="accounts:trust:ended", account_id=account_id, facts={"reason": reason})


@transaction.atomic
def set_sign_in_check(*, actor: Actor, account_id: int, check: SignInCheck) -> AccountFacts:
    """Chooses what is asked at sign-in after the password (1.22)."""
    row = locked(account_id)
    before, row.sign_in_check = row.sign_in_check, check.value
    row.save(update_fields=["sign_in_check"])
    record(
        actor=actor,
        event="accounts:sign_in_check:changed",
        account_id=row.pk,
        facts={"before": before, "after": check.value},
    )
    return row.facts()
