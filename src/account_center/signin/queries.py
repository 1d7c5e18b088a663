"""Reading what an account gets in with."""

from account_center.signin.models import Passkey, RecoveryCode, SecondFactor
from account_center.signin.types import Factors


def factors_of(account_id: int) -> Factors:
    """The second factors of an account, and how many recovery codes are left."""
    return Factors(
        app=SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists(),
        passkeys=Passkey.objects.filter(account_id=account_id).count(),
        recovery_codes=RecoveryCode.objects.filter(account_id=account_id, used_at__isnull=True).count(),
    )
