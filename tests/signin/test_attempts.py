"""Half-done sign-ins: what is asked for after the first factor, and that each becomes one session at most."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings

from account_center.accounts.queries import account
from account_center.accounts.services import (
    delete_account,
    end_everything,
    end_trust,
    require_new_password,
    set_email,
    set_password,
    set_phone,
    set_sign_in_check,
)
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.models import Event
from account_center.kit.actor import system_actor
from account_center.kit.email import parse_email
from account_center.messaging.models import Message
from account_center.signin.errors import (
    AttemptOver,
    CodeExpired,
    FactorLocked,
    GuessedOut,
    StepMissing,
    TooManyCodes,
    WayNotOpen,
    WrongCode,
    WrongRecoveryCode,
    WrongSecondFactor,
)
from account_center.signin.models import Challenge, Device, SignInAttempt
from account_center.signin.services import attempts, begin_code_sign_in
from account_center.signin.services.authenticator import begin_app, confirm_app, sandbox_code
from account_center.signin.services.devices import devices_of, end_trust_in
from account_center.signin.services.recovery_codes import replace_codes
from account_center.signin.types import AttemptState, AttemptView, Channel, FirstWay, SecondWay, Step
from account_center.standing.services import open_standing, place_hold
from account_center.standing.types import HoldReason
from account_center.tenants.services import open_tenant
from tests.racing import kinds, race
from tests.signin.making import NOW, PHONE, VISITOR, an_account, another_code, code_in, owner_of

pytestmark = pytest.mark.django_db
BROWSER = "the secret of one browser"
OTHER = "the secret of another one"
MINUTE = timedelta(minutes=1)
NEW_PASSWORD = "tandem quelle 93 birkenrinde"


def begin(
    made: AccountFacts, *, way: FirstWay = FirstWay.PASSWORD, device: str = BROWSER, now: datetime = NOW
) -> AttemptView:
    return attempts.begin_attempt(actor=VISITOR, account=fresh(made), way=way, device=device, now=now)


def fresh(made: AccountFacts) -> AccountFacts:
    found = account(made.id)
    assert found
    return found


def sent_code(view: AttemptView, *, channel: Channel = Channel.SMS, now: datetime = NOW) -> str:
    sent = attempts.send_attempt_code(actor=VISITOR, attempt_id=view.id, device=BROWSER, channel=channel, now=now)
    return code_in(sent)


def type_code(view: AttemptView, digits: str, *, device: str = BROWSER, now: datetime = NOW) -> AttemptView:
    return attempts.pass_code(actor=VISITOR, attempt_id=view.id, device=device, digits=digits, now=now)


def type_app(view: AttemptView, digits: str, *, now: datetime = NOW) -> AttemptView:
    return attempts.pass_app(actor=VISITOR, attempt_id=view.id, device=BROWSER, digits=digits, now=now)


def type_recovery_code(view: AttemptView, code: str) -> AttemptView:
    return attempts.pass_recovery_code(actor=VISITOR, attempt_id=view.id, device=BROWSER, code=code, now=NOW)


def type_new_password(view: AttemptView, new: str = NEW_PASSWORD) -> AttemptView:
    return attempts.set_new_password(actor=VISITOR, attempt_id=view.id, device=BROWSER, new=new, now=NOW)


def finish(view: AttemptView, *, trust: bool = False, device: str = BROWSER, now: datetime = NOW) -> AccountFacts:
    return attempts.finish(actor=VISITOR, attempt_id=view.id, device=device, trust=trust, now=now)


def trusted(made: AccountFacts, *, now: datetime = NOW) -> None:
    """The whole way once, with "Trust this device"."""
    view = begin(made, now=now)
    type_code(view, sent_code(view, now=now), now=now)
    finish(view, trust=True, now=now)


def with_app(made: AccountFacts, check: SignInCheck = SignInCheck.APP) -> AccountFacts:
    earlier = NOW - MINUTE
    begin_app(account_id=made.id, name=made.name, now=earlier)
    confirm_app(actor=owner_of(made), account_id=made.id, digits=app_code(made, earlier), now=earlier)
    return set_sign_in_check(actor=owner_of(made), account_id=made.id, check=check)


def app_code(made: AccountFacts, now: datetime = NOW) -> str:
    return sandbox_code(account_id=made.id, name=made.name, now=now)


# -- 1.47: a code, until the device is trusted ------------------------------------------------------------------------


@pytest.mark.clause("1.47")
def test_a_new_account_is_asked_for_a_code_until_it_trusts_the_device() -> None:
    made = an_account(phone=PHONE)
    for _ in range(2):
        view = begin(made)
        assert (view.state, view.needs) == (AttemptState.WAITING, Step.CODE)
        assert type_code(view, sent_code(view)).needs is None
        assert finish(view).id == made.id
    trusted(made, now=NOW + MINUTE)
    assert begin(made).state is AttemptState.DONE
    assert begin(made, device=OTHER).needs is Step.CODE


@pytest.mark.clause("1.47")
def test_trust_ends_after_thirty_days() -> None:
    made = an_account(phone=PHONE)
    trusted(made)
    assert begin(made, now=NOW + timedelta(days=30) - MINUTE).state is AttemptState.DONE
    assert begin(made, now=NOW + timedelta(days=30)).needs is Step.CODE


def new_password(made: AccountFacts) -> None:
    set_password(actor=owner_of(made), account_id=made.id, password=NEW_PASSWORD, now=NOW)


def new_phone(made: AccountFacts) -> None:
    set_phone(actor=owner_of(made), account_id=made.id, phone="+8613900000777", masked="+86 139****0777", now=NOW)


def new_email(made: AccountFacts) -> None:
    set_email(actor=owner_of(made), account_id=made.id, email=parse_email("else@example.com"), now=NOW)


def everything(made: AccountFacts) -> None:
    end_everything(actor=owner_of(made), account_id=made.id, reason="appeal")


def all_trust(made: AccountFacts) -> None:
    end_trust(actor=owner_of(made), account_id=made.id, reason="owner")


def this_device(made: AccountFacts) -> None:
    device_id = Device.objects.get(account_id=made.id).public_id
    end_trust_in(actor=owner_of(made), account_id=made.id, device_id=device_id)


def freeze(made: AccountFacts) -> None:
    tenant = open_tenant(
        actor=owner_of(made), owner_id=made.id, name="Lantern", country="CN", phone="", email="", now=NOW
    )
    open_standing(tenant_id=tenant.id)
    place_hold(actor=system_actor("tests"), tenant_id=tenant.id, reason=HoldReason.FREEZE_VIOLATION, now=NOW)


ENDS = [new_password, new_phone, new_email, everything, all_trust, freeze]


@pytest.mark.clause("1.47", "3.1.21")
@pytest.mark.parametrize("ends", [*ENDS, this_device])
def test_trust_ends_with_what_one_signs_in_with_with_a_freeze_and_by_hand(
    ends: Callable[[AccountFacts], None],
) -> None:
    made = an_account(phone=PHONE)
    trusted(made)
    assert begin(made).state is AttemptState.DONE
    ends(made)
    assert begin(made).needs is Step.CODE
    shown = devices_of(account=fresh(made), device=BROWSER, language="en", now=NOW)
    assert [(one.this_one, one.trusted_until) for one in shown] == [(True, None)]


def test_a_freeze_and_the_end_of_trust_leave_sessions_alone() -> None:
    made = an_account(phone=PHONE)
    mark = fresh(made).mark
    freeze(made)
    all_trust(made)
    assert fresh(made).mark == mark


@pytest.mark.parametrize("ends", ENDS)
def test_a_half_done_sign_in_ends_when_the_account_changes(ends: Callable[[AccountFacts], None]) -> None:
    made = an_account(phone=PHONE)
    view, ready = begin(made), begin(made)
    digits = sent_code(view)
    type_code(ready, sent_code(ready))
    ends(made)
    with pytest.raises(AttemptOver):
        type_code(view, digits)
    with pytest.raises(AttemptOver):
        finish(ready)


def test_every_end_of_trust_stands_in_the_history() -> None:
    made = an_account(phone=PHONE)
    trusted(made)
    this_device(made)
    all_trust(made)
    names = set(Event.objects.filter(account_id=made.id).values_list("name", flat=True))
    assert names >= {"signin:device:trusted", "signin:device:trust_ended", "accounts:trust:ended"}


def test_the_devices_of_two_accounts_in_one_browser_have_nothing_in_common() -> None:
    one, other = an_account(phone=PHONE), an_account(phone="+8613900139000")
    trusted(one)
    assert begin(other).needs is Step.CODE
    trusted(other)
    assert Device.objects.values("digest").distinct().count() == 2


def test_trust_counts_only_where_it_was_offered() -> None:
    made = with_app(an_account(phone=PHONE))
    view = begin(made)
    assert not type_app(view, app_code(made)).offers_trust
    finish(view, trust=True)
    assert Device.objects.get().trusted_at is None


# -- one browser, once, in time ---------------------------------------------------------------------------------------


def test_a_half_done_sign_in_belongs_to_one_browser() -> None:
    view = begin(an_account(phone=PHONE))
    digits = sent_code(view)
    for device in (OTHER, ""):
        with pytest.raises(AttemptOver):
            attempts.attempt(attempt_id=view.id, device=device, now=NOW)
        with pytest.raises(AttemptOver):
            type_code(view, digits, device=device)
    type_code(view, digits)
    with pytest.raises(AttemptOver):
        finish(view, device=OTHER)
    finish(view)
    with pytest.raises(AttemptOver):
        attempts.attempt(attempt_id=uuid4(), device=BROWSER, now=NOW)


def test_no_step_can_be_left_out() -> None:
    view = begin(an_account(phone=PHONE))
    with pytest.raises(StepMissing):
        finish(view)
    with pytest.raises(CodeExpired):
        type_code(view, "123456")
    with pytest.raises(WayNotOpen):
        type_app(view, "123456")
    with pytest.raises(StepMissing):
        type_new_password(view)


def test_a_code_of_another_purpose_or_another_sign_in_does_not_count() -> None:
    made = an_account(phone=PHONE)
    first, second = begin(made), begin(made)
    elsewhere = begin_code_sign_in(actor=VISITOR, contact=PHONE, country="CN", now=NOW)
    own = sent_code(first)
    for digits in {code_in(elsewhere), sent_code(second)} - {own}:
        with pytest.raises(WrongCode):
            type_code(first, digits)


def test_a_half_done_sign_in_lives_a_quarter_of_an_hour() -> None:
    view = begin(an_account(phone=PHONE))
    assert attempts.attempt(attempt_id=view.id, device=BROWSER, now=NOW + 14 * MINUTE).needs is Step.CODE
    with pytest.raises(AttemptOver):
        attempts.attempt(attempt_id=view.id, device=BROWSER, now=NOW + 15 * MINUTE)


def test_a_deleted_account_does_not_get_to_the_end() -> None:
    made = an_account(phone=PHONE)
    view = begin(made)
    delete_account(actor=owner_of(made), account_id=made.id, now=NOW)
    with pytest.raises(AttemptOver):
        attempts.attempt(attempt_id=view.id, device=BROWSER, now=NOW)


def test_the_code_goes_to_the_other_channel_when_it_is_chosen_and_only_the_last_counts() -> None:
    view = begin(an_account(phone=PHONE, email="lin@example.com"))
    assert view.channels == (Channel.SMS, Channel.EMAIL)
    by_phone = sent_code(view)
    assert sent_code(view) == by_phone  # asked again: nothing is sent twice
    assert Message.objects.count() == 1
    by_mail = sent_code(view, channel=Channel.EMAIL)
    assert [row.channel for row in Message.objects.order_by("pk")] == ["sms", "email"]
    if by_phone != by_mail:
        with pytest.raises(WrongCode):
            type_code(view, by_phone)
    assert type_code(view, by_mail).needs is None


def test_a_channel_the_account_does_not_have_is_refused(settings: LazySettings) -> None:
    view = begin(an_account(phone=PHONE))
    with pytest.raises(WayNotOpen):
        sent_code(view, channel=Channel.EMAIL)
    settings.SMS_COUNTRIES = frozenset({"SG"})
    assert begin(an_account(phone=PHONE, email="a@example.com")).channels == (Channel.EMAIL,)
    assert begin(an_account(phone=PHONE)).state is AttemptState.DONE  # nobody could ever answer


# -- second factors ---------------------------------------------------------------------------------------------------


@pytest.mark.clause("1.22")
def test_the_app_is_asked_for_each_time_also_on_a_trusted_device_and_after_a_code_or_a_recovery() -> None:
    made = an_account(phone=PHONE)
    trusted(made)
    with_app(made)
    for number, way in enumerate((FirstWay.PASSWORD, FirstWay.CODE, FirstWay.RECOVERY)):
        moment = NOW + number * MINUTE
        view = begin(made, way=way, now=moment)
        assert view.needs is Step.APP
        type_app(view, app_code(made, moment), now=moment)
        assert finish(view, now=moment).id == made.id


def test_the_app_of_an_account_that_is_asked_for_a_code_answers_it_too() -> None:
    made = with_app(an_account(phone=PHONE), SignInCheck.CODE)
    view = begin(made)
    assert view.needs is Step.CODE
    assert view.answers == {SecondWay.CODE, SecondWay.APP}
    type_app(view, app_code(made))
    assert finish(view).id == made.id


def test_a_recovery_code_stands_in_for_the_app_once() -> None:
    made = with_app(an_account(phone=PHONE))
    code, *_ = replace_codes(account_id=made.id, now=NOW)
    view = begin(made)
    assert view.answers == {SecondWay.APP, SecondWay.RECOVERY_CODE}
    type_recovery_code(view, code)
    assert finish(view).id == made.id
    with pytest.raises(WrongRecoveryCode):
        type_recovery_code(begin(made), code)


def test_five_wrong_codes_end_the_sign_in_and_the_right_one_is_refused_too() -> None:
    view = begin(an_account(phone=PHONE))
    right = sent_code(view)
    for _ in range(4):
        with pytest.raises(WrongCode):
            type_code(view, another_code(right))
    with pytest.raises(GuessedOut):
        type_code(view, another_code(right))
    with pytest.raises(AttemptOver):
        type_code(view, right)
    assert SignInAttempt.objects.get().state == AttemptState.DEAD
    assert Event.objects.filter(name="signin:code:wrong").count() == 5


def test_a_guessed_out_app_ends_the_sign_in_and_leaves_the_other_ways_open() -> None:
    made = with_app(an_account(phone=PHONE))
    code, *_ = replace_codes(account_id=made.id, now=NOW)
    view = begin(made)
    for _ in range(5):
        with pytest.raises(WrongSecondFactor):
            type_app(view, another_code(app_code(made)))
    with pytest.raises(FactorLocked):
        type_app(view, app_code(made))
    with pytest.raises(AttemptOver):
        attempts.attempt(attempt_id=view.id, device=BROWSER, now=NOW)
    again = begin(made)
    type_recovery_code(again, code)
    assert finish(again).id == made.id


def test_strangers_who_use_up_the_codes_of_a_phone_leave_those_after_the_password() -> None:
    made = an_account(phone=PHONE)
    for minute in range(5):
        begin_code_sign_in(actor=VISITOR, contact=PHONE, country="CN", now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyCodes):
        begin_code_sign_in(actor=VISITOR, contact=PHONE, country="CN", now=NOW + timedelta(minutes=5))
    view = begin(made)
    assert type_code(view, sent_code(view)).needs is None


# -- a new password ---------------------------------------------------------------------------------------------------


@pytest.mark.clause("3.1.20", "3.1.21")
def test_a_password_that_must_be_changed_is_changed_before_the_sign_in_ends() -> None:
    made = an_account(phone=PHONE)
    require_new_password(account_id=made.id)
    view = begin(made)
    assert type_code(view, sent_code(view)).needs is Step.NEW_PASSWORD
    with pytest.raises(StepMissing):
        finish(view)
    mark = fresh(made).mark
    assert type_new_password(view).needs is None
    assert finish(view).mark == fresh(made).mark != mark
    assert Message.objects.filter(purpose="security_notice").count() == 1


# -- many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_ends_of_one_sign_in_one_succeeds() -> None:
    view = begin(an_account(phone=PHONE))
    type_code(view, sent_code(view))
    answers = race(lambda _: finish(view, trust=True), 64)
    assert kinds(answers) == {"AccountFacts": 1, "AttemptOver": 63}
    assert Event.objects.filter(name="signin:session:started").count() == 1
    assert Device.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_wrong_codes_five_are_judged() -> None:
    view = begin(an_account(phone=PHONE))
    right = sent_code(view)
    answers = race(lambda number: type_code(view, another_code(right, number + 1)), 64)
    assert kinds(answers)["WrongCode"] == 4
    assert set(kinds(answers)) <= {"WrongCode", "GuessedOut", "AttemptOver", "TooManyWrongCodes"}
    with pytest.raises(AttemptOver):
        type_code(view, right)


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_right_codes_one_counts() -> None:
    view = begin(an_account(phone=PHONE))
    right = sent_code(view)
    answers = race(lambda _: type_code(view, right), 64)
    # The others are answered like the one, as far as the limits of typed codes go: they may be clicks of one hand.
    assert kinds(answers)["AttemptView"] >= 1
    assert set(kinds(answers)) <= {"AttemptView", "TooManyWrongCodes", "CodeExpired"}
    assert {answer.needs for answer in answers if isinstance(answer, AttemptView)} == {None}
    assert Challenge.objects.get().state == "used"
    ended = race(lambda _: finish(view), 16)
    assert kinds(ended) == {"AccountFacts": 1, "AttemptOver": 15}


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_new_passwords_one_counts() -> None:
    made = an_account(phone=PHONE)
    require_new_password(account_id=made.id)
    view = begin(made)
    type_code(view, sent_code(view))
    answers = race(lambda number: type_new_password(view, f"{NEW_PASSWORD} {number}"), 8)
    assert kinds(answers)["AttemptView"] == 1, kinds(answers)
