"""Recovery codes: they stand in once each for a lost authenticator app or passkey. Only keyed digests are kept."""

import secrets
import unicodedata
from datetime import datetime

from django.conf import settings
from django.db import transaction

from account_center.accounts.services import hold_account
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.plumbing.keys import keyring
from account_center.signin.errors import WrongRecoveryCode
from account_center.signin.models import RecoveryCode
from account_center.signin.services import guard
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import Change

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U, which are misread
LOOKS_LIKE = str.maketrans("ILO", "110")
LENGTH = 12  # 60 bits: no rate of guessing finds one
GROUP = 4


def replace_codes(*, account_id: int, now: datetime) -> list[str]:
    """A new set in the caller's transaction; the codes of the old one are worth nothing. To be shown once."""
    made = ["".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(settings.LIMITS.recovery_codes)]
    rows = [
        RecoveryCode(account_id=account_id, slot=slot, digest=_digest(account_id, code), created_at=now)
        for slot, code in enumerate(made)
    ]
    RecoveryCode.objects.filter(account_id=account_id, slot__gte=len(made)).delete()
    # Each takes the place of the one before: of two sets made at the same moment one remains whole.
    RecoveryCode.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "slot"],
        update_fields=["digest", "created_at", "used_at"],
    )
    return ["-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in made]


def use_recovery_code(*, actor: Actor, account_id: int, code: str, now: datetime, signed_in: bool = False) -> int:
    """Uses one code up and tells the owner; how many are left. Capitals, blanks and hyphens do not matter.

    Tries are counted apart from those of every other way, and those of a signed-in owner apart from those at the door.
    Raises WrongRecoveryCode, FactorLocked.
    """
    key = guard.guard_key(f"{'recovery_inside' if signed_in else 'recovery_code'}:{account_id}")
    guard.take_factor_try(key, now=now)
    if not _use(actor, account_id, _plain(code), now=now):
        record(actor=actor, event="signin:recovery_code:wrong", account_id=account_id)
        raise WrongRecoveryCode(field="code")
    guard.clear_tries(key)
    return codes_left(account_id)


@transaction.atomic
def _use(actor: Actor, account_id: int, code: str, *, now: datetime) -> bool:
    fresh = RecoveryCode.objects.filter(account_id=account_id, digest=_digest(account_id, code), used_at__isnull=True)
    if not fresh.update(used_at=now):
        return False
    record(
        actor=actor, event="signin:recovery_code:used", account_id=account_id, facts={"left": codes_left(account_id)}
    )
    tell_owner(hold_account(account_id), Change.RECOVERY_CODE_USED)
    return True


def codes_left(account_id: int) -> int:
    """How many codes are unused."""
    return RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()


def _plain(typed: str) -> str:
    """The code as it was made, however it was typed."""
    text = unicodedata.normalize("NFKC", typed[:100]).upper()
    return "".join(sign for sign in text if sign.isalnum()).translate(LOOKS_LIKE)


def _digest(account_id: int, code: str) -> bytes:
    return keyring().digest("recovery_code", f"{account_id}:{code}")
