from base64 import b32decode
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import LazySettings

from account_center.audit.models import Event
from account_center.signin.errors import FactorLocked, SecondFactorStands, WrongSecondFactor
from account_center.signin.models import SecondFactor
from account_center.signin.services.authenticator import begin_app, check_app, confirm_app, has_app
from tests.racing import kinds, race
from tests.signin.making import NOW, VISITOR, an_account

pytestmark = pytest.mark.django_db
STEP = timedelta(seconds=30)
EARLIER = NOW - timedelta(minutes=5)


@pytest.fixture
def account_id() -> int:
    return an_account("staff.lin").id


def secret_of(account_id: int) -> bytes:
    address, text = begin_app(account_id=account_id, name="staff.lin", now=NOW)
    assert address.startswith("otpauth://totp/")
    return b32decode(text)


def shown(secret: bytes, moment: datetime) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(int(moment.timestamp())).decode()


def to_full_width(digits: str) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in digits)


def confirm(account_id: int, digits: str, now: datetime = NOW) -> None:
    confirm_app(actor=VISITOR, account_id=account_id, digits=digits, now=now)


def check(account_id: int, digits: str, now: datetime = NOW) -> None:
    check_app(actor=VISITOR, account_id=account_id, digits=digits, now=now)


def with_app(account_id: int) -> bytes:
    """An app that was set up a few minutes ago."""
    address, text = begin_app(account_id=account_id, name="staff.lin", now=EARLIER)
    assert address
    confirm(account_id, shown(b32decode(text), EARLIER), EARLIER)
    return b32decode(text)


def test_the_first_right_code_confirms_the_app(account_id: int) -> None:
    secret = secret_of(account_id)
    assert len(secret) == 20
    assert not has_app(account_id)
    confirm(account_id, shown(secret, NOW))
    assert has_app(account_id)


def test_the_secret_is_the_same_until_it_is_confirmed_and_then_never_shown_again(account_id: int) -> None:
    secret = secret_of(account_id)
    assert secret_of(account_id) == secret
    confirm(account_id, shown(secret, NOW))
    with pytest.raises(SecondFactorStands):
        secret_of(account_id)


def test_a_secret_that_was_left_lying_is_replaced_by_another(account_id: int) -> None:
    _, seen_long_ago = begin_app(account_id=account_id, name="staff.lin", now=NOW - timedelta(minutes=15))
    assert b32decode(seen_long_ago) != secret_of(account_id)


def test_the_secret_is_sealed(account_id: int) -> None:
    secret = secret_of(account_id)
    assert secret not in bytes(SecondFactor.objects.get().sealed_secret)


def test_an_app_that_is_not_confirmed_lets_nobody_in(account_id: int) -> None:
    secret = secret_of(account_id)
    with pytest.raises(WrongSecondFactor):
        check(account_id, shown(secret, NOW))
    assert not has_app(account_id)


def test_a_confirmed_app_is_not_confirmed_again(account_id: int) -> None:
    secret = with_app(account_id)
    with pytest.raises(WrongSecondFactor):
        confirm(account_id, shown(secret, NOW))


def test_a_code_counts_once_however_it_is_spelled(account_id: int) -> None:
    digits = shown(with_app(account_id), NOW)
    check(account_id, digits)
    for again in (digits, f"{digits[:3]} {digits[3:]}", f"0{digits}", to_full_width(digits)):
        with pytest.raises(WrongSecondFactor):
            check(account_id, again)


def test_the_code_that_confirmed_the_app_does_not_let_in(account_id: int) -> None:
    digits = shown(secret_of(account_id), NOW)
    confirm(account_id, digits)
    with pytest.raises(WrongSecondFactor):
        check(account_id, digits)


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(account_id: int, off: int, good: bool) -> None:
    digits = shown(with_app(account_id), NOW + off * STEP)
    if good:
        check(account_id, digits)
    else:
        with pytest.raises(WrongSecondFactor):
            check(account_id, digits)


def test_an_older_code_does_not_count_after_a_newer_one(account_id: int) -> None:
    secret = with_app(account_id)
    check(account_id, shown(secret, NOW + STEP))
    with pytest.raises(WrongSecondFactor):
        check(account_id, shown(secret, NOW))


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "１２３４５６", "abcdef", "\ud800"])
def test_junk_and_full_width_digits_are_wrong(account_id: int, digits: str) -> None:
    with_app(account_id)
    with pytest.raises(WrongSecondFactor):
        check(account_id, digits)


def test_five_wrong_codes_lock_the_app_and_the_right_one_is_refused_meanwhile(account_id: int) -> None:
    secret = with_app(account_id)
    for _ in range(5):
        with pytest.raises(WrongSecondFactor):
            check(account_id, "x")
    with pytest.raises(FactorLocked) as refused:
        check(account_id, shown(secret, NOW))
    assert refused.value.retry_after == 900
    later = NOW + timedelta(minutes=15)
    check(account_id, shown(secret, later), later)
    assert Event.objects.filter(name="signin:second_factor:wrong", account_id=account_id).count() == 5


def test_whoever_hammers_the_door_does_not_shut_a_signed_in_owner_out(account_id: int) -> None:
    secret = with_app(account_id)
    for _ in range(6):
        with pytest.raises((WrongSecondFactor, FactorLocked)):
            check(account_id, "x")
    check_app(actor=VISITOR, account_id=account_id, digits=shown(secret, NOW), now=NOW, signed_in=True)


def test_without_an_app_every_code_is_wrong(account_id: int) -> None:
    with pytest.raises(WrongSecondFactor):
        check(account_id, "123456")


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_uses_of_one_code_one_counts(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, wrong_passwords=1000)  # the lock would hide what is shown here
    account_id = an_account("staff.lin").id
    digits = shown(with_app(account_id), NOW)
    answers = race(lambda _: check(account_id, digits), 64)
    assert kinds(answers) == {"NoneType": 1, "WrongSecondFactor": 63}


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_guesses_no_more_are_judged_than_allowed() -> None:
    account_id = an_account("staff.lin").id
    with_app(account_id)
    answers = race(lambda _: check(account_id, "x"), 64)
    assert kinds(answers) == {"FactorLocked": 59, "WrongSecondFactor": 5}
