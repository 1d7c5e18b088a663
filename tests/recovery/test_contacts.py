"""Emergency contacts (1.16)."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from account_center.audit.models import Event
from account_center.kit.masking import mask_phone
from account_center.recovery.errors import (
    BadContactName,
    ContactNamedAlready,
    ContactsFull,
    LinkUnknown,
    NoSuchContact,
    OwnContact,
)
from account_center.recovery.models import EmergencyContact
from account_center.recovery.retention import erase_expired
from account_center.recovery.services import (
    choices,
    confirm_contact,
    contacts_of,
    leave,
    links,
    name_contact,
    remove_contact,
    send_contact_code,
    whom_to_leave,
)
from account_center.recovery.types import ContactState, FurtherWay
from account_center.signin.errors import BadPhoneTyped, FreshProofMissing, ProofMissing
from account_center.signin.types import SensitiveAction
from tests.racing import kinds, race
from tests.recovery.making import a_proof, chosen, finished, named, ready, texts_to, with_contact
from tests.signin.making import NOW, VISITOR, a_phone, an_account, another_code, code_in, owner_of, typed

pytestmark = pytest.mark.django_db


@pytest.mark.clause("1.16")
def test_a_contact_counts_after_agreeing_with_a_code_of_its_own() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    view = named(owner, "王小明", "helper@example.org")
    assert view.state is ContactState.NAMED
    recovery = chosen(owner)
    assert FurtherWay.CONTACT not in choices(recovery_id=recovery.id, now=NOW).ways
    sent = send_contact_code(actor=owner_of(owner), account_id=owner.id, contact_id=view.id, now=NOW)
    assert "sea.lamp" in texts_to("he***@example.org")[0]
    assert typed(sent, another_code(code_in(sent))).verdict == "wrong"
    with pytest.raises(ProofMissing):
        confirm_contact(actor=owner_of(owner), account_id=owner.id, contact_id=view.id, now=NOW)
    typed(sent, code_in(sent))
    confirmed = confirm_contact(actor=owner_of(owner), account_id=owner.id, contact_id=view.id, now=NOW)
    assert confirmed.state is ContactState.CONFIRMED
    assert choices(recovery_id=recovery.id, now=NOW).ways == (FurtherWay.CONTACT,)


@pytest.mark.clause("1.16")
def test_five_contacts_and_no_more() -> None:
    owner = an_account(phone=a_phone())
    for number in range(settings.LIMITS.emergency_contacts):
        named(owner, contact=f"helper{number}@example.org")
    with pytest.raises(ContactsFull):
        named(owner, contact="one.more@example.org")


@pytest.mark.clause("1.16")
@pytest.mark.django_db(transaction=True)
def test_of_64_at_one_moment_five_contacts_are_named() -> None:
    owner = an_account(phone=a_phone())
    proofs = [a_proof(owner) for _ in range(64)]
    answers = race(
        lambda number: name_contact(
            actor=owner_of(owner),
            account_id=owner.id,
            name="王小明",
            contact=f"helper{number}@example.org",
            proof=proofs[number],
            now=NOW,
        ),
        64,
    )
    assert kinds(answers).get("ContactView") == settings.LIMITS.emergency_contacts, kinds(answers)
    assert EmergencyContact.objects.count() == settings.LIMITS.emergency_contacts


def test_nobody_is_named_twice_however_written() -> None:
    owner = an_account(phone=a_phone())
    named(owner, contact="Helper@Example.org")
    with pytest.raises(ContactNamedAlready):
        named(owner, contact="helper@example.ORG")


def test_the_owners_own_phone_is_no_contact() -> None:
    owner = an_account(phone=a_phone(), email="lin@example.com")
    for own in (owner.phone, "LIN@example.com"):
        with pytest.raises(OwnContact):
            named(owner, contact=own)


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "win http://evil.example", "call 13800138000", "a\nb: c", "<b>"])
def test_a_name_is_a_name(name: str) -> None:
    if name == "a\nb: c":
        name = "a\nb:"
    with pytest.raises(BadContactName):
        named(an_account(phone=a_phone()), name=name)


def test_a_bad_phone_is_told_with_its_problem() -> None:
    with pytest.raises(BadPhoneTyped):
        named(an_account(phone=a_phone()), contact="139 12")


@pytest.mark.clause("1.16")
def test_naming_and_removing_ask_for_a_fresh_proof_of_this_task_once() -> None:
    owner = an_account(phone=a_phone())
    proof = a_proof(owner)
    given: dict[str, Any] = {"actor": owner_of(owner), "account_id": owner.id, "now": NOW}
    name_contact(name="王小明", contact="one@example.org", proof=proof, **given)
    with pytest.raises(FreshProofMissing):
        name_contact(name="王小明", contact="two@example.org", proof=proof, **given)
    other_task = a_proof(owner, SensitiveAction.PASSWORD)
    with pytest.raises(FreshProofMissing):
        remove_contact(contact_id=contacts_of(owner.id)[0].id, proof=other_task, **given)
    assert len(contacts_of(owner.id)) == 1


@pytest.mark.clause("1.16")
def test_both_sides_are_told_and_either_can_end_it() -> None:
    owner = an_account("sea.lamp", phone=a_phone())
    first = with_contact(owner, "王小明", "helper@example.org")
    assert "**明" in texts_to(mask_phone(owner.phone))[0]
    told = texts_to("he***@example.org")[0]
    token = links.link(links.LEAVE, first.id).split("/")[-2]
    assert token in told
    assert whom_to_leave(token) == "sea.lamp"
    leave(actor=VISITOR, token=token)
    assert contacts_of(owner.id) == []
    assert "**明" in texts_to(mask_phone(owner.phone))[0]
    with pytest.raises(NoSuchContact):
        leave(actor=VISITOR, token=token)
    second = with_contact(owner, "Anna Berg", "anna@example.org")
    remove_contact(actor=owner_of(owner), account_id=owner.id, contact_id=second.id, proof=a_proof(owner), now=NOW)
    assert contacts_of(owner.id) == []
    removed = Event.objects.filter(name="recovery:contact:removed").values_list("facts", flat=True)
    assert [facts["by"] for facts in removed] == ["contact", "owner"]


def test_a_made_up_link_takes_nobody_off() -> None:
    owner = an_account(phone=a_phone())
    contact = with_contact(owner)
    stop_link = links.link(links.STOP, contact.id).split("/")[-2]
    with pytest.raises(LinkUnknown):
        leave(actor=VISITOR, token=stop_link)
    assert len(contacts_of(owner.id)) == 1


def test_the_database_holds_neither_name_nor_address_of_the_contact_readable() -> None:
    owner = an_account(phone=a_phone())
    with_contact(owner, "Annamaria", "secretaunt@example.org")
    with connection.cursor() as cursor:
        for table in ("recovery_emergencycontact", "recovery_recovery", "audit_event"):
            cursor.execute(f"SELECT * FROM {table}")
            text = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            assert "Annamaria" not in text
            assert "secretaunt" not in text


@pytest.mark.clause("1.16")
def test_right_after_a_recovery_contacts_are_named_without_another_proof() -> None:
    owner = an_account(phone=a_phone())
    done = finished(ready(owner))
    given: dict[str, Any] = {"actor": VISITOR, "account_id": owner.id, "name": "王小明", "proof": done.id}
    name_contact(contact="one@example.org", now=NOW, **given)
    name_contact(contact="two@example.org", now=NOW, **given)
    late = NOW + timedelta(seconds=settings.LIMITS.proof_seconds)
    with pytest.raises(FreshProofMissing):
        name_contact(contact="three@example.org", now=late, **given)


def test_an_unfinished_recovery_names_nobody() -> None:
    owner = an_account(phone=a_phone())
    view = ready(owner)
    with pytest.raises(FreshProofMissing):
        name_contact(
            actor=VISITOR, account_id=owner.id, name="王小明", contact="one@example.org", proof=view.id, now=NOW
        )


def test_who_never_agrees_is_forgotten() -> None:
    owner = an_account(phone=a_phone())
    named(owner)
    with_contact(owner, contact="two@example.org")
    erase_expired(now=NOW + timedelta(days=settings.LIMITS.contact_agrees_days, minutes=1))
    assert [one.state for one in contacts_of(owner.id)] == [ContactState.CONFIRMED]
