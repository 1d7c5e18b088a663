"""Having transfers paid and following them. The order is written before the bank is called, and the call is outside of it."""

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction

from account_center.kit.company_banks import COMPANY_BANKS
from account_center.plumbing.work import enqueue
from account_center.realname.adapters import transfer_bank
from account_center.realname.models import Application, Transfer
from account_center.realname.ports import (
    ProviderAway,
    ProviderBusy,
    ProviderSilent,
    TransferBank,
    TransferOrder,
    TransferReport,
)
from account_center.realname.rules import is_over, steps_to
from account_center.realname.services.settling import refuse
from account_center.realname.services.telling import tell_owner
from account_center.realname.services.transfers import amount_for_order, lock, move_transfer, note
from account_center.realname.subjects import stated_by
from account_center.realname.texts import Result
from account_center.realname.types import ReturnReason, TransferState

log = logging.getLogger(__name__)
SHORTEST_WAIT, LONGEST_WAIT = 3.0, 1800.0  # seconds between two questions to the bank
BATCH = 200


class Noted(StrEnum):
    """What a report changed."""

    NOTED = "noted"
    REPEATED = "repeated"
    LATE = "late"  # the transfer had ended


def follow_transfer(*, application_id: int, seconds: float, now: datetime) -> float | None:
    """Pays, or asks what became of it. Returns after how many seconds to come back; None when there is nothing to do.

    Killed at any point it can be called again: the bank is asked by the stored key first, and pays a key once.
    """
    bank = transfer_bank()
    if bank is None:
        return None  # payments go out and come in by files
    _begin(application_id, now=now)
    transfer = Transfer.objects.select_related("application__subject").get(application_id=application_id)
    under_way = transfer.state in (TransferState.SENDING, TransferState.SENT, TransferState.AWAITING_AMOUNT)
    if transfer.batch or not under_way:
        return None  # over, or in a payment file from before the bank was connected
    try:
        report = _ask(bank, transfer, seconds=seconds)
    except (ProviderAway, ProviderBusy, ProviderSilent) as away:
        log.info("transfer %s: no answer, %s", transfer.key, type(away).__name__)
        return _wait(transfer, now=now)
    if report is not None:
        note_report(application_id=application_id, report=report, now=now)
    transfer.refresh_from_db()
    return _wait(transfer, now=now) if transfer.state in (TransferState.SENDING, TransferState.SENT) else None


@transaction.atomic
def _begin(application_id: int, *, now: datetime) -> None:
    """Writes down that the bank is being told."""
    _row, transfer = lock(application_id=application_id)
    if transfer.state == TransferState.CREATED:
        move_transfer(transfer, TransferState.SENDING, now=now)


def _ask(bank: TransferBank, transfer: Transfer, *, seconds: float) -> TransferReport | None:
    key = key_text(transfer.key)
    # Also the first time: a backup that was brought back has forgotten what was paid since.
    known = bank.outcome(key=key)
    if known is not None or transfer.state != TransferState.SENDING:
        return known
    return bank.pay(order_of(transfer), key=key, seconds=seconds)


def _wait(transfer: Transfer, *, now: datetime) -> float:
    # The older, the rarer: banks answer within seconds or within days.
    return min(max((now - transfer.created_at).total_seconds() / 10, SHORTEST_WAIT), LONGEST_WAIT)


def order_of(transfer: Transfer) -> TransferOrder:
    """The payment order, in clear, for the bank only. Raises CannotOpen once the transfer has ended."""
    application = transfer.application
    stated = stated_by(application.subject)
    return TransferOrder(
        holder=stated["name"],
        account=stated["account"],
        branch=transfer.branch,
        bank=transfer.bank_name or COMPANY_BANKS[application.bank_code].name_zh,
        fen=amount_for_order(transfer),
        remark=application.reference,
    )


@transaction.atomic
def note_report(*, application_id: int, report: TransferReport, now: datetime) -> Noted:
    """Writes what the bank said, once: what it said before, or of a transfer that has ended, changes nothing."""
    row, transfer = lock(application_id=application_id)
    state = TransferState(transfer.state)
    if is_over(state):
        return Noted.LATE
    steps = steps_to(report.step, state)
    if not steps:
        return Noted.REPEATED
    transfer.provider_reference = report.provider_reference or transfer.provider_reference
    for step in steps:
        _take_step(row, transfer, step, report=report, now=now)
    return Noted.NOTED


def _take_step(
    row: Application, transfer: Transfer, step: TransferState, *, report: TransferReport, now: datetime
) -> None:
    if step is TransferState.RETURNED:
        reason = report.reason or ReturnReason.OTHER
        transfer.reason = reason.value
        move_transfer(transfer, step, now=now)
        note(row, "realname:transfer:returned", refusal=f"realname.transfer_{reason.value}")
        refuse(row, f"realname.transfer_{reason.value}", now=now)
        return
    move_transfer(transfer, step, now=now)
    if step is TransferState.SENT:
        note(row, "realname:transfer:sent")
        tell_owner(row, Result.TRANSFER_SENT)
    else:
        note(row, "realname:transfer:credited")


def follow_all(*, now: datetime) -> int:
    """Sees to it that every open transfer has a job that follows it. Returns how many there are."""
    if transfer_bank() is None:
        return 0
    old = now - timedelta(seconds=settings.LIMITS.provider_seconds)
    open_ones = [state.value for state in TransferState if not is_over(state)]
    rows = Transfer.objects.filter(state__in=open_ones, created_at__lt=old).order_by("expires_at")
    ids = list(rows.values_list("application_id", flat=True)[:BATCH])
    for application_id in ids:
        enqueue("realname.follow_transfer", {"application_id": application_id}, key=f"transfer:{application_id}")
    return len(ids)


def key_text(key: UUID) -> str:
    """The key as banks get it: 32 characters, short enough for an end-to-end identification."""
    return key.hex
