import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings

from account_center.accounts.services import set_sign_in_check
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.signin.errors import (
    FreshProofMissing,
    NoSuchPasskey,
    PasskeyCopied,
    PasskeyRefused,
    PasskeyThereAlready,
    PasskeyTooLate,
    PasskeyUnknown,
    TooManyPasskeys,
    TooManyPasskeyTries,
    WayNotOpen,
)
from account_center.signin.models import Passkey, PasskeyQuestion
from account_center.signin.queries import passkeys_of
from account_center.signin.services import factors, fresh, passkeys
from account_center.signin.types import PasskeyAsk, PasskeyUse, SensitiveAction, WayToProve
from tests.racing import kinds, race
from tests.signin.making import NOW, PHONE, VISITOR, an_account, owner_of
from tests.signin.soft_passkey import ORIGIN, PRESENT, SoftPasskey
from tests.signin.test_fresh import by_code, use

pytestmark = pytest.mark.django_db


def add(made: AccountFacts, device: SoftPasskey, *, name: str = "Laptop", proof: UUID | None = None) -> UUID:
    ask = passkeys.begin_adding(actor=owner_of(made), account_id=made.id, now=NOW)
    return factors.add_passkey(
        actor=owner_of(made),
        account_id=made.id,
        question_id=ask.id,
        answer=device.make(ask.options),
        name=name,
        proof=proof or by_code(made),
        now=NOW,
    )


def an_owner() -> tuple[AccountFacts, SoftPasskey]:
    made, device = an_account(phone=PHONE, email=f"mei{uuid4().hex[:6]}@example.com"), SoftPasskey()
    keep(made, device)
    return made, device


def keep(made: AccountFacts, device: SoftPasskey, name: str = "Laptop") -> UUID:
    """As ``add``, without the codes, which are limited."""
    ask = passkeys.begin_adding(actor=owner_of(made), account_id=made.id, now=NOW)
    new = passkeys.read_new(account_id=made.id, question_id=ask.id, answer=device.make(ask.options), now=NOW)
    return passkeys.keep_new(account_id=made.id, new=new, name=name, now=NOW)


def ask(account_id: int | None = None, purpose: PasskeyUse = PasskeyUse.SIGN_IN, now: datetime = NOW) -> PasskeyAsk:
    return passkeys.begin_check(actor=VISITOR, account_id=account_id, use=purpose, now=now)


def answer(
    question: PasskeyAsk,
    text: str,
    *,
    account_id: int | None = None,
    purpose: PasskeyUse = PasskeyUse.SIGN_IN,
    now: datetime = NOW,
) -> AccountFacts:
    return passkeys.finish_check(
        actor=VISITOR, account_id=account_id, question_id=question.id, answer=text, use=purpose, now=now
    )


@pytest.mark.clause("1.22")
def test_a_passkey_is_added_on_a_fresh_proof_and_signs_in_without_any_name() -> None:
    made, device = an_account(phone=PHONE), SoftPasskey()
    add(made, device)
    question = ask()
    assert "allowCredentials" not in question.options["publicKey"]
    assert question.options["publicKey"]["userVerification"] == "required"
    assert answer(question, device.sign(question.options)).id == made.id


def test_the_database_keeps_the_public_half_only() -> None:
    made, device = an_owner()
    row = Passkey.objects.get()
    private = device.key.private_numbers().private_value.to_bytes(32, "big")
    assert private not in bytes(row.public_key)
    assert bytes(row.credential_id) == device.credential_id
    assert (row.name, row.account_id, row.transports) == ("Laptop", made.id, ["internal"])


def test_the_passkey_is_told_no_name_but_the_accounts_and_no_number() -> None:
    made = an_account("mei.lamp", phone=PHONE)
    user = passkeys.begin_adding(actor=VISITOR, account_id=made.id, now=NOW).options["publicKey"]["user"]
    assert user["name"] == "mei.lamp"
    assert PHONE not in json.dumps(user)


def test_without_a_fresh_proof_no_passkey_is_added() -> None:
    made = an_account(phone=PHONE)
    foreign = by_code(an_account(phone=PHONE))
    for proof in (uuid4(), foreign):
        with pytest.raises(FreshProofMissing):
            add(made, SoftPasskey(), proof=proof)
    assert not Passkey.objects.exists()


def test_one_proof_adds_one_passkey() -> None:
    made = an_account(phone=PHONE)
    proof = by_code(made)
    add(made, SoftPasskey(), proof=proof)
    with pytest.raises(FreshProofMissing):
        add(made, SoftPasskey(), proof=proof)


def test_a_question_is_answered_once() -> None:
    _, device = an_owner()
    question = ask()
    text = device.sign(question.options)
    answer(question, text)
    with pytest.raises(PasskeyTooLate):
        answer(question, text)


def test_a_refused_answer_uses_the_question_up() -> None:
    _, device = an_owner()
    question = ask()
    with pytest.raises(PasskeyRefused):
        answer(question, "{}")
    with pytest.raises(PasskeyTooLate):
        answer(question, device.sign(question.options))


def test_a_question_waits_five_minutes() -> None:
    _, device = an_owner()
    question = ask()
    with pytest.raises(PasskeyTooLate):
        answer(question, device.sign(question.options), now=NOW + timedelta(minutes=5))


def test_an_answer_to_one_question_is_none_to_another() -> None:
    _, device = an_owner()
    first, second = ask(), ask()
    with pytest.raises(PasskeyRefused):
        answer(second, device.sign(first.options))


@pytest.mark.parametrize("other", [PasskeyUse.CHECK, PasskeyUse.PROVE, PasskeyUse.ADD])
def test_a_question_for_one_use_is_none_for_another(other: PasskeyUse) -> None:
    _, device = an_owner()
    question = ask(purpose=PasskeyUse.SIGN_IN)
    with pytest.raises(PasskeyTooLate):
        answer(question, device.sign(question.options), purpose=other)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost.evil.example", "http://127.0.0.1:8000", "https://localhost", "null", ""],
)
def test_an_answer_given_at_another_address_is_refused(origin: str) -> None:
    _, device = an_owner()
    question = ask()
    with pytest.raises(PasskeyRefused):
        answer(question, device.sign(question.options, origin=origin))


def test_with_a_public_address_only_that_one_counts(settings: LazySettings) -> None:
    settings.PUBLIC_ADDRESS, settings.PASSKEY_DOMAIN = "https://id.example.com", "example.com"
    ours = passkeys.is_our_origin
    assert ours("https://id.example.com")
    for strange in (ORIGIN, "https://example.com", "https://evil.id.example.com", "https://id.example.com:8443"):
        assert not ours(strange)
    question = ask()
    assert question.options["publicKey"]["rpId"] == "example.com"


@pytest.mark.clause("1.46")
def test_the_operators_own_android_app_may_ask_a_passkey_and_no_other(settings: LazySettings) -> None:
    mine, other = "android:apk-key-hash:Yk2mVQ", "android:apk-key-hash:another"
    assert not passkeys.is_our_origin(mine)
    settings.PASSKEY_APPS = frozenset({mine})
    assert passkeys.is_our_origin(mine)
    assert not passkeys.is_our_origin(other)
    assert not passkeys.is_our_origin("https://evil.example")


@pytest.mark.parametrize(
    "wrong",
    [
        {"flags": PRESENT},  # nobody was verified
        {"flags": 0},
        {"kind": "webauthn.create"},
        {"domain": "evil.example"},
        {"cross_origin": True},
        {"handle": b"somebody else"},
    ],
)
def test_what_does_not_fit_is_refused_and_noted(wrong: dict[str, object]) -> None:
    made, device = an_owner()
    question = ask()
    with pytest.raises(PasskeyRefused):
        answer(question, device.sign(question.options, **wrong))  # type: ignore[arg-type]
    assert Event.objects.filter(name="signin:passkey:wrong", account_id=made.id).count() == 1


def test_a_strange_key_signs_nothing() -> None:
    _, device = an_owner()
    thief = SoftPasskey(credential_id=device.credential_id, handle=device.handle)
    question = ask()
    with pytest.raises(PasskeyRefused):
        answer(question, thief.sign(question.options))


@pytest.mark.parametrize(
    "junk", ["", "null", "[]", "{", '{"id": 1}', "x" * 30_000, '{"rawId": "AA", "response": {"clientDataJSON": "AA"}}']
)
def test_junk_is_refused_and_breaks_nothing(junk: str) -> None:
    made, _ = an_owner()
    with pytest.raises(PasskeyRefused):
        answer(ask(), junk)
    adding = passkeys.begin_adding(actor=VISITOR, account_id=made.id, now=NOW)
    with pytest.raises(PasskeyRefused):
        passkeys.read_new(account_id=made.id, question_id=adding.id, answer=junk, now=NOW)


def test_a_passkey_that_verified_nobody_is_not_added() -> None:
    made = an_account(phone=PHONE)
    adding = passkeys.begin_adding(actor=VISITOR, account_id=made.id, now=NOW)
    with pytest.raises(PasskeyRefused):
        passkeys.read_new(
            account_id=made.id,
            question_id=adding.id,
            answer=SoftPasskey().make(adding.options, flags=PRESENT),
            now=NOW,
        )


def test_after_the_password_only_a_passkey_of_this_account_counts() -> None:
    made, _ = an_owner()
    _, strange = an_owner()
    question = ask(made.id, PasskeyUse.CHECK)
    assert len(question.options["publicKey"]["allowCredentials"]) == 1
    with pytest.raises(PasskeyUnknown):
        answer(question, strange.sign(question.options), account_id=made.id, purpose=PasskeyUse.CHECK)


def test_a_question_of_one_account_is_none_of_another() -> None:
    made, _ = an_owner()
    other, device = an_owner()
    question = ask(made.id, PasskeyUse.CHECK)
    with pytest.raises(PasskeyTooLate):
        answer(question, device.sign(question.options), account_id=other.id, purpose=PasskeyUse.CHECK)


def test_a_removed_passkey_is_unknown() -> None:
    made, device = an_owner()
    question = ask()
    factors.remove_passkey(
        actor=owner_of(made), account_id=made.id, passkey=passkeys_of(made.id)[0].id, proof=by_code(made), now=NOW
    )
    with pytest.raises(PasskeyUnknown):
        answer(question, device.sign(question.options))


def test_a_counter_that_does_not_go_on_is_refused_and_the_owner_is_told() -> None:
    made = an_account(phone=PHONE, email="mei@example.com")
    device = SoftPasskey(counter=7)
    keep(made, device)
    device.counter = 8
    question = ask()
    answer(question, device.sign(question.options))
    for stale in (8, 7, 0):
        device.counter = stale
        question = ask()
        with pytest.raises(PasskeyCopied):
            answer(question, device.sign(question.options))
    assert Event.objects.filter(name="signin:passkey:copied", account_id=made.id).count() == 3
    notice = Message.objects.filter(purpose="security_notice").latest("pk")
    assert "疑似被复制" in reveal(notice).text or "copied" in reveal(notice).text
    device.counter = 9
    question = ask()
    answer(question, device.sign(question.options))


def test_a_passkey_that_never_counts_goes_on_being_accepted() -> None:
    made, device = an_owner()
    for _ in range(3):
        question = ask()
        assert answer(question, device.sign(question.options)).id == made.id


def test_the_list_says_when_each_was_made_and_used() -> None:
    made, device = an_owner()
    keep(made, SoftPasskey(), name="Key on the ring")
    later = NOW + timedelta(hours=1)
    question = ask(now=later)
    answer(question, device.sign(question.options), now=later)
    shown = [(one.name, one.created_at, one.last_used_at) for one in passkeys_of(made.id)]
    assert shown == [("Laptop", NOW, later), ("Key on the ring", NOW, None)]


def test_the_same_passkey_is_not_added_twice_not_even_to_another_account() -> None:
    made, device = an_owner()
    for owner in (made, an_account(phone=PHONE)):
        with pytest.raises(PasskeyThereAlready):
            keep(owner, device)


def test_a_device_is_told_which_passkeys_are_there_already() -> None:
    made, _ = an_owner()
    options = passkeys.begin_adding(actor=VISITOR, account_id=made.id, now=NOW).options
    assert len(options["publicKey"]["excludeCredentials"]) == 1


def test_an_eleventh_passkey_is_refused() -> None:
    made = an_account(phone=PHONE)
    for _ in range(10):
        keep(made, SoftPasskey())
    with pytest.raises(TooManyPasskeys):
        keep(made, SoftPasskey())


def test_passkeys_of_others_are_not_there() -> None:
    made, _ = an_owner()
    other = an_account(phone=PHONE)
    foreign = passkeys_of(made.id)[0].id
    with pytest.raises(NoSuchPasskey):
        factors.rename_passkey(actor=owner_of(other), account_id=other.id, passkey=foreign, name="Mine now")
    with pytest.raises(NoSuchPasskey):
        factors.remove_passkey(
            actor=owner_of(other), account_id=other.id, passkey=foreign, proof=by_code(other), now=NOW
        )
    assert passkeys_of(made.id)[0].name == "Laptop"


def test_a_passkey_is_a_fresh_proof() -> None:
    made, device = an_owner()
    question = fresh.begin_passkey_proof(actor=owner_of(made), account_id=made.id, now=NOW)
    proof = fresh.prove_by_passkey(
        actor=owner_of(made),
        account_id=made.id,
        action=SensitiveAction.SECOND_FACTORS,
        question_id=question.id,
        answer=device.sign(question.options),
        now=NOW,
    )
    use(made, proof)


def test_where_a_passkey_is_asked_at_sign_in_nothing_weaker_proves() -> None:
    made, _ = an_owner()
    set_sign_in_check(actor=owner_of(made), account_id=made.id, check=SignInCheck.PASSKEY)
    assert fresh.ways_to_prove(made.id) == [WayToProve.PASSKEY]
    with pytest.raises(WayNotOpen):
        by_code(made)


def test_one_network_asks_so_often_and_no_more(settings: LazySettings) -> None:
    settings.LIMITS = replace(settings.LIMITS, passkey_tries_per_address=3)
    for _ in range(3):
        ask()
    with pytest.raises(TooManyPasskeyTries):
        ask()
    assert PasskeyQuestion.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_64_simultaneous_answers_to_one_question_one_counts() -> None:
    _, device = an_owner()
    question = ask()
    text = device.sign(question.options)
    assert kinds(race(lambda _: answer(question, text), 64)) == {"AccountFacts": 1, "PasskeyTooLate": 63}


@pytest.mark.django_db(transaction=True)
def test_of_12_passkeys_that_come_at_once_ten_find_a_place() -> None:
    made = an_account(phone=PHONE)
    asks = [passkeys.begin_adding(actor=VISITOR, account_id=made.id, now=NOW) for _ in range(12)]
    new = [
        passkeys.read_new(account_id=made.id, question_id=one.id, answer=SoftPasskey().make(one.options), now=NOW)
        for one in asks
    ]
    answers = race(lambda at: passkeys.keep_new(account_id=made.id, new=new[at], name="x", now=NOW), 12)
    assert kinds(answers) == {"TooManyPasskeys": 2, "UUID": 10}
