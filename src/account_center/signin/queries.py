"""Reading what an account gets in with."""

from datetime import datetime

from account_center.signin.models import Passkey, RecoveryCode, SecondFactor
from account_center.signin.types import Factors, PasskeyFacts


def factors_of(account_id: int) -> Factors:
    """The second factors of an account, and how many recovery codes are left."""
    return Factors(
        app=SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists(),
        passkeys=Passkey.objects.filter(account_id=account_id).count(),
        recovery_codes=recovery_codes_left(account_id),
    )


def recovery_codes_left(account_id: int) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count()


def passkeys_of(account_id: int) -> list[PasskeyFacts]:
    """The passkeys of an account, oldest first."""
    rows = Passkey.objects.filter(account_id=account_id).order_by("pk")
    return [PasskeyFacts(row.public_id, row.name, row.created_at, row.last_used_at) for row in rows]


def app_since(account_id: int) -> datetime | None:
    """Since when an authenticator app counts; None if there is none."""
    rows = SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False)
    return rows.values_list("confirmed_at", flat=True).first()
