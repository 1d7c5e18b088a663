"""The authenticator app (RFC 6238, 30 seconds, 6 digits, SHA-1 as all apps expect)."""

import re
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.sealing import seal, unseal
from account_center.plumbing.keys import keyring
from account_center.signin.errors import SecondFactorStands, SignInLocked, WrongSecondFactor
from account_center.signin.models import SecondFactor
from account_center.signin.services import guard

STEP_SECONDS = 30
DRIFT_STEPS = 1
SECRET_BYTES = 20
DIGITS = re.compile(r"\d{6}", re.ASCII)


def has_second_factor(account_id: int) -> bool:
    """Whether an authenticator app is set up and confirmed."""
    return SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()


def begin_second_factor(*, account_id: int, name: str, now: datetime) -> tuple[str, str]:
    """(otpauth address, secret as text) of the app to be set up; the same until it is confirmed.

    Raises SecondFactorStands afterwards: whoever knows only the password must not get the secret.
    """
    row = _factor(account_id, now=now)
    if row.confirmed_at is not None:
        raise SecondFactorStands
    totp = _totp(row)
    address = totp.get_provisioning_uri(name, settings.OPERATOR)
    secret = re.search(r"secret=([A-Z2-7]+)", address)
    return address, secret.group(1) if secret else ""


def _factor(account_id: int, *, now: datetime) -> SecondFactor:
    return SecondFactor.objects.filter(account_id=account_id).first() or _new_factor(account_id, now=now)


def _new_factor(account_id: int, *, now: datetime) -> SecondFactor:
    key = keyring().new_data_key()
    sealed = seal(key, secrets.token_bytes(SECRET_BYTES), place=_place(account_id))
    row, _ = SecondFactor.objects.get_or_create(
        account_id=account_id,
        defaults={"sealed_secret": sealed, "wrapped_key": key.wrapped, "kek_id": key.kek_id, "created_at": now},
    )
    return row


def check_second_factor(*, actor: Actor, account_id: int, digits: str, now: datetime) -> None:
    """Accepts the present code of the app, once. The first accepted code confirms the app.

    Raises WrongSecondFactor, SignInLocked. Tries are counted apart from those of the password.
    """
    key = guard.guard_key(f"second_factor:{account_id}")
    reserved = guard.take_try(key, now=now)
    if not reserved.allowed and reserved.locked_until is not None:
        raise SignInLocked(retry_after=int((reserved.locked_until - now).total_seconds()))
    row = SecondFactor.objects.filter(account_id=account_id).first()
    step = _step_of(row, digits, now=now) if row is not None else None
    if row is None or step is None or not _use_step(row, step, now=now):
        record(actor=actor, event="signin:second_factor:wrong", account_id=account_id)
        raise WrongSecondFactor(field="code")
    guard.clear_tries(key)


@transaction.atomic
def forget_second_factor(*, actor: Actor, account_id: int) -> bool:
    """Removes the app, so that the next sign-in sets up a new one. False if there was none."""
    gone, _ = SecondFactor.objects.filter(account_id=account_id).delete()
    if gone:
        record(actor=actor, event="signin:second_factor:removed", account_id=account_id)
    return bool(gone)


def sandbox_code(*, account_id: int, name: str, now: datetime) -> str:  # noqa: ARG001 - the name is what its caller knows
    """The code that the sandbox's authenticator app shows for a demo member of staff. Raises ImproperlyConfigured."""
    if not settings.SANDBOX:
        raise ImproperlyConfigured("only the sandbox has an authenticator app")
    return _totp(_factor(account_id, now=now)).generate(int(now.timestamp())).decode()


@transaction.atomic
def _use_step(row: SecondFactor, step: int, *, now: datetime) -> bool:
    fresh = SecondFactor.objects.filter(pk=row.pk, last_step__lt=step)
    if not fresh.update(last_step=step):
        return False
    SecondFactor.objects.filter(pk=row.pk, confirmed_at__isnull=True).update(confirmed_at=now)
    return True


def _step_of(row: SecondFactor, digits: str, *, now: datetime) -> int | None:
    if not DIGITS.fullmatch(digits):
        return None
    totp, present = _totp(row), int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        try:
            totp.verify(digits.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def _totp(row: SecondFactor) -> TOTP:
    key = keyring().unwrap(wrapped=bytes(row.wrapped_key), kek_id=row.kek_id)
    secret = unseal(key, bytes(row.sealed_secret), place=_place(row.account_id))
    return TOTP(secret, 6, SHA1(), STEP_SECONDS)  # noqa: S303 - RFC 6238 and every app; an HMAC, not a signature


def _place(account_id: int) -> str:
    return f"signin_secondfactor.secret:{account_id}"
