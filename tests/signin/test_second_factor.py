from base64 import b32decode
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from account_center.audit.models import Event
from account_center.signin.errors import SecondFactorStands, SignInLocked, WrongSecondFactor
from account_center.signin.models import SecondFactor
from account_center.signin.services.second_factor import begin_second_factor, check_second_factor, has_second_factor
from tests.racing import kinds, race
from tests.signin.making import NOW, VISITOR, an_account

pytestmark = pytest.mark.django_db
STEP = timedelta(seconds=30)


@pytest.fixture
def account_id() -> int:
    return an_account("staff.lin").id


def secret_of(account_id: int) -> bytes:
    address, text = begin_second_factor(account_id=account_id, name="staff.lin", now=NOW)
    assert address.startswith("otpauth://totp/")
    return b32decode(text)


def shown(secret: bytes, moment: datetime) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(int(moment.timestamp())).decode()


def check(account_id: int, digits: str, now: datetime = NOW) -> None:
    check_second_factor(actor=VISITOR, account_id=account_id, digits=digits, now=now)


def test_the_first_right_code_confirms_the_app(account_id: int) -> None:
    secret = secret_of(account_id)
    assert len(secret) == 20
    assert not has_second_factor(account_id)
    check(account_id, shown(secret, NOW))
    assert has_second_factor(account_id)


def test_the_secret_is_the_same_until_it_is_confirmed_and_then_never_shown_again(account_id: int) -> None:
    secret = secret_of(account_id)
    assert secret_of(account_id) == secret
    check(account_id, shown(secret, NOW))
    with pytest.raises(SecondFactorStands):
        secret_of(account_id)


def test_the_secret_is_sealed(account_id: int) -> None:
    secret = secret_of(account_id)
    assert secret not in bytes(SecondFactor.objects.get().sealed_secret)


def test_a_code_counts_once(account_id: int) -> None:
    digits = shown(secret_of(account_id), NOW)
    check(account_id, digits)
    for again in (digits, f"{digits[:3]} {digits[3:]}", f"0{digits}"):
        with pytest.raises(WrongSecondFactor):
            check(account_id, again)


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(account_id: int, off: int, good: bool) -> None:
    digits = shown(secret_of(account_id), NOW + off * STEP)
    if good:
        check(account_id, digits)
    else:
        with pytest.raises(WrongSecondFactor):
            check(account_id, digits)


def test_an_older_code_does_not_count_after_a_newer_one(account_id: int) -> None:
    secret = secret_of(account_id)
    check(account_id, shown(secret, NOW + STEP))
    with pytest.raises(WrongSecondFactor):
        check(account_id, shown(secret, NOW))


@pytest.mark.parametrize("digits", ["", "12345", "1234567", "１２３４５６", "abcdef", "\ud800"])
def test_junk_and_full_width_digits_are_wrong(account_id: int, digits: str) -> None:
    secret_of(account_id)
    with pytest.raises(WrongSecondFactor):
        check(account_id, digits)


def test_five_wrong_codes_lock_and_the_right_one_is_refused_meanwhile(account_id: int) -> None:
    secret = secret_of(account_id)
    for _ in range(5):
        with pytest.raises(WrongSecondFactor):
            check(account_id, "x")
    with pytest.raises(SignInLocked) as refused:
        check(account_id, shown(secret, NOW))
    assert refused.value.retry_after == 900
    later = NOW + timedelta(minutes=15)
    check(account_id, shown(secret, later), later)
    assert Event.objects.filter(name="signin:second_factor:wrong", account_id=account_id).count() == 5


def test_without_an_app_every_code_is_wrong(account_id: int) -> None:
    with pytest.raises(WrongSecondFactor):
        check(account_id, "123456")


@pytest.mark.django_db(transaction=True)
def test_of_5_simultaneous_uses_of_one_code_one_counts() -> None:
    account_id = an_account("staff.lin").id
    digits = shown(secret_of(account_id), NOW)
    answers = race(lambda _: check(account_id, digits), 5)
    assert kinds(answers) == {"NoneType": 1, "WrongSecondFactor": 4}
