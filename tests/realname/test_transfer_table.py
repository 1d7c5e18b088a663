"""Every state of a transfer and everything that can happen to it there: one payment, one outcome, nothing left behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from account_center.kit.money import yuan
from account_center.kit.refused import Refused
from account_center.plumbing.quota import places
from account_center.realname.models import (
    Application,
    BankAccountQuota,
    OrganisationQuota,
    SandboxTransfer,
    Verification,
)
from account_center.realname.ports import TransferReport
from account_center.realname.rules import TRANSFER_MOVES, counts_as_failed, is_over
from account_center.realname.services.paying import note_report
from account_center.realname.services.payment_files import read_into
from account_center.realname.services.transfers import amount_for_order, expire_transfers
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    ReturnReason,
    TransferState,
    TransferStep,
)
from account_center.tenants.types import TenantFacts
from tests.realname.making import a_tenant
from tests.realname.test_payment_files import statement
from tests.realname.transferring import (
    ACCOUNTS,
    LATER,
    amount_of,
    cancel,
    fail,
    follow,
    let_time_pass,
    money_arrives,
    submit_account,
    transfer_of,
    type_amount,
)

pytestmark = pytest.mark.django_db
T = TransferState
LATE = LATER + timedelta(days=30)


def reach(state: TransferState) -> tuple[TenantFacts, ApplicationView, int]:
    """A transfer in this state, and the sum that was drawn for it."""
    tenant = a_tenant()
    account = {T.RETURNED: ACCOUNTS[ReturnReason.ACCOUNT_CLOSED], T.SENDING: ACCOUNTS["time_out"]}.get(state)
    view = submit_account(tenant, account=account) if account else submit_account(tenant)
    fen = amount_of(view)
    match state:
        case T.SENDING | T.SENT:
            follow(view)
        case T.AWAITING_AMOUNT | T.RETURNED:
            money_arrives(view)
        case T.VERIFIED:
            money_arrives(view)
            type_amount(tenant, view, fen)
        case T.FAILED:
            fail(tenant, view)
        case T.EXPIRED:
            expire_transfers(now=LATE)
        case T.CANCELLED:
            cancel(tenant, view)
    assert transfer_of(view).state == state
    return tenant, view, fen


Happening = Callable[[TenantFacts, ApplicationView, int], object]


def _report(step: TransferStep, reason: ReturnReason | None = None) -> Happening:
    def happen(_tenant: TenantFacts, view: ApplicationView, _fen: int) -> object:
        row = Application.objects.get(reference=view.reference)
        return note_report(application_id=row.pk, report=TransferReport(step, "R1", reason), now=LATER)

    return happen


def _statement(direction: str) -> Happening:
    def happen(_tenant: TenantFacts, view: ApplicationView, fen: int) -> object:
        key = transfer_of(view).key.hex
        line = (
            f'<Ntry><Amt Ccy="CNY">{yuan(fen)}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts>'
            f"<NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
        )
        return read_into(data=statement(line), now=LATER)

    return happen


def _worker(_tenant: TenantFacts, view: ApplicationView, _fen: int) -> object:
    if SandboxTransfer.objects.filter(remark=view.reference, paid_at__isnull=False).exists():
        let_time_pass(view)
    return follow(view, now=LATER)


HAPPENINGS: dict[str, Happening] = {
    "taken": _report(TransferStep.TAKEN),
    "credited": _report(TransferStep.CREDITED),
    "returned": _report(TransferStep.RETURNED, ReturnReason.WRONG_HOLDER),
    "booked": _statement("DBIT"),
    "booked back": _statement("CRDT"),
    "worker": _worker,
    "right": type_amount,
    "wrong": lambda tenant, view, fen: type_amount(tenant, view, fen % 99 + 1),
    "late right": lambda tenant, view, fen: type_amount(tenant, view, fen, now=LATE),
    "cancel": lambda tenant, view, _fen: cancel(tenant, view),
    "early sweep": lambda *_: expire_transfers(now=LATER),
    "late sweep": lambda *_: expire_transfers(now=LATE),
}
# Where it leads from each state; what is not named leaves everything as it was.
OPEN = (T.CREATED, T.SENDING, T.SENT, T.AWAITING_AMOUNT)
LEADS: dict[tuple[TransferState, str], TransferState] = {
    **{(state, "cancel"): T.CANCELLED for state in OPEN},
    **{(state, "late sweep"): T.EXPIRED for state in OPEN},
    (T.CREATED, "worker"): T.SENT,
    (T.SENDING, "worker"): T.AWAITING_AMOUNT,
    (T.SENDING, "taken"): T.SENT,
    (T.SENT, "worker"): T.AWAITING_AMOUNT,
    **{(state, "right"): T.VERIFIED for state in (T.SENT, T.AWAITING_AMOUNT)},
    **{(state, credited): T.AWAITING_AMOUNT for state in (T.SENDING, T.SENT) for credited in ("credited", "booked")},
    **{
        (state, back): T.RETURNED
        for state in (T.SENDING, T.SENT, T.AWAITING_AMOUNT)
        for back in ("returned", "booked back")
    },
}
APPLICATIONS = {
    T.VERIFIED: ApplicationState.APPROVED,
    T.RETURNED: ApplicationState.REFUSED,
    T.FAILED: ApplicationState.REFUSED,
    T.CANCELLED: ApplicationState.CANCELLED,
    T.EXPIRED: ApplicationState.LAPSED,
}


def assert_whole(tenant: TenantFacts, view: ApplicationView) -> None:
    """Payment, application, verification and places say the same."""
    transfer = transfer_of(view)
    state = TransferState(transfer.state)
    row = Application.objects.select_related("subject").get(reference=view.reference)
    assert row.state == APPLICATIONS.get(state, ApplicationState.CHECKING)
    assert Verification.objects.filter(tenant_id=tenant.id).count() == (state is T.VERIFIED)
    assert SandboxTransfer.objects.filter(key=transfer.key.hex).count() <= 1
    stands = not is_over(state) or state is T.VERIFIED
    assert places(OrganisationQuota, digest=bytes(row.subject.id_index), allowed=6)[0] == stands
    counts = not is_over(state) or counts_as_failed(state, transfer.wrong_tries)
    assert places(BankAccountQuota, digest=bytes(transfer.account_index), allowed=6)[0] == counts
    assert bool(bytes(transfer.sealed_amount)) is not is_over(state)


@pytest.mark.parametrize("happening", HAPPENINGS)
@pytest.mark.parametrize("state", TransferState)
def test_in_every_state_everything_that_happens_leads_where_the_table_says(
    state: TransferState, happening: str
) -> None:
    tenant, view, fen = reach(state)
    paid = SandboxTransfer.objects.count()
    for _ in range(2):  # everything may come twice
        try:
            HAPPENINGS[happening](tenant, view, fen)
        except Refused as refusal:
            assert refusal.code == "realname.application_is_over"  # noqa: PT017 - only where there is one
        assert_whole(tenant, view)
        if happening == "worker":
            break
    now = TransferState(transfer_of(view).state)
    assert now is LEADS.get((state, happening), state)
    assert (
        now is state
        or now in TRANSFER_MOVES[state]
        or (state, now)
        in {
            (T.CREATED, T.SENT),
            (T.SENDING, T.AWAITING_AMOUNT),
        }
    )
    assert SandboxTransfer.objects.count() == paid + ((state, happening) == (T.CREATED, "worker"))


def test_an_answer_about_one_transfer_changes_no_other() -> None:
    mine, other = reach(T.SENT), reach(T.SENT)
    before = transfer_of(other[1]).__dict__ | {"_state": None}
    for happening in ("credited", "booked", "wrong", "booked back"):
        HAPPENINGS[happening](*mine)
    assert transfer_of(other[1]).__dict__ | {"_state": None} == before
    assert amount_for_order(transfer_of(other[1])) == other[2]
