"""Transfers by files, where no bank is connected: orders out, statements in (2.3.1)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from account_center.realname.adapters import transfer_bank
from account_center.realname.adapters.payment_file import BadStatement, Entry, Payer, Payment, read_statement
from account_center.realname.adapters.payment_file import payment_order as as_xml
from account_center.realname.adapters.payment_file import payment_table as as_csv
from account_center.realname.models import Transfer
from account_center.realname.ports import TransferReport
from account_center.realname.services.paying import Noted, key_text, note_report, order_of
from account_center.realname.services.transfers import is_amount, lock, move_transfer
from account_center.realname.types import TransferState, TransferStep

__all__ = ["BadStatement", "Payer", "PaymentFiles", "StatementReport", "read_into", "write_batches"]
MOST_IN_A_FILE = 500


@dataclass(frozen=True, slots=True)
class PaymentFiles:
    """One batch of orders in both forms."""

    batch: str
    count: int
    xml: bytes
    csv: bytes


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What a statement changed. ``ignored`` says of each line why it changed nothing, without sums or names."""

    noted: int
    ignored: tuple[tuple[int, str], ...]


def write_batches(
    *, payer: Payer, write: Callable[[PaymentFiles], None], now: datetime, limit: int = MOST_IN_A_FILE
) -> list[PaymentFiles]:
    """Gives what waits to ``write``, batch by batch, and marks it as sent once it is written.

    A batch that was begun and not finished (the program was killed) is written again under the same name with the same
    keys, before anything new: the bank takes a message of one name once, and the file of before is written over.
    Raises ImproperlyConfigured where a connected bank pays, so that nothing is paid in two ways.
    """
    if transfer_bank() is not None:
        raise ImproperlyConfigured(
            "A bank is connected and pays by itself; payment files are for installations without."
        )
    unfinished = Transfer.objects.filter(state=TransferState.SENDING.value).exclude(batch="")
    batches = sorted(set(unfinished.values_list("batch", flat=True)))
    fresh = _reserve(now=now, limit=limit)
    if fresh:
        batches.append(fresh)
    return [_write(batch, payer, write, now=now) for batch in batches]


@transaction.atomic
def _reserve(*, now: datetime, limit: int) -> str:
    """Puts what waits into one batch; empty if nothing waits."""
    waiting = Transfer.objects.filter(state=TransferState.CREATED.value, batch="").order_by("pk")
    batch = f"AC{now:%Y%m%d%H%M%S}{secrets.token_hex(4).upper()}"
    taken = 0
    for application_id in waiting.values_list("application_id", flat=True)[:limit]:
        _row, transfer = lock(application_id=application_id)
        if transfer.state == TransferState.CREATED:  # not cancelled meanwhile
            transfer.batch = batch
            move_transfer(transfer, TransferState.SENDING, now=now)
            taken += 1
    return batch if taken else ""


def _write(batch: str, payer: Payer, write: Callable[[PaymentFiles], None], *, now: datetime) -> PaymentFiles:
    rows = Transfer.objects.select_related("application__subject").filter(
        batch=batch, state=TransferState.SENDING.value
    )
    orders = {row.application_id: Payment(key_text(row.key), order_of(row)) for row in rows.order_by("pk")}
    payments = list(orders.values())
    files = PaymentFiles(
        batch=batch,
        count=len(payments),
        xml=as_xml(payments, payer=payer, batch=batch, now=now, day=_day(now)),
        csv=as_csv(payments),
    )
    write(files)
    for application_id in orders:
        note_report(application_id=application_id, report=TransferReport(TransferStep.TAKEN, batch), now=now)
    return files


def _day(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def read_into(*, data: bytes, now: datetime) -> StatementReport:
    """Notes what a bank's statement says of our transfers. Read twice it changes nothing the second time.

    Raises BadStatement.
    """
    noted = 0
    ignored: list[tuple[int, str]] = []
    for entry in read_statement(data):
        why = "cannot be read" if isinstance(entry, int) else _take(entry, now=now)
        if why:
            ignored.append((entry if isinstance(entry, int) else entry.line, why))
        else:
            noted += 1
    return StatementReport(noted=noted, ignored=tuple(ignored))


def _take(entry: Entry, *, now: datetime) -> str:
    """Why an entry changes nothing; empty if it did."""
    transfer = _transfer(entry.key)
    if transfer is None:
        return "not one of our transfers"
    if transfer.state == TransferState.CREATED:
        return "this transfer was never sent"
    if not transfer.ended_at and (entry.fen is None or not is_amount(transfer, entry.fen)):
        return "another sum than the one that was sent"
    report = TransferReport(entry.step, entry.reference, entry.reason)
    match note_report(application_id=transfer.application_id, report=report, now=now):
        case Noted.NOTED:
            return ""
        case Noted.LATE:
            return "this transfer had ended"
        case Noted.REPEATED:
            return "noted before"


def _transfer(text: str) -> Transfer | None:
    try:
        key = UUID(text)
    except ValueError:
        return None
    return Transfer.objects.filter(key=key).first()
