"""Tickets at the desk: the queue, the looks that are recorded, four eyes."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from account_center.accounts.queries import account as account_now
from account_center.audit.models import Event
from account_center.documents.types import DocumentKind
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.support.models import Entry, Remedy, Ticket
from account_center.support.queries import ticket_of
from account_center.support.services import add_picture
from account_center.support.services.remedies import carry_out_due
from account_center.support.types import Happened, RemedyState, TicketState
from tests.console.making import Clock, Desk, a_customer, events
from tests.realname.making import photo
from tests.signin.making import a_phone, owner_of
from tests.support.making import a_phone_ticket, a_ticket, an_appeal


def page_of(browser: Client, reference: str) -> str:
    return browser.get(reverse("console:ticket", args=[reference])).content.decode()


def act(browser: Client, name: str, reference: str, *more: object, **typed: object) -> int:
    address = reverse(f"console:{name}", args=[reference, *more])
    return browser.post(address, {"key": str(uuid4()), **typed}).status_code


def row(reference: str) -> Ticket:
    return Ticket.objects.get(reference=reference)


@pytest.fixture
def colleague(clock: Clock, db: None) -> Client:
    return Desk(clock, StaffRole.REVIEWER, address="198.51.100.8").enter()


def test_the_queue_shows_what_waits_and_who_has_it(support: Client, desk: Desk) -> None:
    customer, _ = a_customer()
    first = a_ticket(customer, subject="The first one", now=now() - timedelta(hours=3))
    second = a_ticket(customer, subject="The second one", now=now() - timedelta(hours=1))
    page = support.get(reverse("console:tickets")).content.decode()
    assert page.index("The first one") < page.index("The second one")
    assert "3\xa0hours" in page
    assert act(support, "ticket_claim", first) == 302
    mine = support.get(reverse("console:tickets"), {"whose": "me"}).content.decode()
    assert first in mine
    assert second not in mine
    assert desk.staff.name in mine
    left = support.get(reverse("console:tickets"), {"whose": "nobody", "category": "account"}).content.decode()
    assert (second in left, first in left) == (True, False)


def test_a_number_told_on_the_phone_leads_to_its_ticket(support: Client) -> None:
    reference = a_ticket(a_customer()[0], now=now())
    answer = support.get(reverse("console:tickets"), {"number": f" {reference.lower()} "})
    assert answer["Location"] == reverse("console:ticket", args=[reference])
    assert support.get(reverse("console:tickets"), {"number": "<b>12"}).status_code == 200


@pytest.mark.parametrize("after", ["x", "1_x", "nan_1", "1e400_1", "-1_1", "1_99999999999999999999999", "_"])
def test_an_address_that_was_tampered_with_shows_the_queue_from_its_beginning(support: Client, after: str) -> None:
    a_ticket(a_customer()[0], now=now())
    assert support.get(reverse("console:tickets"), {"after": after, "state": "<b>"}).status_code == 200


def test_the_queue_costs_the_same_with_many_tickets(support: Client) -> None:
    customer, _ = a_customer()
    costs = []
    for _ in range(2):
        for _ in range(4):
            a_ticket(customer, now=now())
        with CaptureQueriesContext(connection) as counted:
            support.get(reverse("console:tickets"))
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_opening_a_ticket_is_recorded_and_shows_words_as_they_are(support: Client, desk: Desk) -> None:
    customer, _ = a_customer()
    reference = a_ticket(customer, subject="<script>alert(1)</script>", text="<b>javascript:alert(2)</b>", now=now())
    page = page_of(support, reference)
    assert "<script>alert" not in page
    assert "<b>javascript" not in page
    event = Event.objects.filter(name="support:ticket:looked_at").latest("pk")
    assert (event.account_id, event.actor_name) == (customer.id, desk.staff.name)


def test_staff_answer_ask_note_and_close(support: Client) -> None:
    customer, _ = a_customer()
    reference = a_ticket(customer, now=now())
    assert act(support, "ticket_answer", reference, text="Send the back, please.", asks="on") == 302
    assert row(reference).state == TicketState.WAITING
    assert act(support, "ticket_note", reference, text="Looks fine to me.") == 302
    assert "Looks fine to me." in page_of(support, reference)
    assert act(support, "ticket_close", reference, text="All done.", because="quiet") == 422, "not for staff to choose"
    assert act(support, "ticket_close", reference, text="All done.", because="solved") == 302
    view = ticket_of(account_id=customer.id, reference=reference, now=now())
    assert view
    assert [entry.text for entry in view.entries][1:] == ["Send the back, please.", "All done."]


def test_what_was_typed_stays_when_a_colleague_has_the_ticket(support: Client, colleague: Client) -> None:
    reference = a_ticket(a_customer()[0], now=now())
    act(support, "ticket_claim", reference)
    answer = colleague.post(
        reverse("console:ticket_answer", args=[reference]), {"key": str(uuid4()), "text": "My long answer"}
    )
    assert answer.status_code == 422
    assert "My long answer" in answer.content.decode()
    assert "works on this ticket" in answer.content.decode()
    assert Entry.objects.filter(ticket__reference=reference).count() == 1


def test_a_picture_is_opened_one_by_one_and_each_look_recorded(support: Client) -> None:
    customer, _ = a_customer()
    reference = a_ticket(customer, now=now())
    add_picture(
        actor=owner_of(customer),
        account_id=customer.id,
        reference=reference,
        key=uuid4(),
        data=photo("maroon"),
        shows=DocumentKind.ID_BACK,
        now=now(),
    )
    page = page_of(support, reference)
    assert "<img" not in page[page.index("thread") :]
    assert events("support:picture:looked_at") == 0
    found = re.search(rf"/console/tickets/{reference}/pictures/[0-9a-f-]+", page)
    assert found
    shown = support.get(found[0])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in shown["Cache-Control"]
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert events("support:picture:looked_at") == 1


@pytest.mark.clause("1.18")
def test_two_people_replace_a_lost_phone(support: Client, colleague: Client) -> None:
    customer, _ = a_customer()
    phone = a_phone()
    reference = an_appeal(customer.name, contact=phone, now=now())
    page = page_of(support, reference)
    assert "The phone is lost" in page
    assert "a photo of you holding the document" in page
    assert phone not in page
    assert act(support, "ticket_propose", reference, kind="new_phone", evidence="Both sides and photo agree.") == 302
    remedy = Remedy.objects.get()
    assert act(support, "remedy_approve", reference, remedy.public_id) == 403
    assert "approve</button>" not in page_of(support, reference)
    assert "approve</button>" in page_of(colleague, reference)
    assert act(colleague, "remedy_approve", reference, remedy.public_id) == 302
    assert "waiting time runs" in page_of(support, reference)
    carry_out_due(now=now() + timedelta(seconds=settings.LIMITS.remedy_wait_seconds))
    changed = account_now(customer.id)
    assert changed
    assert changed.phone == phone
    assert act(colleague, "remedy_approve", reference, remedy.public_id) == 409


@pytest.mark.clause("3.1.9", "3.1.14")
def test_a_second_person_refuses_another_phone_with_a_reason(support: Client, colleague: Client) -> None:
    reference = a_phone_ticket(a_customer()[0], now=now())
    assert "Both sides" not in page_of(support, reference)
    assert act(support, "ticket_propose", reference, kind="new_phone", evidence="The photo agrees.") == 302
    remedy = Remedy.objects.get()
    assert act(colleague, "remedy_refuse", reference, remedy.public_id) == 422
    assert act(colleague, "remedy_refuse", reference, remedy.public_id, text="Another face.") == 302
    remedy.refresh_from_db()
    assert remedy.state == RemedyState.REFUSED
    assert "Another face." in page_of(support, reference)


def test_only_what_fits_the_appeal_can_be_proposed(support: Client) -> None:
    customer, _ = a_customer()
    reference = an_appeal(customer.name, happened=Happened.FACTOR_LOST, now=now())
    for kind in ("new_phone", "unbind_phone", "anything"):
        assert act(support, "ticket_propose", reference, kind=kind, evidence="Seen.") == 422
    assert not Remedy.objects.exists()


@pytest.mark.clause("1.18")
def test_staff_say_which_account_an_appeal_is_about(support: Client) -> None:
    customer, _ = a_customer()
    reference = an_appeal("mistyped.name", now=now())
    assert "mistyped.name" in page_of(support, reference)
    assert act(support, "ticket_account", reference, account=10**9) == 422
    assert act(support, "ticket_account", reference, account=customer.id) == 302
    assert customer.name in page_of(support, reference)
    assert "Tickets" in support.get(reverse("console:customer", args=[customer.id])).content.decode()


@pytest.mark.parametrize(
    "name", ["ticket_claim", "ticket_release", "ticket_answer", "ticket_note", "ticket_close", "ticket_propose"]
)
def test_what_does_not_exist_is_not_there(support: Client, name: str) -> None:
    typed = {"text": "x", "because": "solved", "kind": "new_phone", "evidence": "x"}
    assert act(support, name, "TK22222222", **typed) == 404
    assert support.get(reverse("console:ticket", args=["TK22222222"])).status_code == 404
