"""Changing the password."""

from datetime import datetime

from django.db import transaction

from account_center.accounts.errors import PasswordCheckBusy
from account_center.accounts.queries import account
from account_center.accounts.services import (
    keep_password,
    password_fits,
    prepare_password,
)
from account_center.kit.actor import Actor
from account_center.signin.errors import ProofMissing, SignInLocked, WrongPassword
from account_center.signin.services import guard
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import (
    Change,
    GuardVerdict,
)


def change_password(*, actor: Actor, account_id: int, old: str, new: str, now: datetime) -> None:
    """Replaces the password and tells the owner; all other sessions end at once (3.1.21).

    Raises WrongPassword, WeakPassword, SignInLocked, PasswordCheckBusy.
    """
    owner = account(account_id)
    if owner is None:
        raise ProofMissing
    _require_password(account_id, old, now=now)
    stored = prepare_password(new, about=[owner.name, owner.phone, owner.email])
    with transaction.atomic():
        keep_password(actor=actor, account_id=account_id, stored=stored, now=now)
        tell_owner(owner, Change.PASSWORD)


def _require_password(account_id: int, password: str, *, now: datetime) -> None:
    key = guard.guard_key(f"account:{account_id}")
    reserved = guard.take_try(key, now=now)
    if not reserved.allowed:
        raise refusal_of_try(reserved, now=now)
    try:
        right = password_fits(account_id=account_id, password=password)
    except PasswordCheckBusy:
        guard.return_try(key, reserved)
        raise
    if not right:
        raise refusal_of_try(reserved, now=now)
    guard.clear_tries(key)


def refusal_of_try(reserved: GuardVerdict, *, now: datetime) -> SignInLocked | WrongPassword:
    """What to tell after a wrong password of one's own: locked with the time left, or wrong."""
    if reserved.locked_until is None:
        return WrongPassword(field="old_password")
    return SignInLocked(field="old_password", retry_after=int((reserved.locked_until - now).total_seconds()))
