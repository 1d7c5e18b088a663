from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password
from pytest_django.fixtures import DjangoAssertNumQueries

from account_center.accounts import passwords
from account_center.accounts.errors import PasswordCheckBusy, WeakPassword
from account_center.accounts.models import Account
from account_center.accounts.services import delete_account, rename_account
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.models import Event
from account_center.kit.actor import Actor
from account_center.kit.email import parse_email
from account_center.messaging.models import Message
from account_center.signin.errors import (
    BadEmailTyped,
    BadPhoneTyped,
    NotYourAccount,
    ProofMissing,
    SignInLocked,
    TooManySignIns,
    WrongPassword,
)
from account_center.signin.models import SignInGuard
from account_center.signin.services import (
    accounts_behind,
    begin_code_sign_in,
    change_password,
    choose_account,
    sign_in_with_password,
)
from account_center.signin.types import ChallengeState, Channel, SignInOutcome, SignInVerdict
from tests.racing import kinds, race
from tests.signin.making import NOW, PASSWORD, PHONE, VISITOR, an_account, code_in, owner_of, prove, typed, visitor

pytestmark = pytest.mark.django_db
WRONG = "not the right one 12"
MINUTE = timedelta(minutes=1)


def sign_in(identifier: str, password: str = PASSWORD, *, now: object = NOW, actor: Actor = VISITOR) -> SignInVerdict:
    return sign_in_with_password(
        actor=actor,
        identifier=identifier,
        password=password,
        kind=AccountKind.ID,
        country="CN",
        now=now,  # type: ignore[arg-type]
    )


def account_of(verdict: SignInVerdict) -> int:
    assert verdict.outcome is SignInOutcome.SIGNED_IN
    assert verdict.account
    return verdict.account.id


# -- 1.11: name, e-mail or phone --------------------------------------------------------------------------------------


@pytest.mark.clause("1.11")
@pytest.mark.parametrize(
    "typed_as",
    [
        "Lin.Mei",
        "lin.mei",
        "LIN.MEI",
        " lin.mei ",
        "ｌｉｎ．ｍｅｉ",
        "Mei.Lin@example.com",
        "mei.lin@EXAMPLE.com",
        "MEI.LIN@example.com",
        "+86 138 0013 8000",
        "+8613800138000",
        "0086 138-0013-8000",
        "13800138000",
        "１３８００１３８０００",
        "(138) 0013 8000",
    ],
)
def test_name_e_mail_and_phone_sign_in_however_they_are_typed(typed_as: str) -> None:
    made = an_account("Lin.Mei", phone=PHONE, email="Mei.Lin@example.com")
    assert account_of(sign_in(typed_as)) == made.id


@pytest.mark.clause("1.44", "1.45")
def test_a_phone_of_several_accounts_does_not_sign_in_directly_but_name_and_e_mail_do() -> None:
    first = an_account("first.one", phone=PHONE, email="first@example.com")
    second = an_account("second.one", phone=PHONE)
    assert sign_in(PHONE).outcome is SignInOutcome.WRONG
    assert account_of(sign_in("first.one")) == first.id
    assert account_of(sign_in("first@example.com")) == first.id
    assert account_of(sign_in("second.one")) == second.id


@pytest.mark.clause("1.44", "1.45", "3.1.17")
def test_after_the_code_exactly_the_accounts_of_this_phone_can_be_chosen() -> None:
    mine = [an_account(phone=PHONE), an_account(phone=PHONE), an_account(phone=PHONE, kind=AccountKind.LEGACY)]
    other = an_account(phone="+8613900139000")
    view = begin_code_sign_in(actor=VISITOR, contact="138 0013 8000", country="CN", now=NOW)
    with pytest.raises(ProofMissing):
        choose_account(actor=VISITOR, challenge_id=view.id, account_id=mine[0].id, now=NOW)
    prove(view)
    assert [found.id for found in accounts_behind(view.channel, view.recipient)] == [made.id for made in mine]
    with pytest.raises(NotYourAccount):
        choose_account(actor=VISITOR, challenge_id=view.id, account_id=other.id, now=NOW)
    assert choose_account(actor=VISITOR, challenge_id=view.id, account_id=mine[1].id, now=NOW).id == mine[1].id
    with pytest.raises(ProofMissing):
        choose_account(actor=VISITOR, challenge_id=view.id, account_id=mine[0].id, now=NOW)


@pytest.mark.clause("3.1.16", "3.1.17")
def test_nobody_learns_from_the_page_whether_a_phone_has_accounts() -> None:
    an_account(phone=PHONE)
    known = begin_code_sign_in(actor=VISITOR, contact=PHONE, country="CN", now=NOW)
    unknown = begin_code_sign_in(actor=VISITOR, contact="+8613900139000", country="CN", now=NOW)
    hidden = ("id", "recipient", "masked", "message_id")
    shown = [{key: getattr(view, key) for key in view.__slots__ if key not in hidden} for view in (known, unknown)]
    assert shown[0] == shown[1]
    assert typed(unknown, code_in(unknown)).verdict == "wrong"


@pytest.mark.parametrize(
    ("contact", "refusal"), [("12345", BadPhoneTyped), ("a b@c", BadEmailTyped), ("", BadPhoneTyped)]
)
def test_what_is_neither_phone_nor_e_mail_is_refused_with_its_cause(contact: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as refused:
        begin_code_sign_in(actor=VISITOR, contact=contact, country="CN", now=NOW)
    assert refused.value.facts["problem"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("identifier", ["gone.one", "gone@example.com", PHONE])
def test_a_deleted_account_never_signs_in(identifier: str) -> None:
    made = an_account("gone.one", phone=PHONE, email="gone@example.com")
    delete_account(actor=VISITOR, account_id=made.id, now=NOW)
    assert sign_in(identifier).outcome is SignInOutcome.WRONG
    assert accounts_behind(Channel.SMS, PHONE) == []
    assert accounts_behind(Channel.EMAIL, "gone@example.com") == []


def test_a_password_longer_than_allowed_never_matches() -> None:
    made = an_account("lin.mei")
    long = "x" * 129
    Account.objects.filter(pk=made.id).update(password=passwords.hash_password(long))
    assert sign_in("lin.mei", long).outcome is SignInOutcome.WRONG
    assert sign_in("lin.mei", "x" * 1_000_000).outcome is SignInOutcome.WRONG


@pytest.mark.parametrize("identifier", ["", "\x00", "' OR 1=1 --", "a" * 100_000, "@", "+", "\ud800", "١٣٨٠٠١٣٨٠٠٠x"])
def test_junk_as_a_name_is_a_wrong_password_and_nothing_worse(identifier: str) -> None:
    assert sign_in(identifier).outcome is SignInOutcome.WRONG


def test_signing_in_takes_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    an_account("lin.mei", phone=PHONE)
    sign_in("lin.mei")  # the counters of this account and network are there from now on
    with django_assert_max_num_queries(12):
        sign_in("lin.mei")


# -- 1.20: wrong passwords --------------------------------------------------------------------------------------------


@pytest.mark.clause("1.20")
@pytest.mark.parametrize("identifier", ["lin.mei", "nobody.here", "nobody@example.com", "+8613900139000"])
def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour_whether_or_not_the_account_exists(identifier: str) -> None:
    an_account("lin.mei")
    verdicts = [sign_in(identifier, WRONG) for _ in range(5)]
    assert [verdict.outcome for verdict in verdicts] == [SignInOutcome.WRONG] * 4 + [SignInOutcome.LOCKED]
    assert [verdict.tries_left for verdict in verdicts] == [4, 3, 2, 1, 0]
    assert {verdict.account for verdict in verdicts} == {None}
    assert verdicts[-1].locked_until == NOW + 15 * MINUTE
    later = sign_in(identifier, PASSWORD, now=NOW + 14 * MINUTE)
    assert later == SignInVerdict(SignInOutcome.LOCKED, locked_until=NOW + 15 * MINUTE)


@pytest.mark.clause("1.20")
def test_the_lock_ends_by_itself_and_counting_begins_anew() -> None:
    made = an_account("lin.mei")
    for _ in range(5):
        sign_in("lin.mei", WRONG)
    assert sign_in("lin.mei", now=NOW + 15 * MINUTE - timedelta(seconds=1)).outcome is SignInOutcome.LOCKED
    assert sign_in("lin.mei", WRONG, now=NOW + 15 * MINUTE).tries_left == 4
    assert account_of(sign_in("lin.mei", now=NOW + 15 * MINUTE)) == made.id


def test_success_clears_the_wrong_tries() -> None:
    an_account("lin.mei")
    for _ in range(4):
        sign_in("lin.mei", WRONG)
    account_of(sign_in("lin.mei"))
    assert sign_in("lin.mei", WRONG).tries_left == 4


def test_wrong_tries_are_forgotten_after_a_quiet_half_day() -> None:
    an_account("lin.mei")
    for _ in range(4):
        sign_in("lin.mei", WRONG)
    assert sign_in("lin.mei", WRONG, now=NOW + timedelta(hours=12)).tries_left == 4


@pytest.mark.clause("1.20")
def test_all_names_of_one_account_share_one_counter() -> None:
    an_account("lin.mei", phone=PHONE, email="mei@example.com")
    spellings = ["lin.mei", "LIN.MEI", "mei@example.com", "+86 138 0013 8000", "008613800138000"]
    outcomes = [sign_in(spelling, WRONG).outcome for spelling in spellings]
    assert outcomes == [SignInOutcome.WRONG] * 4 + [SignInOutcome.LOCKED]


@pytest.mark.clause("1.14")
@pytest.mark.parametrize(
    "spellings",
    [
        ["13900139000", "+86 139 0013 9000", "008613900139000", "１３９００１３９０００", "139-0013-9000"],
        ["no@example.com", "NO@example.com", "no@EXAMPLE.com", "ｎｏ@example.com", " no@example.com"],
        ["no.body", "NO.BODY", " no.body", "ｎｏ.body", "No.Body"],
    ],
)
def test_spellings_of_an_unknown_name_share_a_counter_as_those_of_a_known_one_do(spellings: list[str]) -> None:
    outcomes = [sign_in(spelling, WRONG).outcome for spelling in spellings]
    assert outcomes == [SignInOutcome.WRONG] * 4 + [SignInOutcome.LOCKED]


def test_a_code_still_signs_in_while_the_password_is_locked_and_ends_the_lock() -> None:
    made = an_account("lin.mei", phone=PHONE)
    for _ in range(5):
        sign_in("lin.mei", WRONG)
    view = begin_code_sign_in(actor=VISITOR, contact=PHONE, country="CN", now=NOW)
    choose_account(actor=VISITOR, challenge_id=prove(view), account_id=made.id, now=NOW)
    assert account_of(sign_in("lin.mei")) == made.id


def test_wrong_passwords_stand_in_the_history_of_the_account() -> None:
    made = an_account("lin.mei")
    sign_in("lin.mei", WRONG)
    event = Event.objects.get(name="signin:password:wrong")
    assert event.account_id == made.id
    assert event.address == "203.0.113.9"
    assert WRONG not in repr(event.facts)


def test_a_network_with_too_many_failures_is_refused_even_with_the_right_password(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, sign_in_tries_per_address=3)
    an_account("lin.mei")
    for number in range(3):
        sign_in(f"nobody{number}", WRONG)
    with pytest.raises(TooManySignIns) as refused:
        sign_in("lin.mei")
    assert refused.value.retry_after == 58 * 60
    assert account_of(sign_in("lin.mei", actor=visitor("203.0.113.10")))


def test_successes_do_not_use_up_what_a_network_may_fail(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, sign_in_tries_per_address=2)
    an_account("lin.mei")
    for _ in range(5):
        account_of(sign_in("lin.mei"))


def test_a_try_that_found_no_hashing_place_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = an_account("lin.mei")
    for _ in range(4):
        sign_in("lin.mei", WRONG)
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0)
    for _ in range(passwords.PLACES):
        passwords._places.acquire()
    try:
        for _ in range(3):
            with pytest.raises(PasswordCheckBusy):
                sign_in("lin.mei")
            with pytest.raises(PasswordCheckBusy):
                change_password(actor=owner_of(made), account_id=made.id, old=PASSWORD, new=WRONG, now=NOW)
    finally:
        passwords._places.release(passwords.PLACES)
    assert SignInGuard.objects.get().tries == 4
    assert account_of(sign_in("lin.mei")) == made.id


@pytest.mark.clause("1.20")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["lin.mei", "nobody.here"])
def test_of_64_simultaneous_wrong_passwords_at_most_five_are_evaluated(
    name: str, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.LIMITS = replace(settings.LIMITS, sign_in_tries_per_address=1000)
    an_account("lin.mei")
    evaluated: list[str] = []

    def counted(password: str, stored: str) -> bool:
        evaluated.append(password)
        return check_password(password, stored)

    monkeypatch.setattr(passwords, "check_password", counted)
    answers = race(lambda number: sign_in(name, f"guess number {number}"), 64)
    assert kinds(answers) == {"SignInVerdict": 64}
    assert len(evaluated) == 5
    assert sign_in(name).outcome is SignInOutcome.LOCKED


@pytest.mark.django_db(transaction=True)
def test_200_simultaneous_guesses_from_one_network_stay_within_its_limit(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.LIMITS = replace(settings.LIMITS, sign_in_tries_per_address=10)
    answers = race(lambda number: [sign_in(f"nobody{number}x{step}", WRONG) for step in range(4)], 50)
    assert kinds(answers) in (
        {"TooManySignIns": 50},
        {"TooManySignIns": 49, "list": 1},
        {"TooManySignIns": 48, "list": 2},
    )
    assert Event.objects.filter(name="signin:password:wrong").count() == 10


# -- 3.1.21 and 3.1.6 -------------------------------------------------------------------------------------------------

NEW_PASSWORD = "tandem quelle 93 birkenrinde"


def change(made: AccountFacts, old: str = PASSWORD, new: str = NEW_PASSWORD) -> None:
    change_password(actor=owner_of(made), account_id=made.id, old=old, new=new, now=NOW)


@pytest.mark.clause("3.1.21")
def test_a_new_password_counts_at_once_and_the_old_one_and_all_sessions_die() -> None:
    made = an_account("lin.mei", phone=PHONE)
    before = Account.objects.get(pk=made.id).get_session_auth_hash()
    change(made)
    assert sign_in("lin.mei").outcome is SignInOutcome.WRONG
    assert account_of(sign_in("lin.mei", NEW_PASSWORD)) == made.id
    assert Account.objects.get(pk=made.id).get_session_auth_hash() != before
    assert Event.objects.filter(name="accounts:password:changed", account_id=made.id).count() == 1


@pytest.mark.parametrize(("email", "channel"), [("", "sms"), ("a@example.com", "email")])
def test_the_owner_is_told_of_a_new_password(email: str, channel: str) -> None:
    change(an_account(phone=PHONE, email=email))
    assert [(row.channel, row.purpose) for row in Message.objects.all()] == [(channel, "security_notice")]


def test_the_old_password_is_asked_and_wrong_ones_lock_as_at_sign_in() -> None:
    made = an_account("lin.mei")
    for _ in range(4):
        with pytest.raises(WrongPassword):
            change(made, WRONG)
    with pytest.raises(SignInLocked) as refused:
        change(made, WRONG)
    assert refused.value.retry_after == 900
    with pytest.raises(SignInLocked):
        change(made)
    assert sign_in("lin.mei").outcome is SignInOutcome.LOCKED


def test_a_weak_new_password_changes_nothing() -> None:
    made = an_account("lin.mei")
    with pytest.raises(WeakPassword):
        change(made, new="password123456")
    assert account_of(sign_in("lin.mei")) == made.id


@pytest.mark.clause("3.1.6")
def test_a_renamed_account_signs_in_by_its_new_name_only() -> None:
    made = an_account("lin.mei")
    rename_account(actor=owner_of(made), account_id=made.id, name="Mei.Lin")
    assert account_of(sign_in("mei.lin")) == made.id
    assert sign_in("lin.mei").outcome is SignInOutcome.WRONG


def test_time_does_not_run_backwards_for_a_lock() -> None:
    an_account("lin.mei")
    for _ in range(5):
        sign_in("lin.mei", WRONG)
    with time_machine.travel(NOW - timedelta(hours=1)):
        assert sign_in("lin.mei", now=NOW - timedelta(hours=1)).outcome is SignInOutcome.LOCKED


def test_a_used_sign_in_proof_cannot_be_used_by_another_door() -> None:
    made = an_account("lin.mei", email="mei@example.com")
    view = begin_code_sign_in(actor=VISITOR, contact="MEI@example.com", country="CN", now=NOW)
    assert view.masked == "ME***@example.com"
    assert view.state is ChallengeState.WAITING
    assert choose_account(actor=VISITOR, challenge_id=prove(view), account_id=made.id, now=NOW).id == made.id
    assert parse_email(view.recipient).key == "mei@example.com"
