"""A bank for trying transfers out.

The last six digits of the account decide; any other number works:

====== ===================================================================================
990001 the account's holder has another name: returned
990002 the account is closed: returned
990003 the account cannot receive transfers (2.3.27): returned
990004 there is no such account: returned
990011 time-out: paid, but only the later ``outcome`` question learns it
990012 busy: the first two orders with one key are turned away, the third is taken
990013 away: nothing ever arrives
====== ===================================================================================

Money arrives, or comes back, ``UNDER_WAY`` after it was paid. One key is paid once.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from account_center.kit import clock
from account_center.realname.ports import ProviderAway, ProviderBusy, ProviderSilent, TransferOrder, TransferReport
from account_center.realname.transfer_models import SandboxTransfer
from account_center.realname.types import ReturnReason, TransferStep

UNDER_WAY = timedelta(seconds=3)
OK, TIME_OUT, BUSY, AWAY = "ok", "time_out", "busy", "away"
BUSY_TIMES = 2
_DECIDING = slice(-6, None)
_BODY = "310066090188"


@dataclass(frozen=True, slots=True)
class TestAccount:
    """An account to try. ``meaning_code`` is a ReturnReason's value, ``ok``, ``time_out``, ``busy`` or ``away``."""

    __test__ = False  # pytest takes every Test… for a test

    number: str
    meaning_code: str
    label: str | Promise


TEST_ACCOUNTS: tuple[TestAccount, ...] = (
    TestAccount(_BODY + "990000", OK, _("The money arrives")),
    TestAccount(_BODY + "990001", ReturnReason.WRONG_HOLDER, _("The account's holder has another name: returned")),
    TestAccount(_BODY + "990002", ReturnReason.ACCOUNT_CLOSED, _("The account is closed: returned")),
    TestAccount(_BODY + "990003", ReturnReason.CANNOT_RECEIVE, _("The account cannot receive transfers: returned")),
    TestAccount(_BODY + "990004", ReturnReason.NO_SUCH_ACCOUNT, _("There is no such account: returned")),
    TestAccount(_BODY + "990011", TIME_OUT, _("The bank pays, but its answer is lost; it is found a little later")),
    TestAccount(_BODY + "990012", BUSY, _("The bank is busy twice, then the money arrives")),
    TestAccount(_BODY + "990013", AWAY, _("The bank cannot be reached")),
)
_MEANING = {account.number[_DECIDING]: account.meaning_code for account in TEST_ACCOUNTS}


class SandboxTransferBank:
    """TransferBank by the table above. It never waits, so a time-out is told at once."""

    def pay(self, order: TransferOrder, *, key: str, seconds: float) -> TransferReport:  # noqa: ARG002 the port's shape
        """Takes the order; ``seconds`` plays no part."""
        meaning = _MEANING.get(order.account[_DECIDING], OK)
        if meaning == AWAY:
            raise ProviderAway("the sandbox's bank cannot be reached")
        row, first = _taken(order, key, meaning)
        if row.paid_at is None:
            raise ProviderBusy("the sandbox's bank is busy")
        if meaning == TIME_OUT and first:
            raise ProviderSilent("the sandbox's bank took too long")
        return _report(row)

    def outcome(self, *, key: str) -> TransferReport | None:
        """What became of the payment."""
        row = SandboxTransfer.objects.filter(key=key, paid_at__isnull=False).first()
        return _report(row) if row else None


@transaction.atomic
def _taken(order: TransferOrder, key: str, meaning: str) -> tuple[SandboxTransfer, bool]:
    stated = {
        "account": order.account,
        "holder": order.holder,
        "fen": order.fen,
        "remark": order.remark,
        "meaning": meaning,
        "reference": f"SBX-{secrets.token_hex(5).upper()}",
    }
    SandboxTransfer.objects.get_or_create(key=key, defaults=stated)
    row = SandboxTransfer.objects.select_for_update().get(key=key)
    row.attempts += 1
    first = row.paid_at is None and not (meaning == BUSY and row.attempts <= BUSY_TIMES)
    if first:
        row.paid_at = clock.now()
    row.save()
    return row, first


def _report(row: SandboxTransfer) -> TransferReport:
    if row.paid_at is None or clock.now() < row.paid_at + UNDER_WAY:
        return TransferReport(TransferStep.TAKEN, row.reference)
    if row.meaning in list(ReturnReason):
        return TransferReport(TransferStep.RETURNED, row.reference, ReturnReason(row.meaning))
    return TransferReport(TransferStep.CREDITED, row.reference)
