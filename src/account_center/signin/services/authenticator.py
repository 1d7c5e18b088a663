"""The authenticator app (RFC 6238, 30 seconds, 6 digits, SHA-1 as all apps expect), of customers and of staff."""

import re
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import QuerySet

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.kit.sealing import seal, unseal
from account_center.plumbing.keys import keyring
from account_center.signin.errors import SecondFactorStands, WrongSecondFactor
from account_center.signin.models import SecondFactor
from account_center.signin.services import guard

STEP_SECONDS = 30
DRIFT_STEPS = 1
SECRET_BYTES = 20
DIGITS = re.compile(r"\d{6}", re.ASCII)


def has_app(account_id: int) -> bool:
    """Whether an authenticator app is set up and confirmed."""
    return SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()


def begin_app(*, account_id: int, name: str, now: datetime) -> tuple[str, str]:
    """(otpauth address, secret as text) of the app to be set up; the same until it is confirmed, or left for too long.

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
    # Who saw a secret long ago, and did not confirm it, must not know the one that is confirmed today.
    stale = now - timedelta(seconds=settings.LIMITS.proof_seconds)
    SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=True, created_at__lte=stale).delete()
    return SecondFactor.objects.filter(account_id=account_id).first() or _new_factor(account_id, now=now)


def _new_factor(account_id: int, *, now: datetime) -> SecondFactor:
    key = keyring().new_data_key()
    sealed = seal(key, secrets.token_bytes(SECRET_BYTES), place=_place(account_id))
    row, _ = SecondFactor.objects.get_or_create(
        account_id=account_id,
        defaults={"sealed_secret": sealed, "wrapped_key": key.wrapped, "kek_id": key.kek_id, "created_at": now},
    )
    return row


def confirm_app(*, actor: Actor, account_id: int, digits: str, now: datetime) -> None:
    """The first accepted code puts the app in force; its time step is used up. Raises WrongSecondFactor, FactorLocked."""
    step = judge_new_app(actor=actor, account_id=account_id, digits=digits, now=now)
    if not put_in_force(account_id=account_id, step=step, now=now):
        raise WrongSecondFactor(field="code")


def judge_new_app(*, actor: Actor, account_id: int, digits: str, now: datetime) -> int:
    """The time step of a right first code; the try is counted. Raises WrongSecondFactor, FactorLocked."""
    return _judge(actor, account_id, _waiting(account_id), digits, subject="second_factor", now=now)


def put_in_force(*, account_id: int, step: int, now: datetime) -> bool:
    """Confirms the app that waits, in the caller's transaction. False if none waits any more."""
    return bool(_waiting(account_id).filter(last_step__lt=step).update(last_step=step, confirmed_at=now))


def _waiting(account_id: int) -> QuerySet[SecondFactor]:
    return SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=True)


def check_app(*, actor: Actor, account_id: int, digits: str, now: datetime, signed_in: bool = False) -> None:
    """Accepts the present code of a confirmed app, once. Raises WrongSecondFactor, FactorLocked.

    Tries are counted apart from those of password and codes, and those of a signed-in owner (``signed_in``) apart from
    those at the door: whoever hammers the door does not shut the owner out of a session that is open.
    """
    confirmed = SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False)
    subject = "app_inside" if signed_in else "second_factor"
    step = _judge(actor, account_id, confirmed, digits, subject=subject, now=now)
    # One statement: of many who bring the same code at once, one finds the step unused.
    if not confirmed.filter(last_step__lt=step).update(last_step=step):
        raise _wrong(actor, account_id)


def _judge(
    actor: Actor, account_id: int, rows: QuerySet[SecondFactor], digits: str, *, subject: str, now: datetime
) -> int:
    key = guard.guard_key(f"{subject}:{account_id}")
    guard.take_factor_try(key, now=now)
    row = rows.first()
    step = _step_of(row, digits, now=now) if row is not None else None
    if row is None or step is None or step <= row.last_step:
        raise _wrong(actor, account_id)
    guard.clear_tries(key)
    return step


def _wrong(actor: Actor, account_id: int) -> WrongSecondFactor:
    record(actor=actor, event="signin:second_factor:wrong", account_id=account_id)
    return WrongSecondFactor(field="code")


@transaction.atomic
def forget_app(*, actor: Actor, account_id: int) -> bool:
    """Removes the app. False if there was none that counted."""
    there = has_app(account_id)
    SecondFactor.objects.filter(account_id=account_id).delete()
    if there:
        record(actor=actor, event="signin:second_factor:removed", account_id=account_id)
    return there


def sandbox_code(*, account_id: int, name: str, now: datetime) -> str:  # noqa: ARG001 - the name is what its caller knows
    """The code that the sandbox's authenticator app shows for a demo member of staff. Raises ImproperlyConfigured."""
    if not settings.SANDBOX:
        raise ImproperlyConfigured("only the sandbox has an authenticator app")
    return _totp(_factor(account_id, now=now)).generate(int(now.timestamp())).decode()


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
