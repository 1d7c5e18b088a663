"""Passwords, the check at sign-in, and ending everything at once."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from account_center.accounts.errors import NoSuchAccount, PasswordChangedMeanwhile
from account_center.accounts.models import Account, OldPassword
from account_center.accounts.passwords import hash_password, judge_password, matches_any, password_matches
from account_center.accounts.queries import old_passwords, stored_password
from account_center.accounts.services.opening import locked
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.services import record
from account_center.kit.actor import Actor

AT_ONCE = 5000  # accounts changed by one statement
OLD_PASSWORDS_KEPT = 24  # the deepest history that a tenant's policy can ask for


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
def keep_password(*, actor: Actor, account_id: int, stored: str, now: datetime, under: str = "") -> AccountFacts:
    """The same with what ``prepare_password`` gave; returns the account as it is then. The old one is remembered as a hash.

    ``under`` is the account's mark of the moment at which somebody proved that he may do this: if the account was changed
    since, or everything was ended, raises PasswordChangedMeanwhile. Hashing takes long enough for that. Raises NoSuchAccount.
    """
    row = locked(account_id)
    if under and row.facts().mark != under:
        raise PasswordChangedMeanwhile
    if row.password:
        OldPassword.objects.create(account_id=account_id, password=row.password, until=now)
        _forget_older(account_id)
    row.password, row.password_changed_at, row.must_change_password = stored, now, False
    row.save(update_fields=["password", "password_changed_at", "must_change_password"])
    record(actor=actor, event="accounts:password:changed", account_id=account_id)
    return row.facts()


def _forget_older(account_id: int) -> None:
    """Keeps as many as any tenant may bar, so that a stricter rule works from its first day."""
    newest = OldPassword.objects.filter(account_id=account_id).order_by("-pk").values_list("pk", flat=True)
    OldPassword.objects.filter(account_id=account_id).exclude(pk__in=list(newest[:OLD_PASSWORDS_KEPT])).delete()


def password_fits(*, account_id: int, password: str) -> bool:
    """Whether this is the account's password; an account that is not there costs the same. Raises PasswordCheckBusy."""
    return password_matches(password, stored_password(account_id))


def password_is_of(account: AccountFacts | None, password: str) -> bool:
    """The same for an account that was read this moment. Raises PasswordCheckBusy."""
    return password_matches(password, account.password.reveal() if account and account.password else "")


def require_strong_password(password: str, *, about: Sequence[str]) -> None:
    """Raises WeakPassword with the reason. ``about`` are the person's own words."""
    judge_password(password, about=about, limits=settings.LIMITS)


def was_used_before(*, account_id: int, password: str, newest: int) -> bool:
    """Whether this was one of the ``newest`` passwords before the present one. One hash for each; outside transactions.

    Raises PasswordCheckBusy.
    """
    return matches_any(password, old_passwords(account_id, newest=newest)) if newest else False


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


def end_everything_of_all() -> int:
    """Ends every session, trusted device and half-done sign-in of every account, staff too. Returns how many accounts.

    In parts, so that nobody waits for long; stopped half-way it can be run again.
    """
    last, ended = 0, 0
    while numbers := list(Account.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        ended += Account.objects.filter(pk__gt=last, pk__lte=numbers[-1]).update(epoch=F("epoch") + 1)
        last = numbers[-1]
    return ended


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
