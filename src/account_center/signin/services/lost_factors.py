"""Taking second factors off an account: all whose owner has lost them, on a proof that the room above decides on; or a stranger's."""

from datetime import datetime

from django.db import transaction

from account_center.accounts.services import hold_account, set_sign_in_check
from account_center.audit.services import record
from account_center.kit.actor import Actor
from account_center.signin.models import Passkey, RecoveryCode, SecondFactor
from account_center.signin.queries import factors_of
from account_center.signin.rules import check_without
from account_center.signin.services.notices import tell_owner
from account_center.signin.types import Change


@transaction.atomic
def forget_all_factors(*, actor: Actor, account_id: int) -> bool:
    """Removes the app, the passkeys and the recovery codes. False if there were none."""
    removed = [
        model.objects.filter(account_id=account_id).delete()[0] for model in (SecondFactor, Passkey, RecoveryCode)
    ]
    if any(removed):
        record(actor=actor, event="signin:second_factors:forgotten", account_id=account_id)
    return any(removed)


@transaction.atomic
def forget_factors_since(*, actor: Actor, account_id: int, since: datetime) -> None:
    """Removes the app, the passkeys and the recovery codes that were added at ``since`` or later, and tells the owner.

    If the check at sign-in needed one of them, another factor or a code takes its place. Raises NoSuchAccount.
    """
    owner = hold_account(account_id)
    for row in Passkey.objects.filter(account_id=account_id, created_at__gte=since):
        row.delete()
        record(actor=actor, event="signin:passkey:removed", account_id=account_id, facts={"name": row.name})
        tell_owner(owner, Change.PASSKEY_REMOVED)
    if SecondFactor.objects.filter(account_id=account_id, confirmed_at__gte=since).delete()[0]:
        record(actor=actor, event="signin:second_factor:removed", account_id=account_id)
        tell_owner(owner, Change.APP_REMOVED)
    RecoveryCode.objects.filter(account_id=account_id, created_at__gte=since).delete()
    possible = check_without(owner, factors_of(account_id))
    if possible is not owner.check:
        set_sign_in_check(actor=actor, account_id=account_id, check=possible)
