"""The customer types the amount that came (2.3.7-2.3.9)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from account_center.kit.actor import Actor
from account_center.realname.models import Application, Transfer
from account_center.realname.services.settling import accept, refuse
from account_center.realname.services.transfers import id_of, is_amount, lock, move_transfer, note
from account_center.realname.types import AmountAnswer, AmountVerdict, TransferState


@transaction.atomic
def confirm_amount(*, actor: Actor, tenant_id: int, reference: str, fen: int, now: datetime) -> AmountAnswer:
    """Judges a typed amount; the answer is a value, so that a wrong one stays counted. Raises NoSuchApplication.

    Right: the tenant is verified in the same transaction, but for a change whose form staff read first (2.4.8). The third wrong one ends the transfer (2.3.9).
    """
    # Locked before judging, so that parallel guesses cannot share one try.
    row, transfer = lock(application_id=id_of(tenant_id=tenant_id, reference=reference))
    if transfer.state in (TransferState.CREATED, TransferState.SENDING):
        return AmountAnswer(AmountVerdict.TOO_EARLY)
    if not transfer.view("").takes_amount or transfer.expires_at <= now:
        return AmountAnswer(AmountVerdict.OVER)
    if not is_amount(transfer, fen):
        return _wrong(row, transfer, actor=actor, now=now)
    move_transfer(transfer, TransferState.VERIFIED, now=now)
    accept(row, now=now, actor=actor)
    return AmountAnswer(AmountVerdict.RIGHT)


def _wrong(row: Application, transfer: Transfer, *, actor: Actor, now: datetime) -> AmountAnswer:
    transfer.wrong_tries += 1
    left = max(settings.LIMITS.transfer_wrong_amounts - transfer.wrong_tries, 0)
    note(row, "realname:transfer:wrong_amount", actor=actor, left=left)
    if left:
        transfer.save()
    else:
        move_transfer(transfer, TransferState.FAILED, now=now)
        refuse(row, "realname.wrong_amounts", now=now, actor=actor)
    return AmountAnswer(AmountVerdict.WRONG, tries_left=left)
