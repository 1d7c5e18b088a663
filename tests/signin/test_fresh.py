from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from account_center.accounts.services import end_everything, set_phone, set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.models import Event
from account_center.signin.errors import (
    FactorLocked,
    FreshProofMissing,
    ProofMissing,
    WayNotOpen,
    WrongPassword,
    WrongSecondFactor,
)
from account_center.signin.services import fresh
from account_center.signin.types import Channel, SensitiveAction, WayToProve
from tests.racing import kinds, race
from tests.signin.making import NOW, PASSWORD, PHONE, an_account, code_in, owner_of, prove, sent_text, typed
from tests.signin.test_authenticator import shown, with_app

pytestmark = pytest.mark.django_db
ACTION = SensitiveAction.SECOND_FACTORS


def by_code(
    made: AccountFacts, *, action: SensitiveAction = ACTION, channel: Channel = Channel.SMS, now: datetime = NOW
) -> UUID:
    view = fresh.send_proof_code(actor=owner_of(made), account_id=made.id, action=action, channel=channel, now=now)
    prove(view, now=now)
    return fresh.prove_by_code(actor=owner_of(made), account_id=made.id, action=action, challenge_id=view.id, now=now)


def use(made: AccountFacts, proof: UUID | None, *, action: SensitiveAction = ACTION, now: datetime = NOW) -> None:
    fresh.use_fresh_proof(account_id=made.id, proof=proof, action=action, now=now)


def test_a_proof_is_used_once() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    use(made, proof)
    with pytest.raises(FreshProofMissing):
        use(made, proof)


def test_looking_at_a_proof_does_not_use_it_up() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    for _ in range(2):
        fresh.require_fresh_proof(account_id=made.id, proof=proof, action=ACTION, now=NOW)
    use(made, proof)
    with pytest.raises(FreshProofMissing):
        fresh.require_fresh_proof(account_id=made.id, proof=proof, action=ACTION, now=NOW)


@pytest.mark.parametrize("other", [action for action in SensitiveAction if action is not ACTION])
def test_a_proof_for_one_task_is_none_for_another(other: SensitiveAction) -> None:
    made = an_account(phone=PHONE)
    with pytest.raises(FreshProofMissing):
        use(made, by_code(made), action=other)


def test_a_proof_is_worth_nothing_for_another_account() -> None:
    made, other = an_account(phone=PHONE), an_account(phone=PHONE)
    with pytest.raises(FreshProofMissing):
        use(other, by_code(made))


@pytest.mark.parametrize("proof", [None, uuid4()])
def test_without_a_proof_nothing_is_allowed(proof: UUID | None) -> None:
    with pytest.raises(FreshProofMissing):
        use(an_account(phone=PHONE), proof)


def test_a_proof_lives_fifteen_minutes() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    with pytest.raises(FreshProofMissing):
        use(made, proof, now=NOW + timedelta(minutes=15))
    use(made, proof, now=NOW + timedelta(minutes=15) - timedelta(seconds=1))


def test_a_proof_ends_with_everything_else_of_the_account() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    end_everything(actor=owner_of(made), account_id=made.id, reason="not_me")
    with pytest.raises(FreshProofMissing):
        use(made, proof)


def test_the_code_says_which_task_it_allows_and_allows_no_other() -> None:
    made = an_account(phone=PHONE)
    action = SensitiveAction.DELETE_ACCOUNT
    view = fresh.send_proof_code(actor=owner_of(made), account_id=made.id, action=action, channel=Channel.SMS, now=NOW)
    assert "to DELETE your account" in sent_text(view)
    prove(view)
    with pytest.raises(FreshProofMissing):
        fresh.prove_by_code(actor=owner_of(made), account_id=made.id, action=ACTION, challenge_id=view.id, now=NOW)


def test_a_code_that_nobody_typed_proves_nothing() -> None:
    made = an_account(phone=PHONE)
    view = fresh.send_proof_code(actor=owner_of(made), account_id=made.id, action=ACTION, channel=Channel.SMS, now=NOW)
    with pytest.raises(ProofMissing):
        fresh.prove_by_code(actor=owner_of(made), account_id=made.id, action=ACTION, challenge_id=view.id, now=NOW)


def test_a_code_to_a_phone_the_account_has_no_more_proves_nothing() -> None:
    made = an_account(phone=PHONE)
    view = fresh.send_proof_code(actor=owner_of(made), account_id=made.id, action=ACTION, channel=Channel.SMS, now=NOW)
    typed(view, code_in(view))
    set_phone(actor=owner_of(made), account_id=made.id, phone="+8613900139005", masked="", now=NOW)
    with pytest.raises(FreshProofMissing):
        fresh.prove_by_code(actor=owner_of(made), account_id=made.id, action=ACTION, challenge_id=view.id, now=NOW)


def test_the_ways_are_what_the_account_has() -> None:
    both = an_account(phone=PHONE, email="mei@example.com")
    assert fresh.ways_to_prove(both.id) == [WayToProve.SMS, WayToProve.EMAIL]
    with_app(both.id)
    assert fresh.ways_to_prove(both.id) == [WayToProve.SMS, WayToProve.EMAIL, WayToProve.APP]
    assert fresh.ways_to_prove(an_account().id) == [WayToProve.PASSWORD]


def test_where_a_second_factor_is_asked_at_sign_in_no_code_counts() -> None:
    made = an_account(phone=PHONE)
    secret = with_app(made.id)
    earlier = fresh.send_proof_code(
        actor=owner_of(made), account_id=made.id, action=ACTION, channel=Channel.SMS, now=NOW
    )
    prove(earlier)
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.APP)
    assert fresh.ways_to_prove(made.id) == [WayToProve.APP]
    with pytest.raises(WayNotOpen):
        by_code(made)
    with pytest.raises(WayNotOpen):
        fresh.prove_by_code(actor=owner_of(made), account_id=made.id, action=ACTION, challenge_id=earlier.id, now=NOW)
    use(made, by_app(made, shown(secret, NOW)))


def test_a_check_whose_factor_is_gone_does_not_shut_the_owner_out() -> None:
    made = an_account(phone=PHONE)
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.APP)
    assert fresh.ways_to_prove(made.id) == [WayToProve.SMS]


def by_app(made: AccountFacts, digits: str) -> UUID:
    return fresh.prove_by_app(actor=owner_of(made), account_id=made.id, action=ACTION, digits=digits, now=NOW)


def test_wrong_app_codes_are_counted_and_lock_this_way_only() -> None:
    made = an_account(phone=PHONE)
    secret = with_app(made.id)
    for _ in range(5):
        with pytest.raises(WrongSecondFactor):
            by_app(made, "x")
    with pytest.raises(FactorLocked):
        by_app(made, shown(secret, NOW))
    use(made, by_code(made))


def by_password(made: AccountFacts, password: str) -> UUID:
    return fresh.prove_by_password(actor=owner_of(made), account_id=made.id, action=ACTION, password=password, now=NOW)


def test_the_password_proves_only_where_there_is_nothing_else() -> None:
    bare = an_account()
    use(bare, by_password(bare, PASSWORD))
    with pytest.raises(WayNotOpen):
        by_password(an_account(phone=PHONE), PASSWORD)


def test_five_wrong_passwords_lock_this_way() -> None:
    bare = an_account()
    for _ in range(5):
        with pytest.raises(WrongPassword):
            by_password(bare, "wrong")
    with pytest.raises(FactorLocked):
        by_password(bare, PASSWORD)


def test_the_history_knows_what_was_proven_and_how() -> None:
    made = an_account(phone=PHONE)
    by_code(made)
    event = Event.objects.get(name="signin:owner:proven", account_id=made.id)
    assert event.facts == {"action": "second_factors", "way": "sms"}


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_uses_of_one_proof_one_counts() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    answers = race(lambda _: use(made, proof), 64)
    assert kinds(answers) == {"FreshProofMissing": 63, "NoneType": 1}


@pytest.mark.django_db(transaction=True)
def test_of_16_simultaneous_uses_of_one_code_one_proof_comes(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, code_tries=100)
    made = an_account(phone=PHONE)
    view = fresh.send_proof_code(actor=owner_of(made), account_id=made.id, action=ACTION, channel=Channel.SMS, now=NOW)
    prove(view)
    answers = race(
        lambda _: fresh.prove_by_code(
            actor=owner_of(made), account_id=made.id, action=ACTION, challenge_id=view.id, now=NOW
        ),
        16,
    )
    assert kinds(answers) == {"ProofMissing": 15, "UUID": 1}
