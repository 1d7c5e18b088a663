from datetime import timedelta
from uuid import UUID

import pytest

from account_center.accounts.errors import (
    BadAccountName,
    EmailTaken,
    NameTaken,
    PhoneFull,
    UnknownCountry,
    WeakPassword,
)
from account_center.accounts.models import Account, PhoneQuota, PhoneQuotaHolder
from account_center.accounts.services import allow_more_accounts
from account_center.accounts.types import AccountFacts, AccountKind
from account_center.audit.models import Event
from account_center.kit.actor import Actor, ActorKind, StaffRole
from account_center.signin.errors import ProofMissing
from account_center.signin.services import begin_registration, finish_registration, sign_in_with_password
from account_center.signin.services.codes import send_code
from account_center.signin.types import Channel, Purpose, SignInOutcome
from tests.racing import kinds, race
from tests.signin.making import NOW, PASSWORD, PHONE, VISITOR, an_account, prove, visitor

pytestmark = pytest.mark.django_db


def a_proof(contact: str = PHONE, *, address: str = "203.0.113.9") -> UUID:
    return prove(begin_registration(actor=visitor(address), contact=contact, country="CN", now=NOW))


def register(
    proof: UUID, name: str = "lin.mei", *, password: str = PASSWORD, country: str = "CN", actor: Actor = VISITOR
) -> AccountFacts:
    return finish_registration(
        actor=actor,
        challenge_id=proof,
        country=country,
        name=name,
        password=password,
        language="zh-hans",
        now=NOW,
    )


@pytest.mark.clause("3.1.5", "1.1", "3.1.2")
@pytest.mark.parametrize("contact", ["0086 138 0013 8000", "Mei.Lin@example.com"])
def test_a_registered_account_works_at_once_by_phone_or_by_e_mail_alone(contact: str) -> None:
    made = register(a_proof(contact))
    assert (made.kind, made.country, made.name) == (AccountKind.ID, "CN", "lin.mei")
    assert made.phone or made.email
    for identifier in ("LIN.MEI", contact):
        verdict = sign_in_with_password(
            actor=VISITOR, identifier=identifier, password=PASSWORD, kind=AccountKind.ID, country="CN", now=NOW
        )
        assert verdict.account == made
        assert verdict.outcome is SignInOutcome.SIGNED_IN


def test_the_same_proof_posted_again_finds_the_account_it_opened() -> None:
    proof = a_proof()
    made = register(proof)
    assert register(proof) == made
    assert register(proof, "another.name") == made
    assert Account.objects.count() == 1


def test_a_used_proof_is_no_key_to_its_account_without_the_password() -> None:
    proof = a_proof()
    made = register(proof)
    for _ in range(6):
        with pytest.raises(ProofMissing):
            register(proof, password="tandem quelle 93 birkenrinde")
    with pytest.raises(ProofMissing):
        register(proof)  # those were tries at its password, which is locked now
    assert Account.objects.get().pk == made.id


def test_a_used_proof_is_no_key_to_its_account_later() -> None:
    proof = a_proof()
    register(proof)
    with pytest.raises(ProofMissing):
        finish_registration(
            actor=VISITOR,
            challenge_id=proof,
            country="CN",
            name="lin.mei",
            password="anything else 12",
            language="en",
            now=NOW + timedelta(minutes=20),
        )


@pytest.mark.clause("3.1.16")
def test_registering_answers_alike_for_a_phone_with_and_without_accounts() -> None:
    an_account(phone=PHONE)
    known = begin_registration(actor=VISITOR, contact=PHONE, country="CN", now=NOW)
    unknown = begin_registration(actor=VISITOR, contact="+8613900139000", country="CN", now=NOW)
    assert (known.state, known.tries_left, known.expires_at) == (unknown.state, unknown.tries_left, unknown.expires_at)


@pytest.mark.parametrize("name", ["Lin.Mei", "LIN.MEI", "ｌｉｎ．ｍｅｉ", " lin.mei "])
def test_a_name_is_taken_in_every_case_and_width_and_a_free_one_is_offered(name: str) -> None:
    an_account("lin.mei")
    with pytest.raises(NameTaken) as refused:
        register(a_proof(), name)
    suggestion = str(refused.value.facts["suggestion"])
    assert register(a_proof(), suggestion).name == suggestion


@pytest.mark.parametrize(
    "name",
    ["аdministrator", "lіn.mei", "admin", "Root", "sup.port", "13800138000", "a@b.cn", "ab", "x" * 33, "", "1lin"],
)
def test_names_that_mislead_or_fit_no_field_are_refused_and_the_proof_stays(name: str) -> None:
    proof = a_proof()
    with pytest.raises(BadAccountName) as refused:
        register(proof, name)
    assert refused.value.facts["problem"]
    assert register(proof).name == "lin.mei"


@pytest.mark.parametrize(
    "password",
    ["short", "password123", "1234567890", "qwertyuiop", "linmei1990", "13800138000", "aaaaaaaaaaaaaa", "x" * 129],
)
def test_weak_passwords_are_refused_with_their_reason(password: str) -> None:
    proof = a_proof()
    with pytest.raises(WeakPassword) as refused:
        register(proof, "linmei.1990", password=password)
    assert refused.value.facts["problem"]
    assert Account.objects.count() == 0


@pytest.mark.parametrize("password", [PASSWORD, "山高月小 水落石出 12", "ünïcödé wörter und mehr 7"])
def test_long_passwords_of_any_script_are_taken(password: str) -> None:
    register(a_proof(), password=password)


def test_a_country_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownCountry):
        register(a_proof(), country="XX")


@pytest.mark.clause("3.1.12")
def test_an_e_mail_address_belongs_to_one_account() -> None:
    an_account(email="Mei@example.com")
    with pytest.raises(EmailTaken):
        register(a_proof("MEI@example.com"))
    assert Account.objects.count() == 1


def test_a_proof_is_needed_and_it_must_be_fresh_and_for_registering() -> None:
    view = begin_registration(actor=VISITOR, contact=PHONE, country="CN", now=NOW)
    with pytest.raises(ProofMissing):
        register(view.id)
    signing_in = prove(
        send_code(actor=VISITOR, purpose=Purpose.SIGN_IN, channel=Channel.SMS, recipient=PHONE, country="CN", now=NOW)
    )
    with pytest.raises(ProofMissing):
        register(signing_in)
    prove(view)
    with pytest.raises(ProofMissing):
        finish_registration(
            actor=VISITOR,
            challenge_id=view.id,
            country="CN",
            name="lin.mei",
            password=PASSWORD,
            language="en",
            now=NOW + timedelta(minutes=15),
        )


@pytest.mark.clause("3.1.13", "3.1.15", "3.1.16")
def test_the_fourth_account_of_a_phone_is_refused_with_the_figures() -> None:
    for _ in range(3):
        an_account(phone=PHONE)
    with pytest.raises(PhoneFull) as refused:
        register(a_proof())
    assert (refused.value.facts["used"], refused.value.facts["allowed"]) == (3, 3)
    assert Account.objects.count() == 3


@pytest.mark.clause("3.1.15")
def test_a_customer_manager_and_nobody_else_allows_more_accounts() -> None:
    for _ in range(3):
        an_account(phone=PHONE)
    manager = Actor(kind=ActorKind.STAFF, name="chen", roles=frozenset({StaffRole.CUSTOMER_MANAGER}))
    for actor in (VISITOR, Actor(kind=ActorKind.STAFF, name="wu", roles=frozenset({StaffRole.SUPPORT}))):
        with pytest.raises(Exception, match="only_managers_raise"):
            allow_more_accounts(actor=actor, phone=PHONE, masked="+86 138****8000", allowed=4)
    assert allow_more_accounts(actor=manager, phone=PHONE, masked="+86 138****8000", allowed=4) == 4
    register(a_proof())
    with pytest.raises(PhoneFull):
        register(a_proof(), "mei.lin")
    assert Event.objects.filter(name="accounts:phone_quota:raised").count() == 1


# -- Many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("contact", [PHONE, "mei@example.com"])
def test_one_proof_posted_8_times_at_once_opens_one_account_and_all_see_it(contact: str) -> None:
    proof = a_proof(contact)
    answers = race(lambda _: register(proof), 8)
    assert kinds(answers) == {"AccountFacts": 8}
    assert len({answer.id for answer in answers if isinstance(answer, AccountFacts)}) == 1
    assert Account.objects.count() == 1


@pytest.mark.clause("3.1.13", "3.1.15")
@pytest.mark.django_db(transaction=True)
def test_24_simultaneous_registrations_on_one_phone_open_exactly_three() -> None:
    answers = race(lambda number: an_account(f"racer{number}", phone=PHONE), 24)
    assert kinds(answers) == {"AccountFacts": 3, "PhoneFull": 21}
    assert Account.objects.filter(phone=PHONE).count() == 3
    assert PhoneQuota.objects.get().used == 3
    assert PhoneQuotaHolder.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_8_simultaneous_registrations_under_one_name_one_gets_it() -> None:
    answers = race(lambda number: an_account("Lin.Mei" if number % 2 else "lin.mei"), 8)
    assert kinds(answers) == {"AccountFacts": 1, "NameTaken": 7}


@pytest.mark.clause("3.1.12")
@pytest.mark.django_db(transaction=True)
def test_of_8_simultaneous_registrations_with_one_e_mail_address_one_gets_it() -> None:
    answers = race(lambda number: an_account(f"racer{number}", email="mei@example.com"), 8)
    assert kinds(answers) == {"AccountFacts": 1, "EmailTaken": 7}
