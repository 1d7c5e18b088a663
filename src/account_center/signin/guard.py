"""Tries under one key, counted in the database before they are evaluated."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from account_center.plumbing.keys import keyring
from account_center.signin.models import SignInGuard
from account_center.signin.rules import reserve_try
from account_center.signin.types import GuardVerdict


def guard_key(subject: str) -> bytes:
    """The key of a guard: ``account:<id>`` for all names of an account, ``name:<text>`` for a name nobody bears."""
    return keyring().blind_index("sign_in_guard", subject)


@transaction.atomic
def take_try(key: bytes, *, now: datetime) -> GuardVerdict:
    """Reserves one try. The row is locked while judged, so that parallel tries are counted one after the other."""
    row = SignInGuard.objects.select_for_update().filter(key=key).first() or _new_row(key)
    verdict = reserve_try(row.facts(), now=now, limits=settings.LIMITS)
    if verdict.allowed:
        row.tries, row.locked_until, row.last_try_at = verdict.tries, verdict.locked_until, now
        row.save(update_fields=["tries", "locked_until", "last_try_at"])
    return verdict


def _new_row(key: bytes) -> SignInGuard:
    try:
        with transaction.atomic():
            SignInGuard.objects.create(key=key)
    except IntegrityError:
        pass
    return SignInGuard.objects.select_for_update().get(key=key)


def return_try(key: bytes, reserved: GuardVerdict) -> None:
    """Takes back a try that was reserved but never evaluated, and the lock that it brought."""
    SignInGuard.objects.filter(key=key, tries__gt=0).update(tries=F("tries") - 1)
    if reserved.locked_until is not None:
        SignInGuard.objects.filter(key=key, locked_until=reserved.locked_until).update(locked_until=None)


def clear_tries(key: bytes) -> None:
    """The owner has shown who he is: earlier wrong tries count no more."""
    SignInGuard.objects.filter(key=key).update(tries=0, locked_until=None)


def lock_of(key: bytes, *, now: datetime) -> datetime | None:
    """Until when the key is locked; None if it is not."""
    until = SignInGuard.objects.filter(key=key).values_list("locked_until", flat=True).first()
    return until if until is not None and until > now else None
