"""Verification of an organisation by its bank account (2.3.1-2.3.16, 2.3.27)."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from account_center.audit.models import Event
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.kit.demo_numbers import demo_card
from account_center.kit.money import NotASmallSum, parse_small_sum
from account_center.kit.refused import Refused
from account_center.plumbing.quota import places
from account_center.plumbing.work import run_due
from account_center.realname.errors import AccountWayClosed, ApplicationIsOver, NoSuchApplication, TooManyTries
from account_center.realname.models import (
    Application,
    BankAccountQuota,
    OrganisationQuota,
    SandboxTransfer,
    Subject,
    Transfer,
    Verification,
)
from account_center.realname.ports import ProviderSilent, TransferOrder, TransferReport
from account_center.realname.queries import (
    application,
    applications_of,
    open_application_of,
    sandbox_statement,
    verification_of,
)
from account_center.realname.rules import TRANSFER_MOVES, counts_as_failed, is_over, kind_of_number, steps_to
from account_center.realname.services import paying
from account_center.realname.services.bank_account import (
    read_bank_account,
    refusals_of_account,
    submit_bank_account,
    way_closed,
)
from account_center.realname.services.paying import Noted, follow_all, note_report
from account_center.realname.services.quotas import allow_more_verifications
from account_center.realname.services.transfers import expire_transfers
from account_center.realname.subjects import account_digest, organisation_digest
from account_center.realname.types import (
    AmountVerdict,
    ApplicationState,
    ApplicationView,
    Certificate,
    Counted,
    Nature,
    ReturnReason,
    TransferState,
    TransferStep,
    Way,
)
from account_center.standing.queries import standing_of
from tests.between import after_the_first_statement
from tests.racing import kinds, race
from tests.realname.making import a_tenant, actor_at
from tests.realname.transferring import (
    ACCOUNTS,
    COMPANY,
    LATER,
    a_branch,
    a_credit_code,
    amount_of,
    an_account,
    an_account_claim,
    cancel,
    fail,
    follow,
    let_time_pass,
    money_arrives,
    submit_account,
    transfer_of,
    type_amount,
    typed,
    wrong_amount,
)
from tests.signin.making import NOW

pytestmark = pytest.mark.django_db


def refused(**more: str) -> list[tuple[str, str]]:
    _claim, wrong = read_bank_account(**typed(**more), now=NOW)
    return [(refusal.code, refusal.field) for refusal in wrong]


# What is typed


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0.37", 37),
        (".37", 37),
        ("37分", 37),
        ("０．３７", 37),
        ("¥0.37", 37),
        ("0.37 元", 37),
        ("0,37", 37),
        ("0.5", 50),
    ],
)
def test_an_amount_is_read_in_every_usual_form(text: str, fen: int) -> None:
    assert parse_small_sum(text) == fen


@pytest.mark.parametrize(
    "text", ["", "37", "0", "0.00", "1.00", "1.37", "0.371", "-0.37", "0.3.7", "abc", "100分", "٠.٣٧"]
)
def test_what_is_no_small_sum_is_none(text: str) -> None:
    with pytest.raises(NotASmallSum):
        parse_small_sum(text)


@pytest.mark.clause("2.3.3")
def test_a_personal_card_is_refused_and_the_holder_is_the_organisation() -> None:
    assert refused(account=demo_card("621700")) == [("realname.personal_card", "account")]
    claim = an_account_claim()
    view = submit_account(a_tenant(), claim)
    assert paying.order_of(transfer_of(view)).holder == COMPANY == claim.organisation.name


@pytest.mark.clause("2.3.4")
def test_without_a_code_the_papers_are_named() -> None:
    assert refused(number=" ") == [("realname.no_organisation_code", "number")]


@pytest.mark.clause("2.1.5", "2.3.2")
def test_the_bank_is_found_by_a_part_of_its_name_in_either_language() -> None:
    for text, code in {
        "工商": "ICBC",
        "China Merchants": "CMB",
        "icbc": "ICBC",
        "中国银行": "BOC",
        "招商银行": "CMB",
    }.items():
        branch = {"ICBC": "102", "CMB": "308", "BOC": "104"}[code]
        assert an_account_claim(bank=text, branch=a_branch(branch)).bank_code == code
    assert refused(bank="Bank of Atlantis") == [("realname.bank_not_listed", "bank")]
    assert refused(bank="银行") == [("realname.bank_unclear", "bank")]


@pytest.mark.clause("2.3.2")
def test_a_branch_has_its_check_digit_and_belongs_to_the_bank() -> None:
    assert refused(branch="102100000014") == [("realname.bad_branch", "branch")]
    assert refused(branch=a_branch("308")) == [("realname.branch_of_another_bank", "branch")]


def test_everything_wrong_is_told_at_once() -> None:
    codes = refused(name="", number="", representative="", representative_id="1", bank="", branch="", account="1")
    assert [field for _code, field in codes] == [
        "name",
        "representative",
        "representative_id",
        "number",
        "bank",
        "branch",
        "account",
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("91330100799655058B", (Nature.ENTERPRISE, Certificate.BUSINESS_LICENCE)),
        ("12100000400000000X", (Nature.PUBLIC_INSTITUTION, Certificate.INSTITUTION_LEGAL_PERSON)),
        ("12345678-9", (Nature.ENTERPRISE, Certificate.ORGANISATION_CODE)),
    ],
)
def test_the_number_says_what_kind_of_organisation_it_is(number: str, expected: tuple[Nature, Certificate]) -> None:
    assert kind_of_number(number) == expected


# States


def test_reports_lead_forward_only() -> None:
    assert steps_to(TransferStep.CREDITED, TransferState.SENDING) == (TransferState.SENT, TransferState.AWAITING_AMOUNT)
    assert steps_to(TransferStep.TAKEN, TransferState.AWAITING_AMOUNT) == ()
    assert steps_to(TransferStep.TAKEN, TransferState.SENT) == ()
    assert steps_to(TransferStep.RETURNED, TransferState.AWAITING_AMOUNT) == (TransferState.RETURNED,)
    for state in TransferState:
        for step in TransferStep:
            if is_over(state):
                assert steps_to(step, state) == ()


@pytest.mark.clause("2.3.5")
def test_what_counts_as_failed() -> None:
    assert counts_as_failed(TransferState.FAILED, 3)
    assert counts_as_failed(TransferState.RETURNED, 0)
    assert counts_as_failed(TransferState.CANCELLED, 1)
    assert not counts_as_failed(TransferState.CANCELLED, 0)
    assert not counts_as_failed(TransferState.VERIFIED, 2)
    assert set(TRANSFER_MOVES) == set(TransferState)


# From the form to the verification


@pytest.mark.clause("2.3.1", "2.3.10", "2.1.4")
def test_the_right_amount_verifies_the_organisation_at_once() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    assert view.state is ApplicationState.CHECKING
    assert transfer_of(view).state == TransferState.CREATED
    assert type_amount(tenant, view, 1).verdict is AmountVerdict.TOO_EARLY
    assert follow(view)
    assert transfer_of(view).state == TransferState.SENT
    let_time_pass(view)
    assert follow(view, now=LATER) is None
    assert transfer_of(view).state == TransferState.AWAITING_AMOUNT
    assert type_amount(tenant, view, amount_of(view)).verdict is AmountVerdict.RIGHT
    verified = verification_of(tenant.id)
    assert verified
    assert verified.way is Way.BANK_ACCOUNT
    assert standing_of(tenant.id).verification.value == "verified"
    assert type_amount(tenant, view, 1).verdict is AmountVerdict.OVER


def test_the_worker_does_it_by_itself() -> None:
    view = submit_account(a_tenant(), now=NOW)
    run_due()
    assert transfer_of(view).state == TransferState.SENT


@pytest.mark.clause("2.3.1")
def test_nobody_is_shown_the_amount(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tenant = a_tenant()
    view = submit_account(tenant)
    money_arrives(view)
    fen = amount_of(view)
    shown = json.dumps([[event.name, event.facts] for event in Event.objects.all()], default=str)
    said = "0." + f"{fen:02d}"
    assert said not in shown + caplog.text + repr(applications_of(tenant.id)) + repr(transfer_of(view).__dict__)
    assert "fen" not in repr(paying.order_of(transfer_of(view)))
    [line] = sandbox_statement()
    assert (line.amount, line.remark) == (said, view.reference)
    type_amount(tenant, view, fen)
    after = transfer_of(view)
    assert (bytes(after.sealed_amount), bytes(after.amount_digest), bytes(after.wrapped_key)) == (b"", b"", b"")


def test_amounts_are_between_one_and_99_fen_and_differ() -> None:
    amounts = {amount_of(submit_account(a_tenant())) for _ in range(12)}
    assert all(1 <= fen <= 99 for fen in amounts)
    assert len(amounts) > 1


@pytest.mark.clause("2.3.8", "2.3.9")
def test_the_third_wrong_amount_ends_it_and_a_new_one_may_begin() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    money_arrives(view)
    answers = [type_amount(tenant, view, wrong_amount(view)) for _ in range(2)]
    assert [answer.tries_left for answer in answers] == [2, 1]
    right = amount_of(view)
    assert type_amount(tenant, view, wrong_amount(view)).tries_left == 0
    assert type_amount(tenant, view, right).verdict is AmountVerdict.OVER
    [ended] = applications_of(tenant.id)
    assert (ended.state, ended.refusal) == (ApplicationState.REFUSED, "realname.wrong_amounts")
    assert submit_account(tenant).state is ApplicationState.CHECKING


@pytest.mark.clause("2.3.27")
@pytest.mark.parametrize("reason", [reason for reason in ReturnReason if reason is not ReturnReason.OTHER])
def test_a_transfer_that_the_bank_returns_is_refused_with_its_reason(reason: ReturnReason) -> None:
    tenant = a_tenant()
    view = submit_account(tenant, account=ACCOUNTS[reason])
    money_arrives(view)
    [ended] = applications_of(tenant.id)
    assert (ended.state, ended.refusal) == (ApplicationState.REFUSED, f"realname.transfer_{reason.value}")
    assert transfer_of(view).reason == reason


@pytest.mark.clause("2.3.27")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "read",
    [
        lambda view: application(tenant_id=view.tenant_id, reference=view.reference),
        lambda view: open_application_of(view.tenant_id),
        lambda view: applications_of(view.tenant_id)[0],
    ],
    ids=["one", "open", "all"],
)
def test_a_return_while_somebody_reads_is_seen_with_its_reason_or_not_yet(
    read: Callable[[ApplicationView], ApplicationView | None],
) -> None:
    view = submit_account(a_tenant(), account=ACCOUNTS[ReturnReason.CANNOT_RECEIVE])
    follow(view)
    let_time_pass(view)
    with after_the_first_statement(lambda: follow(view, now=LATER)):
        seen = read(view)
    assert transfer_of(view).state == TransferState.RETURNED
    assert seen is not None
    assert seen.transfer is not None
    assert (seen.transfer.state is TransferState.RETURNED) == bool(seen.refusal)


@pytest.mark.clause("2.3.13")
@pytest.mark.parametrize("turns", [0, 1, 2])
def test_it_can_be_cancelled_at_any_time_and_what_was_typed_is_erased(turns: int) -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    for turn in range(turns):
        follow(view, now=LATER if turn else NOW)
        let_time_pass(view)
    cancel(tenant, view)
    assert open_application_of(tenant.id) is None
    subject = Subject.objects.get(applications__reference=view.reference)
    assert subject.erased_at
    assert standing_of(tenant.id).verification.value == "none"
    follow(view, now=LATER)
    assert transfer_of(view).state == TransferState.CANCELLED
    with pytest.raises(ApplicationIsOver):
        cancel(tenant, view)
    if not turns:
        assert not SandboxTransfer.objects.exists()


def test_a_stranger_finds_nothing() -> None:
    view = submit_account(a_tenant())
    with pytest.raises(NoSuchApplication):
        type_amount(a_tenant(), view, 1)
    with pytest.raises(NoSuchApplication):
        cancel(a_tenant(), view)


def test_an_amount_that_is_never_typed_expires() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    money_arrives(view)
    assert expire_transfers(now=NOW + timedelta(days=9)) == 0
    late = LATER + timedelta(days=10, seconds=1)
    assert type_amount(tenant, view, amount_of(view), now=late).verdict is AmountVerdict.OVER
    assert expire_transfers(now=late) == 1
    [ended] = applications_of(tenant.id)
    assert (ended.state, ended.refusal) == (ApplicationState.LAPSED, "realname.transfer_expired")
    assert way_closed(tenant.id) is None


# Limits

MANAGER = Actor(kind=ActorKind.STAFF, name="chen", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))


@pytest.mark.clause("2.3.5", "2.3.11", "2.3.14")
def test_after_six_failures_the_way_is_closed_to_the_tenant_for_good(settings: Any) -> None:
    settings.LIMITS = settings.LIMITS.__class__(applications_per_day=20)
    tenant = a_tenant()
    for _ in range(6):
        fail(tenant, submit_account(tenant))
    closed = way_closed(tenant.id)
    assert closed
    assert closed.facts["allowed"] == 6
    later = NOW + timedelta(days=900)
    view, wrong = submit_bank_account(actor=actor_at(tenant), tenant_id=tenant.id, claim=an_account_claim(), now=later)
    assert view is None
    assert [type(refusal) for refusal in wrong] == [AccountWayClosed]


@pytest.mark.clause("2.3.5", "2.3.11", "2.3.14")
def test_a_raised_limit_of_an_account_opens_the_way_again_to_whoever_failed_by_it(settings: Any) -> None:
    settings.LIMITS = settings.LIMITS.__class__(applications_per_day=20)
    tenant, other, account = a_tenant(), a_tenant(), an_account()
    for _ in range(6):
        fail(tenant, submit_account(tenant, account=account))
        fail(other, submit_account(other))
    raised = allow_more_verifications(
        actor=MANAGER,
        id_digest=account_digest(account),
        masked="3100****0000",
        allowed=7,
        reason="The accountant read another account's statement",
        kind=Counted.BANK_ACCOUNT,
    )
    assert raised == 7
    assert way_closed(tenant.id) is None
    assert way_closed(other.id)
    fail(tenant, submit_account(tenant, account=account))
    closed = way_closed(tenant.id)
    assert closed
    assert closed.facts["allowed"] == 7


@pytest.mark.clause("2.3.5", "2.3.11")
def test_after_six_failures_the_account_is_closed_to_everybody() -> None:
    account = an_account()
    for _ in range(6):
        tenant = a_tenant()
        fail(tenant, submit_account(tenant, account=account))
    refusals = refusals_of_account(an_account_claim(account=account), tenant_id=a_tenant().id, now=NOW)
    assert [(type(refusal), refusal.field) for refusal in refusals] == [(AccountWayClosed, "account")]


@pytest.mark.clause("2.3.13")
def test_giving_up_again_and_again_does_not_draw_sums_without_end_to_one_account(settings: Any) -> None:
    settings.LIMITS = settings.LIMITS.__class__(transfers_per_account_day=4)
    account = an_account()

    def begin_and_give_up(moment: datetime) -> list[Refused]:
        tenant, claim = a_tenant(), an_account_claim(account=account)
        view, wrong = submit_bank_account(actor=actor_at(tenant), tenant_id=tenant.id, claim=claim, now=moment)
        if view is not None:
            follow(view, now=moment)
            cancel(tenant, view, now=moment)
        return wrong

    assert [begin_and_give_up(NOW) for _ in range(4)] == [[]] * 4
    (refusal,) = begin_and_give_up(NOW)
    assert (type(refusal), refusal.field, refusal.facts["limit"]) == (TooManyTries, "account", 4)
    assert SandboxTransfer.objects.count() == 4
    assert places(BankAccountQuota, digest=account_digest(account), allowed=6)[0] == 0
    assert begin_and_give_up(NOW + timedelta(days=1)) == []


@pytest.mark.clause("2.3.6", "2.3.23")
def test_the_same_company_and_account_may_verify_another_tenant() -> None:
    account, code = an_account(), a_credit_code()
    for _ in range(2):
        tenant = a_tenant()
        view = submit_account(tenant, account=account, number=code)
        money_arrives(view)
        assert type_amount(tenant, view, amount_of(view)).verdict is AmountVerdict.RIGHT
    used, _allowed = places(BankAccountQuota, digest=account_digest(account), allowed=6)
    assert used == 0
    assert places(OrganisationQuota, digest=organisation_digest(f"CN:{code}"), allowed=6)[0] == 2


# Bad moments


def test_a_lost_answer_is_found_by_the_key_and_nothing_is_paid_twice() -> None:
    view = submit_account(a_tenant(), account=ACCOUNTS["time_out"])
    assert follow(view)
    assert transfer_of(view).state == TransferState.SENDING
    follow(view)
    assert transfer_of(view).state == TransferState.SENT
    assert SandboxTransfer.objects.count() == 1
    assert SandboxTransfer.objects.get().attempts == 1


def test_a_busy_bank_is_asked_until_it_takes_the_order() -> None:
    view = submit_account(a_tenant(), account=ACCOUNTS["busy"])
    for _ in range(3):
        assert follow(view)
    assert transfer_of(view).state == TransferState.SENT
    assert SandboxTransfer.objects.count() == 1


def test_a_bank_that_is_away_is_asked_ever_more_rarely() -> None:
    view = submit_account(a_tenant(), account=ACCOUNTS["away"])
    waits = [follow(view, now=NOW + timedelta(hours=hours)) for hours in (0, 1, 48)]
    assert waits == [3, 360, 1800]
    assert not SandboxTransfer.objects.exists()


def test_a_worker_killed_between_paying_and_noting_pays_once(monkeypatch: pytest.MonkeyPatch) -> None:
    view = submit_account(a_tenant())

    def killed(**_: Any) -> Noted:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(paying, "note_report", killed)
        with pytest.raises(SystemExit):
            follow(view)
    assert SandboxTransfer.objects.count() == 1
    assert transfer_of(view).state == TransferState.SENDING
    follow(view)
    assert transfer_of(view).state == TransferState.SENT
    assert SandboxTransfer.objects.get().attempts == 1


def test_the_bank_is_never_called_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    depths = []

    class Bank:
        def pay(self, order: TransferOrder, *, key: str, seconds: float) -> TransferReport:
            depths.append(len(connection.savepoint_ids))
            raise ProviderSilent("lost")

        def outcome(self, *, key: str) -> TransferReport | None:
            depths.append(len(connection.savepoint_ids))
            return None

    monkeypatch.setattr(paying, "transfer_bank", Bank)
    view = submit_account(a_tenant())
    outside = len(connection.savepoint_ids)
    follow(view)
    follow(view)
    assert depths == [outside] * 4


def test_an_answer_twice_late_or_after_the_end_changes_nothing() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    money_arrives(view)
    row = Application.objects.get(reference=view.reference)
    credited = TransferReport(TransferStep.CREDITED, "X")
    assert note_report(application_id=row.pk, report=credited, now=LATER) is Noted.REPEATED
    assert (
        note_report(application_id=row.pk, report=TransferReport(TransferStep.TAKEN, "X"), now=LATER) is Noted.REPEATED
    )
    type_amount(tenant, view, amount_of(view))
    returned = TransferReport(TransferStep.RETURNED, "X", ReturnReason.OTHER)
    assert note_report(application_id=row.pk, report=returned, now=LATER) is Noted.LATE
    assert verification_of(tenant.id)


def test_a_transfer_whose_job_was_given_up_is_taken_up_again() -> None:
    submit_account(a_tenant())
    assert follow_all(now=NOW) == 0
    assert follow_all(now=NOW + timedelta(minutes=5)) == 1


# Races


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("2.3.9")
def test_of_64_guesses_at_one_moment_three_are_judged() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    money_arrives(view)
    wrong = wrong_amount(view)
    answers = race(lambda _number: type_amount(tenant, view, wrong), 64)
    verdicts = [answer.verdict for answer in answers if not isinstance(answer, Exception)]
    assert len(verdicts) == 64, kinds(answers)
    assert verdicts.count(AmountVerdict.WRONG) == 3
    assert verdicts.count(AmountVerdict.OVER) == 61
    assert transfer_of(view).wrong_tries == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("2.3.13")
def test_a_cancel_and_the_right_amount_at_one_moment_have_one_winner() -> None:
    tenant = a_tenant()
    view = submit_account(tenant)
    money_arrives(view)
    right = amount_of(view)

    def act(number: int) -> Any:
        return cancel(tenant, view) if number % 2 else type_amount(tenant, view, right)

    race(act, 8)
    state = Application.objects.get(reference=view.reference).state
    assert state in (ApplicationState.APPROVED, ApplicationState.CANCELLED)
    assert Verification.objects.count() == (state == ApplicationState.APPROVED)


@pytest.mark.django_db(transaction=True)
def test_many_workers_pay_once() -> None:
    view = submit_account(a_tenant())
    answers = race(lambda _number: follow(view), 8)
    assert not [answer for answer in answers if isinstance(answer, Exception)], kinds(answers)
    assert SandboxTransfer.objects.count() == 1
    assert transfer_of(view).state == TransferState.SENT


@pytest.mark.django_db(transaction=True)
def test_one_form_posted_many_times_becomes_one_transfer() -> None:
    tenant = a_tenant()
    claim = an_account_claim()

    def act(_number: int) -> Any:
        return submit_bank_account(actor=actor_at(tenant), tenant_id=tenant.id, claim=claim, now=NOW)

    race(act, 8)
    assert Transfer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("2.3.6", "2.3.26")
def test_an_organisation_never_verifies_more_than_six_tenants_even_at_one_moment() -> None:
    code = a_credit_code()
    tenants = [a_tenant() for _ in range(9)]
    claims = [an_account_claim(number=code) for _ in tenants]

    def act(number: int) -> Any:
        tenant = tenants[number]
        return submit_bank_account(actor=actor_at(tenant), tenant_id=tenant.id, claim=claims[number], now=NOW)

    race(act, 9)
    assert Application.objects.count() == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("2.3.5")
def test_an_account_never_has_more_than_six_attempts_even_at_one_moment() -> None:
    account = an_account()
    tenants = [a_tenant() for _ in range(9)]
    claims = [an_account_claim(account=account) for _ in tenants]

    def act(number: int) -> Any:
        tenant = tenants[number]
        return submit_bank_account(actor=actor_at(tenant), tenant_id=tenant.id, claim=claims[number], now=NOW)

    race(act, 9)
    assert Application.objects.count() == 6
