"""The pages of appeals: from a stranger's form to progress without a sign-in, and the owner who objects."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from account_center.documents.models import StoredImage
from account_center.messaging.models import Message
from account_center.support.models import Ticket
from account_center.support.services.appeals import match_appeal
from account_center.support.services.desk import answer
from account_center.support.types import ClosedBecause
from tests.portal.visiting import Customer, Page, newest_code
from tests.realname.making import photo
from tests.signin.making import NOW, a_phone, an_account
from tests.support.making import a_colleague, told

pytestmark = pytest.mark.django_db


def key() -> str:
    return str(uuid4())


def begin(visitor: Customer, named: str, *, contact: str = "", happened: str = "phone_lost") -> Page:
    typed = {"happened": happened, "named": named, "country": "CN", "contact": contact or a_phone()}
    return visitor.send("portal:appeal", **typed)


def appeal(visitor: Customer, named: str, *, contact: str = "") -> str:
    """From the form to the open appeal; its reference."""
    assert begin(visitor, named, contact=contact).path == reverse("portal:appeal_code")
    assert visitor.send("portal:appeal_code", code=newest_code()).path == reverse("portal:appeal_statement")
    page = visitor.send("portal:appeal_statement", key=key(), text="Stolen in Chengdu; registered in 2024.")
    assert page.path == reverse("portal:appeal_progress"), page.text
    found = re.search(r"TK[A-Z0-9]{8}", page.text)
    assert found
    return found[0]


@pytest.mark.clause("1.18")
def test_a_stranger_appeals_adds_proof_and_reads_the_answer_without_signing_in() -> None:
    visitor, phone = Customer(), a_phone()
    reference = appeal(visitor, an_account(phone=a_phone()).name, contact=phone)
    typed = {"key": key(), "shows": "holding_id", "picture": SimpleUploadedFile("me.jpg", photo("olive"))}
    assert "Person holding the document" in visitor.send("portal:appeal_picture", **typed).text
    assert StoredImage.objects.filter(owner=f"support.ticket:{reference}").count() == 1
    answer(actor=a_colleague(), reference=reference, key=uuid4(), text="The back is missing.", asks=True, now=NOW)
    assert reference in told(phone)[0]
    other = Customer()  # another browser, days later
    waiting = other.send("portal:appeal_find", reference=reference.lower(), contact=phone)
    assert waiting.path == reverse("portal:appeal_find_code")
    assert "The back is missing." not in waiting.text
    page = other.send("portal:appeal_find_code", code=newest_code())
    assert "The back is missing." in page.text
    assert "Here it is." in other.send("portal:appeal_write", key=key(), text="Here it is.").text


@pytest.mark.clause("1.18")
def test_whoever_writes_to_an_appeal_that_is_closed_for_good_is_led_to_a_new_one_and_not_to_a_sign_in() -> None:
    visitor = Customer()
    appeal(visitor, an_account(phone=a_phone()).name, contact=a_phone())
    Ticket.objects.update(state="closed", closed_at=NOW - timedelta(days=300), closed_because="quiet")
    late = visitor.send("portal:appeal_write", key=key(), text="Are you still there?")
    assert "This appeal is closed." in late.text
    assert "Are you still there?" in late.text
    assert reverse("portal:appeal") in late.links
    assert reverse("portal:ticket_new") not in late.links


@pytest.mark.clause("1.18")
def test_the_pages_say_the_same_of_a_known_and_an_unknown_account() -> None:
    pages = []
    for named in (an_account(phone=a_phone()).name, "nobody.of.that.name"):
        visitor = Customer()
        reference = appeal(visitor, named)
        row = Ticket.objects.get(reference=reference)
        match_appeal(ticket_id=row.pk)
        page = visitor.get("portal:appeal_progress").text
        pages.append(page.replace(reference, "").replace(row.contact_masked, "").replace(named, ""))
    assert pages[0] == pages[1]


@pytest.mark.clause("1.18")
def test_a_stranger_is_told_which_proof_may_be_asked_for_and_when() -> None:
    page = Customer().get("portal:appeal").text
    assert "If it is verified" in page
    assert "registered outside China" in page
    for words in ("legal representative", "front of the bound credit card", "partner's written consent"):
        assert words in page


@pytest.mark.clause("1.31")
def test_an_account_on_my_phone_that_is_not_mine_needs_the_phone_itself() -> None:
    page = begin(Customer(), "somebody.else", contact="me@example.com", happened="not_registered")
    assert page.status == 422
    assert "Here only a mobile phone number helps." in page.text
    assert "somebody.else" in page.html, "nothing typed is lost"
    assert begin(Customer(), "somebody.else", happened="not_registered").path == reverse("portal:appeal_code")


def test_no_step_can_be_left_out() -> None:
    visitor = Customer()
    assert visitor.get("portal:appeal_statement").path == reverse("portal:appeal")
    for name in ("appeal_progress",):
        assert visitor.get(f"portal:{name}").status == 409
    for name in ("appeal_write", "appeal_picture", "appeal_close"):
        assert visitor.send(f"portal:{name}", key=key(), text="x", shows="other").status == 409
    begin(visitor, "somebody")
    refused = visitor.send("portal:appeal_statement", key=key(), text="Without a code")
    assert refused.status == 422
    assert not Ticket.objects.exists()


def test_an_appeal_closes_itself_to_a_browser_after_a_while() -> None:
    visitor = Customer()
    appeal(visitor, "somebody")
    later = NOW + timedelta(seconds=settings.LIMITS.appeal_page_seconds + 1)
    with time_machine.travel(later):
        assert visitor.get("portal:appeal_progress").status == 409


def test_looking_up_with_the_wrong_contact_sends_nothing_and_looks_the_same() -> None:
    visitor, phone = Customer(), a_phone()
    reference = appeal(visitor, "somebody", contact=phone)
    right = Customer().send("portal:appeal_find", reference=reference, contact=phone)
    sent = Message.objects.filter(decoy=False).count()
    wrong = Customer().send("portal:appeal_find", reference=reference, contact=a_phone())
    assert (right.status, right.path) == (wrong.status, wrong.path)
    assert Message.objects.filter(decoy=False).count() == sent


@pytest.mark.clause("1.18")
def test_the_owner_stops_an_appeal_with_the_link_and_only_with_the_button() -> None:
    owner = an_account(phone=a_phone())
    reference = appeal(Customer(), owner.name)
    match_appeal(ticket_id=Ticket.objects.get(reference=reference).pk)
    found = re.search(rf"/support/objection/{reference}/[\w-]+/", told(owner.phone)[0])
    assert found
    page = Customer().at(found[0])
    assert "Was it you?" in page.text
    assert Ticket.objects.get(reference=reference).closed_because == ""
    assert Customer().at(found[0][:-3] + "AA/").status == 404
    Customer().client.post(found[0])
    assert Ticket.objects.get(reference=reference).closed_because == ClosedBecause.OBJECTED


@pytest.mark.clause("1.18")
def test_the_signed_in_owner_sees_the_appeal_and_stops_it() -> None:
    owner = an_account(phone=a_phone())
    reference = appeal(Customer(), owner.name)
    match_appeal(ticket_id=Ticket.objects.get(reference=reference).pk)
    customer = Customer(owner)
    assert "Somebody wants to change how your account is reached" in customer.get("portal:support").text
    customer.send("portal:objection_own", reference)
    assert Ticket.objects.get(reference=reference).closed_because == ClosedBecause.OBJECTED
    assert customer.get("portal:ticket", reference).status == 404, "the appellant's words are not the owner's"


def test_the_pages_speak_chinese() -> None:
    visitor = Customer(language="zh-hans")
    for page in (visitor.get("portal:appeal"), visitor.get("portal:appeal_find"), visitor.get("portal:support")):
        assert "申诉" in page.text
        assert "ppeal" not in page.text
