"""Taking all second factors off an account whose owner has lost them; on which proof is decided by the room above."""

from django.db import transaction

from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.signin.models import Passkey, RecoveryCode, SecondFactor


@transaction.atomic
def forget_all_factors(*, actor: Actor, account_id: int) -> bool:
    """Removes the app, the passkeys and the recovery codes. False if there were none."""
    removed = [
        model.objects.filter(account_id=account_id).delete()[0] for model in (SecondFactor, Passkey, RecoveryCode)
    ]
    if any(removed):
        record(actor=actor, event="signin:second_factors:forgotten", account_id=account_id)
    return any(removed)
