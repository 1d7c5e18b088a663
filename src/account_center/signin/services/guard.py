"""Tries under one key, counted in the database before they are evaluated."""

from datetime import datetime

from django.conf import settings
from django.db.models import F

from account_center.plumbing.keys import keyring
from account_center.plumbing.prepared import Change, LookUp, Removal
from account_center.plumbing.rows import insert_unless_there
from account_center.signin.errors import FactorLocked
from account_center.signin.models import SignInGuard
from account_center.signin.rules import reserve_try
from account_center.signin.types import GuardFacts, GuardVerdict

_BY_KEY = LookUp(SignInGuard, by=("key",))
_COUNT = ("tries", "last_try_at", "locked_until")
_COUNTED = Change(SignInGuard, fields=_COUNT, by=("id",), still=_COUNT)
_CLEARED = Removal(SignInGuard, by=("key",))
NEVER_TRIED = GuardFacts(tries=0, last_try_at=None, locked_until=None)


def guard_key(subject: str) -> bytes:
    """The key of a guard: ``account:<id>`` for all names of an account, ``name:<text>`` for a name nobody bears."""
    return keyring().blind_index("sign_in_guard", subject)


def take_try(key: bytes, *, now: datetime) -> GuardVerdict:
    """Reserves one try. Parallel tries are counted one after the other: who was overtaken judges the new count."""
    first = reserve_try(NEVER_TRIED, now=now, limits=settings.LIMITS)
    # Whoever signed in last time left no row, so most tries are written down without looking first.
    if _count(key, None, first, now=now):
        return first
    while True:
        seen = _BY_KEY.one(key)
        verdict = reserve_try(seen.facts() if seen else NEVER_TRIED, now=now, limits=settings.LIMITS)
        stays = seen is not None and not verdict.allowed and verdict.locked_until == seen.locked_until
        if stays or _count(key, seen, verdict, now=now):
            return verdict


def take_factor_try(key: bytes, *, now: datetime) -> GuardVerdict:
    """The same for a second factor or a fresh proof. Raises FactorLocked: the other ways stay open."""
    reserved = take_try(key, now=now)
    if not reserved.allowed and reserved.locked_until is not None:
        raise FactorLocked(retry_after=int((reserved.locked_until - now).total_seconds()), field="code")
    return reserved


def _count(key: bytes, seen: SignInGuard | None, verdict: GuardVerdict, *, now: datetime) -> bool:
    """Writes the try down, unless the row is no longer the one that was judged."""
    if seen is None:
        return insert_unless_there(
            SignInGuard(key=key, tries=verdict.tries, last_try_at=now, locked_until=verdict.locked_until)
        )
    # No lock is held while judging: the statement itself compares, and each round somebody gets through.
    new, judged = (verdict.tries, now, verdict.locked_until), (seen.tries, seen.last_try_at, seen.locked_until)
    return bool(_COUNTED(*new, seen.pk, *judged))


def return_try(key: bytes, reserved: GuardVerdict) -> None:
    """Takes back a try that was reserved but never evaluated, and the lock that it brought."""
    SignInGuard.objects.filter(key=key, tries__gt=0).update(tries=F("tries") - 1)
    if reserved.locked_until is not None:
        SignInGuard.objects.filter(key=key, locked_until=reserved.locked_until).update(locked_until=None)


def clear_tries(key: bytes) -> None:
    """The owner has shown who he is: earlier wrong tries count no more."""
    _CLEARED(key)


def lock_of(key: bytes, *, now: datetime) -> datetime | None:
    """Until when the key is locked; None if it is not."""
    until = SignInGuard.objects.filter(key=key).values_list("locked_until", flat=True).first()
    return until if until is not None and until > now else None
