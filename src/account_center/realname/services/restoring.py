"""After a backup was brought back: what may have happened in the time that is lost must not happen again."""

from datetime import datetime

from django.db import transaction

from account_center.realname.adapters import transfer_bank
from account_center.realname.models import Handover, Transfer
from account_center.realname.scan_models import LIVE_HANDOVERS
from account_center.realname.services.handovers import move_link
from account_center.realname.services.transfers import lock, move_transfer, note
from account_center.realname.types import HandoverState, TransferState

RESTORED = "RESTORED"  # stands in the place of the payment file that nobody remembers


def end_links(*, now: datetime) -> int:
    """Ends every link to a phone that still counts; its owner has a new code shown. Returns how many."""
    return sum(_end_link(link, now=now) for link in Handover.objects.filter(state__in=LIVE_HANDOVERS))


@transaction.atomic
def _end_link(found: Handover, *, now: datetime) -> bool:
    link = Handover.objects.select_for_update().filter(pk=found.pk, state__in=LIVE_HANDOVERS).first()
    if link is None:
        return False
    move_link(link, HandoverState.EXPIRED, now=now)
    return True


def hold_payments(*, now: datetime) -> int:
    """Where payments go out by files: what waits may stand in a file of the time that is lost, so it goes into no other.

    It counts as sent: whoever got the money types the amount, whoever did not begins anew, and the bank's statement
    tells the two apart. A connected bank is asked by the key before each payment, so there nothing is done. Returns how many.
    """
    if transfer_bank() is not None:
        return 0
    waiting = [TransferState.CREATED.value, TransferState.SENDING.value]
    chosen = Transfer.objects.filter(state__in=waiting).order_by("pk").values_list("application_id", flat=True)
    return sum(_hold(application_id, now=now) for application_id in list(chosen))


@transaction.atomic
def _hold(application_id: int, *, now: datetime) -> bool:
    row, transfer = lock(application_id=application_id)
    if transfer.state == TransferState.CREATED:
        move_transfer(transfer, TransferState.SENDING, now=now)
    if transfer.state != TransferState.SENDING:
        return False
    transfer.batch = transfer.batch or RESTORED
    move_transfer(transfer, TransferState.SENT, now=now)
    note(row, "realname:transfer:held_back")
    return True
