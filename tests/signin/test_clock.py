"""The clock jumps: nobody is kept out for longer than was meant, and nothing counts for longer than it should (1.19, 1.20)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from account_center.accounts.queries import account
from account_center.accounts.types import AccountKind
from account_center.messaging.models import Message
from account_center.plumbing.limiter import Pause, take_turn
from account_center.signin.errors import CodeTooSoon, FreshProofMissing, ProofMissing
from account_center.signin.services import app_sessions, begin_code_sign_in, sign_in_with_password
from account_center.signin.services.codes import proven, resend_code, use_proof
from account_center.signin.services.fresh import require_fresh_proof, use_fresh_proof
from account_center.signin.types import AppTokens, ChallengeView, CodeVerdict, Purpose, SensitiveAction, SignInOutcome
from tests.recovery.making import a_proof
from tests.signin.making import NOW, PASSWORD, PHONE, VISITOR, an_account, code_in, prove, typed

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AHEAD = [10 * MINUTE, HOUR, 2 * DAY]  # how far the clock was wrong before somebody set it back


def ask(*, now: object) -> ChallengeView:
    return begin_code_sign_in(actor=VISITOR, contact=PHONE, country="CN", now=now)  # type: ignore[arg-type]


def outcome(name: str, password: str, *, now: object) -> SignInOutcome:
    verdict = sign_in_with_password(
        actor=VISITOR,
        identifier=name,
        password=password,
        kind=AccountKind.ID,
        country="CN",
        now=now,  # type: ignore[arg-type]
    )
    return verdict.outcome


@pytest.mark.clause("1.19")
@pytest.mark.parametrize("ahead", AHEAD)
def test_a_code_sent_before_the_clock_was_set_back_counts_no_more_and_another_one_comes_at_once(
    ahead: timedelta,
) -> None:
    an_account(phone=PHONE)
    view = ask(now=NOW + ahead)
    assert typed(view, code_in(view), now=NOW).verdict is CodeVerdict.EXPIRED
    again = resend_code(actor=VISITOR, challenge_id=view.id, now=NOW)
    assert again.resend_at == NOW + MINUTE
    assert typed(again, code_in(again), now=NOW).verdict is CodeVerdict.RIGHT


@pytest.mark.clause("1.19")
@pytest.mark.parametrize("ahead", AHEAD)
def test_nobody_waits_for_the_turn_of_a_time_to_come(ahead: timedelta) -> None:
    an_account(phone=PHONE)
    ask(now=NOW + ahead)
    ask(now=NOW)
    assert Message.objects.count() == 2
    with pytest.raises(CodeTooSoon):
        ask(now=NOW + 30 * SECOND)


def test_a_turn_is_never_waited_for_longer_than_its_pause() -> None:
    pause = Pause("test", "somebody", 60)
    assert take_turn(pause, holder=uuid4(), now=NOW + 59 * SECOND) is None
    taken = take_turn(pause, holder=uuid4(), now=NOW)
    assert taken is not None
    assert taken.seconds == 60


def test_clocks_of_two_machines_may_differ_by_some_seconds() -> None:
    an_account(phone=PHONE)
    view = ask(now=NOW + 30 * SECOND)
    assert typed(view, code_in(view), now=NOW).verdict is CodeVerdict.RIGHT
    assert proven(view.id, purpose=Purpose.SIGN_IN, now=NOW - 20 * SECOND).recipient == PHONE


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_proof_of_a_time_to_come_counts_no_more(ahead: timedelta) -> None:
    made = an_account(phone=PHONE)
    view = ask(now=NOW + ahead)
    prove(view, now=NOW + ahead)
    with pytest.raises(ProofMissing):
        proven(view.id, purpose=Purpose.SIGN_IN, now=NOW)
    with pytest.raises(ProofMissing):
        use_proof(view.id, purpose=Purpose.SIGN_IN, now=NOW)
    proof, task = a_proof(made), SensitiveAction.EMERGENCY_CONTACTS
    with pytest.raises(FreshProofMissing):
        require_fresh_proof(account_id=made.id, proof=proof, action=task, now=NOW - ahead)
    with pytest.raises(FreshProofMissing):
        use_fresh_proof(account_id=made.id, proof=proof, action=task, now=NOW - ahead)


@pytest.mark.clause("1.20")
@pytest.mark.parametrize("ahead", AHEAD)
def test_a_lock_made_before_the_clock_was_set_back_lasts_a_quarter_of_an_hour_at_most(ahead: timedelta) -> None:
    made = an_account()
    for _ in range(5):
        outcome(made.name, "not the right one 12", now=NOW + ahead)
    assert outcome(made.name, PASSWORD, now=NOW) is SignInOutcome.LOCKED
    assert outcome(made.name, PASSWORD, now=NOW + 15 * MINUTE - SECOND) is SignInOutcome.LOCKED
    assert outcome(made.name, PASSWORD, now=NOW + 15 * MINUTE) is SignInOutcome.SIGNED_IN


@pytest.mark.clause("1.20")
def test_setting_the_clock_back_gives_no_new_tries() -> None:
    made = an_account()
    for _ in range(5):
        outcome(made.name, "not the right one 12", now=NOW)
    for back in (MINUTE, 20 * MINUTE, HOUR, DAY):
        with time_machine.travel(NOW - back):
            assert outcome(made.name, PASSWORD, now=NOW - back) is SignInOutcome.LOCKED


@pytest.mark.clause("1.46")
@pytest.mark.parametrize("ahead", AHEAD)
def test_an_access_token_of_a_time_to_come_asks_for_a_refresh(ahead: timedelta) -> None:
    made = account(an_account().id)
    assert made
    tokens = app_sessions.start_app_session(actor=VISITOR, account=made, way="password", app="app", now=NOW + ahead)
    assert app_sessions.caller_of(token=tokens.access_token, now=NOW + ahead)
    assert app_sessions.caller_of(token=tokens.access_token, now=NOW) is None
    pair = app_sessions.refresh(actor=VISITOR, token=tokens.refresh_token, now=NOW)
    assert isinstance(pair, AppTokens)
    assert app_sessions.caller_of(token=pair.access_token, now=NOW)
