from datetime import timedelta
from uuid import UUID

import pytest

from account_center.accounts import services as accounts
from account_center.accounts.errors import EmailTaken, PhoneFull
from account_center.accounts.models import Account, PhoneQuota
from account_center.accounts.queries import account, places_of_phone
from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.messaging.models import Message
from account_center.messaging.sealed import reveal
from account_center.signin import services
from account_center.signin.errors import FreshProofMissing, ProofMissing, SameContact
from account_center.signin.services import fresh
from account_center.signin.types import ChallengeView, Channel, SensitiveAction
from tests.racing import kinds, race
from tests.signin.making import NOW, PHONE, an_account, owner_of, prove

pytestmark = pytest.mark.django_db
NEW_PHONE = "+8613900139005"
SMS, EMAIL = Channel.SMS, Channel.EMAIL


def prove_old(made: AccountFacts, channel: Channel = SMS) -> UUID:
    actor, action = owner_of(made), SensitiveAction.CONTACTS
    view = fresh.send_proof_code(actor=actor, account_id=made.id, action=action, channel=channel, now=NOW)
    return fresh.prove_by_code(actor=actor, account_id=made.id, action=action, challenge_id=prove(view), now=NOW)


def begin_new(made: AccountFacts, contact: str, old: UUID | None) -> ChallengeView:
    channel = EMAIL if "@" in contact else SMS
    return services.prove_new_contact(
        actor=owner_of(made), account_id=made.id, channel=channel, contact=contact, proof=old, now=NOW
    )


def change(made: AccountFacts, new: UUID, old: UUID | None) -> AccountFacts:
    return services.change_contact(actor=owner_of(made), account_id=made.id, new_proof=new, proof=old, now=NOW)


def bind(made: AccountFacts, contact: str, channel: Channel = SMS) -> AccountFacts:
    old = prove_old(made, channel)
    return change(made, prove(begin_new(made, contact, old)), old)


@pytest.mark.clause("3.1.2", "3.1.10")
def test_an_e_mail_address_is_bound_later_after_the_phone_was_proven() -> None:
    made = an_account(phone=PHONE)
    assert bind(made, "Mei@Example.com").email == "Mei@example.com"
    assert Event.objects.filter(name="accounts:email:bound", account_id=made.id).count() == 1


@pytest.mark.clause("3.1.11")
def test_an_e_mail_address_can_be_changed() -> None:
    made = an_account(phone=PHONE, email="old@example.com")
    assert bind(made, "new@example.com", EMAIL).email == "new@example.com"
    assert Event.objects.filter(name="accounts:email:changed").count() == 1
    an_account(email="old@example.com")  # the old one is free again


@pytest.mark.clause("3.1.11")
def test_nothing_removes_an_e_mail_address() -> None:
    made = an_account(phone=PHONE, email="old@example.com")
    old = prove_old(made)
    for nothing in ("@", " @ "):
        with pytest.raises(Exception, match="bad_email"):
            begin_new(made, nothing, old)
    removing = ("remove_", "unbind_", "clear_")
    assert not [one for one in dir(accounts) + dir(services) if one.startswith(removing) and "email" in one]


@pytest.mark.clause("3.1.9")
def test_a_phone_is_changed_by_a_code_to_the_old_one_and_then_to_the_new_one() -> None:
    made = an_account(phone=PHONE)
    assert bind(made, "139 0013 9005").phone == NEW_PHONE
    assert places_of_phone(PHONE) == (0, 3)
    assert places_of_phone(NEW_PHONE) == (1, 3)


def test_without_the_old_proof_no_code_goes_to_a_new_contact() -> None:
    made, other = an_account(phone=PHONE), an_account(phone=NEW_PHONE)
    foreign = prove_old(other)
    for proof in (None, foreign):
        with pytest.raises(FreshProofMissing):
            begin_new(made, "mei@example.com", proof)


def test_a_foreign_new_proof_changes_nothing() -> None:
    made, other = an_account(phone=PHONE), an_account(phone=NEW_PHONE)
    foreign = prove(begin_new(other, "thief@example.com", prove_old(other)))
    with pytest.raises(ProofMissing):
        change(made, foreign, prove_old(made))
    assert Account.objects.exclude(email="").count() == 0


def test_both_proofs_are_used_up_by_the_change() -> None:
    made = an_account(phone=PHONE)
    old = prove_old(made)
    new = prove(begin_new(made, "mei@example.com", old))
    change(made, new, old)
    with pytest.raises(FreshProofMissing):
        change(made, new, old)
    with pytest.raises(FreshProofMissing):
        begin_new(made, "another@example.com", old)


def test_an_old_proof_that_has_become_stale_stops_the_change() -> None:
    made = an_account(phone=PHONE)
    old = prove_old(made)
    view = begin_new(made, "mei@example.com", old)
    prove(view)
    with pytest.raises(FreshProofMissing):
        services.change_contact(
            actor=owner_of(made), account_id=made.id, new_proof=view.id, proof=old, now=NOW + timedelta(minutes=15)
        )


@pytest.mark.parametrize("same", ["138 0013 8000", "0086 13800138000", "MEI@example.com"])
def test_the_same_contact_again_says_so(same: str) -> None:
    made = an_account(phone=PHONE, email="Mei@example.com")
    with pytest.raises(SameContact):
        begin_new(made, same, prove_old(made))


@pytest.mark.clause("3.1.12")
def test_a_taken_e_mail_address_is_refused_only_after_it_was_proven_and_nothing_changes() -> None:
    an_account(email="taken@example.com")
    made = an_account(phone=PHONE)
    old = prove_old(made)
    new = prove(begin_new(made, "taken@example.com", old))
    with pytest.raises(EmailTaken):
        change(made, new, old)
    after = account(made.id)
    assert after
    assert (after.email, after.phone) == ("", PHONE)


@pytest.mark.clause("3.1.13")
def test_a_full_phone_cannot_be_taken_by_a_change_and_the_old_one_stays() -> None:
    for _ in range(3):
        an_account(phone=NEW_PHONE)
    made = an_account(phone=PHONE)
    with pytest.raises(PhoneFull):
        bind(made, NEW_PHONE)
    assert places_of_phone(PHONE) == (1, 3)
    after = account(made.id)
    assert after
    assert after.phone == PHONE


def test_the_old_phone_is_told_of_the_new_one() -> None:
    made = an_account(phone=PHONE, email="mei@example.com")
    bind(made, NEW_PHONE)
    notice = Message.objects.get(purpose="security_notice")
    assert reveal(notice).to == PHONE
    assert made.name in reveal(notice).text
    assert NEW_PHONE not in reveal(notice).text


def test_the_old_mailbox_is_told_of_the_new_one() -> None:
    made = an_account(phone=PHONE, email="old@example.com")
    bind(made, "new@example.com")
    assert reveal(Message.objects.get(purpose="security_notice")).to == "old@example.com"


@pytest.mark.clause("3.1.13")
@pytest.mark.django_db(transaction=True)
def test_of_8_accounts_that_take_one_phone_at_once_three_get_it() -> None:
    made = [an_account(phone=f"+861370013700{number}") for number in range(2, 10)]
    answers = race(
        lambda number: accounts.set_phone(
            actor=owner_of(made[number]), account_id=made[number].id, phone=NEW_PHONE, masked="", now=NOW
        ),
        8,
    )
    assert kinds(answers) == {"AccountFacts": 3, "PhoneFull": 5}
    assert Account.objects.filter(phone=NEW_PHONE).count() == 3
    assert sum(PhoneQuota.objects.values_list("used", flat=True)) == 8
