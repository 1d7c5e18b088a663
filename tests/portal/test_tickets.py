"""The customer's pages of tickets: opened from a refusal, written on, answered, closed."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from account_center.documents.models import StoredImage
from account_center.messaging.models import Message
from account_center.plumbing.wording import explain
from account_center.support.models import Entry, Ticket
from account_center.support.services.desk import add_note, answer
from account_center.support.types import TicketState
from tests.portal.visiting import Customer, Page, newest_code
from tests.realname.making import CARDS, a_claim, a_tenant, begin, confirm, photo, submit
from tests.signin.making import NOW, a_phone, an_account, another_code
from tests.support.making import a_colleague, a_ticket

pytestmark = pytest.mark.django_db
TYPED = {"category": "account", "subject": "Where is it?", "text": "I cannot find the button."}


@pytest.fixture
def customer() -> Customer:
    return Customer(an_account(phone=a_phone()))


def key() -> str:
    return str(uuid4())


def open_one(customer: Customer, **changed: object) -> Page:
    return customer.send("portal:ticket_new", **({"key": key()} | TYPED | changed))


def reference_in(page: Page) -> str:
    found = re.search(r"TK[A-Z0-9]{8}", page.path)
    assert found, page.text
    return found[0]


@pytest.mark.clause("2.1.9", "2.1.11", "2.1.12")
def test_a_refused_verification_leads_to_a_ticket_that_knows_category_and_reference() -> None:
    tenant = a_tenant(owner := an_account(phone=a_phone()))
    draft = begin(tenant, a_claim(card=CARDS["wrong_name"]))
    refused = confirm(tenant, draft)
    customer = Customer(owner)
    page = customer.get("portal:verification_application", refused.reference)
    assert explain(refused.refusal).what in page.text
    assert refused.reference in page.text
    assert reverse("portal:send_again", args=[refused.reference]) in page.links, "submitting again is offered too"
    way = next(link for link in page.links if link.startswith(reverse("portal:support") + "?"))
    support = customer.at(way)
    onward = next(link for link in support.links if link.startswith(reverse("portal:ticket_new") + "?"))
    form = customer.client.get(onward).content.decode()
    assert refused.reference in form
    assert re.search(r'<option value="realname.individual_failed" selected', form)
    answer = customer.client.post(
        onward, {"key": key(), **TYPED, "category": "realname.individual_failed"}, follow=True
    )
    row = Ticket.objects.get()
    assert (row.category, row.about) == ("realname.individual_failed", refused.reference)
    assert (row.account_id, row.tenant_id) == (owner.id, tenant.id)
    assert refused.reference in answer.content.decode()


@pytest.mark.clause("2.1.10")
def test_past_the_promised_time_a_progress_ticket_is_offered_with_its_reference() -> None:
    tenant = a_tenant(owner := an_account(phone=a_phone()))
    submitted = submit(tenant)
    customer = Customer(owner)
    on_time = customer.get("portal:verification_application", submitted.reference)
    assert "Ask in a ticket how it stands" not in on_time.text
    assert submitted.promised_by
    with time_machine.travel(submitted.promised_by + timedelta(hours=1)):
        visitor = Customer(owner)
        late = visitor.get("portal:verification_application", submitted.reference)
        way = next(link for link in late.links if "realname.individual_progress" in link)
        form = visitor.client.get(way).content.decode()
    assert submitted.reference in form
    assert re.search(r'<option value="realname.individual_progress" selected', form)


def test_a_stranger_is_led_to_sign_in_and_then_to_the_same_ticket() -> None:
    page = Customer().get("portal:support", about="account.code")
    assert reverse("portal:appeal") in page.links
    link = next(link for link in page.links if link.startswith(reverse("portal:sign_in") + "?next="))
    assert "about%3Daccount.code" in link or "about%253Daccount.code" in link
    assert Client().get(reverse("portal:tickets")).status_code == 302


def test_nothing_typed_is_lost_when_something_is_wrong(customer: Customer) -> None:
    page = open_one(customer, subject="  ", text="A long story about the button.")
    assert page.status == 422
    assert "A long story about the button." in page.text
    assert not Ticket.objects.exists()


def test_a_ticket_is_opened_written_on_answered_and_closed(customer: Customer) -> None:
    reference = reference_in(open_one(customer))
    assert reference in customer.get("portal:support").text
    assert "waits for support" in customer.get("portal:tickets").text
    colleague = a_colleague()
    answer(actor=colleague, reference=reference, key=uuid4(), text="At the bottom.", asks=True, now=NOW)
    page = customer.get("portal:ticket", reference)
    assert "At the bottom." in page.text
    assert "needs something from you" in page.text
    assert colleague.name not in page.text
    written = customer.send("portal:ticket_write", reference, key=key(), text="Found it, thank you.")
    assert "Found it, thank you." in written.text
    closed = customer.send("portal:ticket_close", reference)
    assert "closed by the customer" in closed.text
    again = customer.send("portal:ticket_write", reference, key=key(), text="No, it is gone again.")
    assert "waits for support" in again.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("This ticket is closed.", "What you wrote was not sent")),
        ("zh-hans", ("此工单已关闭。", "您填写的内容未提交")),
    ],
)
def test_words_that_come_after_a_ticket_is_closed_for_good_are_kept_and_nothing_is_offered_that_would_fail(
    language: str, words: tuple[str, ...]
) -> None:
    visitor = Customer(an_account(phone=a_phone()), language=language)
    reference = reference_in(open_one(visitor))
    long_ago = NOW - timedelta(days=300)
    Ticket.objects.update(state="closed", closed_at=long_ago, closed_because="quiet")
    late = visitor.send("portal:ticket_write", reference, key=key(), text="One more thing: October.")
    assert late.status == 422
    for said in (*words, "One more thing: October."):
        assert said in late.text
    assert reverse("portal:ticket_new") in late.links
    for name in ("ticket_write", "ticket_picture", "ticket_close"):
        assert f'action="{reverse(f"portal:{name}", args=[reference])}"' not in late.html
    picture = {"key": key(), "shows": "other", "picture": SimpleUploadedFile("me.jpg", photo("olive"))}
    assert words[0] in visitor.send("portal:ticket_picture", reference, **picture).text
    assert words[1] not in visitor.get("portal:ticket", reference).text


def test_the_second_of_two_clicks_changes_nothing(customer: Customer) -> None:
    once = key()
    first, second = open_one(customer, key=once), open_one(customer, key=once)
    assert first.path == second.path
    assert Ticket.objects.count() == Entry.objects.count() == 1


def test_a_screenshot_goes_with_the_ticket_and_more_pictures_follow(customer: Customer) -> None:
    page = open_one(customer, picture=SimpleUploadedFile("a.jpg", photo("gold")))
    reference = reference_in(page)
    assert "Screenshot" in page.text
    more = {"key": key(), "shows": "id_front", "picture": SimpleUploadedFile("../../etc/x.svg", photo("pink"))}
    assert "Identity document, front" in customer.send("portal:ticket_picture", reference, **more).text
    assert StoredImage.objects.filter(owner=f"support.ticket:{reference}").count() == 2


def test_what_is_no_picture_is_refused_and_the_ticket_is_there_all_the_same(customer: Customer) -> None:
    page = open_one(customer, picture=SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>"))
    assert "Your ticket is open, but without the picture." in page.text
    reference = reference_in(page)
    refused = customer.send("portal:ticket_picture", reference, key=key(), shows="other")
    assert refused.status == 422
    assert "The file is empty." in refused.text


def test_what_was_written_is_shown_as_it_was_written_and_does_nothing(customer: Customer) -> None:
    evil = '<script>alert(1)</script> <img src=x onerror=alert(2)> javascript:alert(3) {{ 7|add:7 }} {% now "Y" %}'
    page = open_one(customer, subject=evil[:100], text=evil)
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert "&lt;script&gt;alert(1)" in page.html
    assert 'href="javascript' not in page.html
    listed = customer.get("portal:tickets")
    assert "<script>alert" not in listed.html


@pytest.mark.parametrize("name", ["ticket", "ticket_write", "ticket_picture", "ticket_close", "objection_own"])
def test_a_ticket_of_another_customer_is_not_there(name: str, customer: Customer) -> None:
    reference = a_ticket(an_account(phone=a_phone()))
    address = reverse(f"portal:{name}", args=[reference])
    typed = {"key": key(), "text": "Hello", "shows": "other"}
    answer = customer.client.get(address) if name == "ticket" else customer.client.post(address, typed)
    assert answer.status_code == 404
    assert Entry.objects.filter(ticket__reference=reference).count() == 1


def test_an_unknown_category_in_the_address_becomes_the_general_one(customer: Customer) -> None:
    for about in ("<b>", "appeal", "account.stranger", "nothing.like.that"):
        page = customer.get("portal:ticket_new", about=about)
        assert re.search(r'<option value="account" selected', page.html)
    refused = open_one(customer, category="appeal")
    assert refused.status == 422


def test_internal_notes_never_reach_the_customers_page(customer: Customer) -> None:
    reference = reference_in(open_one(customer))
    add_note(actor=a_colleague(), reference=reference, key=uuid4(), text="Probably a robot.", now=NOW)
    assert "robot" not in customer.get("portal:ticket", reference).text


@pytest.mark.clause("3.1.9", "3.1.14")
def test_another_phone_is_asked_for_by_ticket_with_the_materials_of_this_very_customer() -> None:
    tenant = a_tenant(owner := an_account(phone=a_phone()))
    confirm(tenant, begin(tenant))
    customer, phone = Customer(owner), a_phone()
    page = customer.get("portal:ticket_phone")
    assert "a photo of you holding the document" in page.text
    assert "seal of the enterprise" not in page.text
    waiting = customer.send("portal:ticket_phone", phone=phone)
    assert waiting.path == reverse("portal:ticket_phone_code")
    wrong = customer.send("portal:ticket_phone_code", code=another_code(newest_code()))
    assert wrong.status == 422
    asked = customer.send("portal:ticket_phone_code", code=newest_code())
    assert asked.path == reverse("portal:ticket_phone_text")
    opened = customer.send("portal:ticket_phone_text", key=key(), text="It was stolen in Chengdu.")
    row = Ticket.objects.get()
    assert (row.category, row.state) == ("account.change_phone", TicketState.OPEN)
    assert row.contact_masked in opened.text
    assert phone not in opened.text
    assert "a photo of you holding the document" in opened.text


@pytest.mark.clause("3.1.14")
def test_no_step_of_another_phone_can_be_left_out(customer: Customer) -> None:
    assert customer.send("portal:ticket_phone_text", key=key(), text="Now").path == reverse("portal:ticket_phone")
    customer.send("portal:ticket_phone", phone=a_phone())
    refused = customer.send("portal:ticket_phone_text", key=key(), text="Without a code")
    assert refused.status == 422
    assert not Ticket.objects.exists()


def test_the_pages_speak_chinese(customer: Customer) -> None:
    reference = reference_in(open_one(customer))
    chinese = Customer(language="zh-hans")
    chinese.client.cookies = customer.client.cookies
    for page in (
        chinese.get("portal:support"),
        chinese.get("portal:tickets"),
        chinese.get("portal:ticket", reference),
        chinese.get("portal:ticket_new"),
        chinese.get("portal:ticket_phone"),
    ):
        assert "工单" in page.text
        assert "Ticket" not in page.text.replace(reference, "")


def test_the_message_that_announces_an_answer_has_no_content(customer: Customer) -> None:
    reference = reference_in(open_one(customer))
    before = Message.objects.count()
    answer(actor=a_colleague(), reference=reference, key=uuid4(), text="Secret of the button", asks=False, now=NOW)
    assert Message.objects.count() == before + 1
