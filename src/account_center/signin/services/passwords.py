"""Choosing a new password: by oneself, because it ran out, or on the way back in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from account_center.accounts.errors import NoSuchAccount, PasswordChangedMeanwhile, PasswordCheckBusy
from account_center.accounts.queries import account
from account_center.accounts.services import (
    hash_password,
    keep_password,
    password_fits,
    require_strong_password,
    was_used_before,
)
from account_center.accounts.types import AccountFacts
from account_center.kit.actor import Actor
from account_center.kit.limits import HOUR
from account_center.plumbing.limiter import Budget, spend
from account_center.policy.errors import PasswordTooYoung, PasswordUsedBefore, SamePassword, TooManyNewPasswords
from account_center.policy.queries import sign_in_rules
from account_center.policy.types import PasswordUse, SignInRules
from account_center.signin.errors import ProofMissing, SignInLocked, WrongPassword
from account_center.signin.services import guard
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import Change, GoOn, GuardVerdict

# What the second of two clicks on one change meets, once the first one has made it.
OVERTAKEN = (WrongPassword, SamePassword, PasswordTooYoung, PasswordUsedBefore, PasswordChangedMeanwhile)


def change_password(
    *, actor: Actor, account_id: int, old: str, new: str, now: datetime, go_on: GoOn | None = None
) -> AccountFacts:
    """Replaces the password and tells the owner; all other sessions end at once (3.1.21). Returns the account as it is then.

    ``go_on`` keeps the session that asks, in the same transaction. Raises WrongPassword, SignInLocked, PasswordCheckBusy, what ``prepare_new_password`` raises, and
    PasswordChangedMeanwhile: of two at the same time one wins, and nothing that has ended everything is overtaken.
    The very same change a moment later, as two clicks bring it, is answered as done where ``go_on`` has kept the session.
    """
    owner = account(account_id)
    if owner is None:
        raise ProofMissing
    try:
        return _change(actor, owner, old=old, new=new, now=now, go_on=go_on)
    except OVERTAKEN:
        if go_on and _has_just_become(account_id, old=old, new=new, now=now):
            return _owner(account_id)
        raise


def _change(
    actor: Actor, owner: AccountFacts, *, old: str, new: str, now: datetime, go_on: GoOn | None
) -> AccountFacts:
    account_id = owner.id
    require_password(account_id, old, now=now)
    stored = prepare_new_password(account_id=account_id, new=new, now=now)
    with transaction.atomic():
        changed = keep_password(actor=actor, account_id=account_id, stored=stored, now=now, under=owner.mark)
        tell_owner(owner, Change.PASSWORD)
        if go_on:
            go_on(changed.mark)
    return changed


def _has_just_become(account_id: int, *, old: str, new: str, now: datetime) -> bool:
    """Whether this very change was made a moment ago: by the other of two clicks, whose try counts for both."""
    changed_at = _owner(account_id).password_changed_at
    latest = timedelta(seconds=settings.LIMITS.same_click_seconds)
    if changed_at is None or abs(now - changed_at) > latest or not password_fits(account_id=account_id, password=new):
        return False
    made = was_used_before(account_id=account_id, password=old, newest=1)
    if made:
        guard.clear_tries(guard.guard_key(f"account:{account_id}"))
    return made


def prepare_new_password(*, account_id: int, new: str, now: datetime, use: PasswordUse = PasswordUse.CHOSEN) -> str:
    """The stored form of a new password that this account may take, for ``accounts.services.keep_password``.

    Slow on purpose, so outside transactions. Raises what ``judge_new_password`` raises.
    """
    judge_new_password(account_id=account_id, new=new, now=now, use=use)
    return hash_password(new)


def judge_new_password(*, account_id: int, new: str, now: datetime, use: PasswordUse = PasswordUse.CHOSEN) -> None:
    """Whether this account may take this password (3.1.20): strong, not the present one, none of the barred old ones.

    Raises WeakPassword, SamePassword, PasswordUsedBefore, PasswordTooYoung (only if CHOSEN), TooManyNewPasswords,
    PasswordCheckBusy, NoSuchAccount.
    """
    owner, rules = _owner(account_id), sign_in_rules(account_id)
    if use is PasswordUse.CHOSEN and not owner.must_change_password:
        _require_age(owner, rules, now=now)
    require_strong_password(new, about=[owner.name, owner.phone, owner.email])
    _spend_one_of_the_hour(account_id, now=now)
    if password_fits(account_id=account_id, password=new):
        raise SamePassword(field="password")
    if was_used_before(account_id=account_id, password=new, newest=rules.password_history):
        raise PasswordUsedBefore(field="password", depth=rules.password_history)


def _owner(account_id: int) -> AccountFacts:
    owner = account(account_id)
    if owner is None:
        raise NoSuchAccount
    return owner


def _require_age(owner: AccountFacts, rules: SignInRules, *, now: datetime) -> None:
    changed_at = owner.password_changed_at or owner.created_at
    left = changed_at + timedelta(hours=rules.password_min_hours) - now
    # An account opened a moment ago may still mend its first password.
    if left > timedelta() and changed_at > owner.created_at:
        raise PasswordTooYoung(field="password", retry_after=int(left.total_seconds()), hours=rules.password_min_hours)


def _spend_one_of_the_hour(account_id: int, *, now: datetime) -> None:
    budget = Budget("new_passwords", str(account_id), settings.LIMITS.new_passwords_per_hour, HOUR)
    exhausted = spend([budget], now=now)
    if exhausted is not None:
        raise TooManyNewPasswords(field="password", retry_after=exhausted[1])


def require_password(account_id: int, password: str, *, now: datetime) -> None:
    """Judges the account's password and counts the try, as at the door. Raises WrongPassword, SignInLocked, PasswordCheckBusy."""
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
