"""What the owner does with second factors and the check at sign-in, through the services alone."""

from base64 import b32decode
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from account_center.accounts.queries import account
from account_center.accounts.services import set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.policy.models import SecurityPolicy
from account_center.policy.types import LeastCheck
from account_center.signin.errors import (
    CheckNotPossible,
    CheckTooWeak,
    FreshProofMissing,
    WrongSecondFactor,
)
from account_center.signin.queries import factors_of, passkeys_of
from account_center.signin.services import authenticator, factors
from account_center.signin.types import SensitiveAction
from tests.racing import kinds, race
from tests.realname.making import a_tenant
from tests.signin.making import NOW, PHONE, a_phone, an_account, owner_of
from tests.signin.soft_passkey import SoftPasskey
from tests.signin.test_authenticator import shown, with_app
from tests.signin.test_fresh import by_app, by_code
from tests.signin.test_passkeys import keep

pytestmark = pytest.mark.django_db
CHECK = SensitiveAction.SIGN_IN_CHECK


def begun(made: AccountFacts) -> bytes:
    _, secret = authenticator.begin_app(account_id=made.id, name=made.name, now=NOW)
    return b32decode(secret)


def add_app(made: AccountFacts, digits: str, proof: UUID) -> None:
    factors.add_app(actor=owner_of(made), account_id=made.id, digits=digits, proof=proof, now=NOW)


def remove_app(made: AccountFacts, proof: UUID) -> AccountFacts:
    return factors.remove_app(actor=owner_of(made), account_id=made.id, proof=proof, now=NOW)


def remove_passkey(made: AccountFacts, proof: UUID) -> AccountFacts:
    (first, *_) = passkeys_of(made.id)
    return factors.remove_passkey(actor=owner_of(made), account_id=made.id, passkey=first.id, proof=proof, now=NOW)


def choose(made: AccountFacts, check: SignInCheck, proof: UUID | None = None) -> AccountFacts:
    return factors.choose_check(
        actor=owner_of(made),
        account_id=made.id,
        check=check,
        proof=proof or by_code(made, action=CHECK),
        now=NOW,
    )


def asks(made: AccountFacts, check: SignInCheck) -> AccountFacts:
    """The account, asked for this at sign-in."""
    return set_sign_in_check(actor=owner_of(made), account_id=made.id, check=check)


def newest_notice() -> str:
    return reveal(Message.objects.filter(purpose="security_notice").latest("pk")).text


@pytest.mark.clause("1.22")
def test_the_owner_is_told_of_every_factor_that_comes_or_goes() -> None:
    made = an_account(phone=PHONE, email="mei@example.com")
    secret = begun(made)
    add_app(made, shown(secret, NOW), by_code(made))
    assert factors_of(made.id).app
    assert made.name in newest_notice()
    told = Message.objects.filter(purpose="security_notice").count()
    remove_app(made, by_code(made))
    assert not factors_of(made.id).app
    assert Message.objects.filter(purpose="security_notice").count() == told + 1
    names = list(Event.objects.filter(account_id=made.id).values_list("name", flat=True))
    assert "signin:second_factor:added" in names
    assert "signin:second_factor:removed" in names


def test_a_wrong_first_code_costs_no_proof_and_the_right_one_does() -> None:
    made = an_account(phone=PHONE)
    secret, proof = begun(made), by_code(made)
    with pytest.raises(WrongSecondFactor):
        add_app(made, "x", proof)
    add_app(made, shown(secret, NOW), proof)
    with pytest.raises(FreshProofMissing):
        remove_app(made, proof)
    assert factors_of(made.id).app


@pytest.mark.parametrize("act", ["app", "codes", "check"])
def test_without_a_proof_nothing_changes(act: str) -> None:
    made = an_account(phone=PHONE)
    with_app(made.id)
    acts: dict[str, Callable[[], object]] = {
        "app": lambda: remove_app(made, uuid4()),
        "codes": lambda: factors.new_recovery_codes(actor=owner_of(made), account_id=made.id, proof=uuid4(), now=NOW),
        "check": lambda: choose(made, SignInCheck.APP, uuid4()),
    }
    with pytest.raises(FreshProofMissing):
        acts[act]()
    after = account(made.id)
    assert after
    assert (factors_of(made.id).app, factors_of(made.id).recovery_codes) == (True, 0)
    assert after.check is SignInCheck.CODE


@pytest.mark.clause("1.22")
def test_the_check_is_chosen_and_the_owner_told() -> None:
    made = an_account(phone=PHONE)
    with_app(made.id)
    assert choose(made, SignInCheck.APP).check is SignInCheck.APP
    assert made.name in newest_notice()


def test_choosing_the_same_tells_nobody() -> None:
    made = an_account(phone=PHONE)
    choose(made, SignInCheck.CODE)
    assert not Message.objects.filter(purpose="security_notice").exists()


@pytest.mark.parametrize("check", [SignInCheck.APP, SignInCheck.PASSKEY])
def test_a_check_without_its_factor_cannot_be_chosen(check: SignInCheck) -> None:
    with pytest.raises(CheckNotPossible):
        choose(an_account(phone=PHONE), check)


@pytest.mark.parametrize(
    ("least", "barred"),
    [
        (LeastCheck.ANY, []),
        (LeastCheck.CODE, [SignInCheck.NONE]),
        (LeastCheck.SECOND_FACTOR, [SignInCheck.CODE, SignInCheck.NONE]),
    ],
)
@pytest.mark.clause("1.22", "1.23")
def test_the_tenants_policy_forbids_what_is_too_weak(least: LeastCheck, barred: list[SignInCheck]) -> None:
    made = an_account(phone=a_phone())
    SecurityPolicy.objects.create(tenant_id=a_tenant(made).id, least_check=least.value, changed_at=NOW)
    assert factors.barred_checks(made.id) == barred
    for check in barred:
        with pytest.raises(CheckTooWeak):
            choose(made, check)


@pytest.mark.clause("1.22")
def test_removing_the_last_factor_puts_a_code_in_its_place() -> None:
    made = an_account(phone=PHONE)
    secret = with_app(made.id)
    made = asks(made, SignInCheck.APP)
    assert remove_app(made, by_app(made, shown(secret, NOW))).check is SignInCheck.CODE


def test_the_other_factor_takes_the_place_of_the_removed_one() -> None:
    made = an_account(phone=PHONE)
    secret = with_app(made.id)
    keep(made, SoftPasskey())
    made = asks(made, SignInCheck.PASSKEY)
    assert remove_passkey(made, by_app(made, shown(secret, NOW))).check is SignInCheck.APP


def test_one_passkey_of_two_may_go_without_any_change() -> None:
    made = an_account(phone=PHONE)
    secret = with_app(made.id)
    for _ in range(2):
        keep(made, SoftPasskey())
    made = asks(made, SignInCheck.PASSKEY)
    assert remove_passkey(made, by_app(made, shown(secret, NOW))).check is SignInCheck.PASSKEY


def test_a_factor_that_is_not_asked_for_goes_without_any_change() -> None:
    made = an_account(phone=PHONE)
    with_app(made.id)
    assert remove_app(made, by_code(made)).check is SignInCheck.CODE


@pytest.mark.django_db(transaction=True)
def test_choosing_the_app_and_removing_it_at_once_leaves_no_check_without_its_factor() -> None:
    made = an_account(phone=a_phone())
    with_app(made.id)
    chosen, removed = by_code(made, action=CHECK), by_code(made)
    acts: list[Callable[[], object]] = [
        lambda: choose(made, SignInCheck.APP, chosen),
        lambda: remove_app(made, removed),
    ]
    race(lambda at: acts[at](), 2)
    after = account(made.id)
    assert after
    assert after.check is not SignInCheck.APP or factors_of(made.id).app


@pytest.mark.django_db(transaction=True)
def test_of_8_simultaneous_first_codes_one_puts_the_app_in_force() -> None:
    made = an_account(phone=PHONE)
    secret, proof = begun(made), by_code(made)
    digits = shown(secret, NOW)
    answers = kinds(race(lambda _: add_app(made, digits, proof), 8))
    assert answers["NoneType"] == 1
    assert Event.objects.filter(name="signin:second_factor:added").count() == 1
