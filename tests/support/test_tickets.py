"""Tickets between a customer and the staff."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from account_center.accounts.types import AccountFacts
from account_center.audit.models import Event
from account_center.documents.models import StoredImage
from account_center.documents.types import DocumentKind
from account_center.messaging.models import Message
from account_center.support.errors import (
    ClaimedByAnother,
    NoSuchTicket,
    NothingWritten,
    OwnCase,
    TextTooLong,
    TicketClosed,
    TicketErased,
    TooManyEntries,
    TooManyPictures,
    TooManyTickets,
)
from account_center.support.models import Entry, Ticket
from account_center.support.queries import queue, ticket_of, tickets_of
from account_center.support.retention import erase_due
from account_center.support.services import add_message, add_picture, close_own, close_quiet
from account_center.support.services.desk import (
    add_note,
    answer,
    claim_ticket,
    close_ticket,
    look_at_picture,
    look_at_ticket,
    release_ticket,
)
from account_center.support.types import Category, ClosedBecause, QueueFilter, TicketState, Voice
from tests.racing import kinds, race
from tests.realname.making import photo
from tests.signin.making import NOW, owner_of
from tests.support.making import a_colleague, a_customer, a_ticket, told

DAY = timedelta(days=1)


@pytest.mark.clause("2.1.9", "2.1.12")
def test_a_ticket_carries_category_and_reference_of_what_it_is_about(db: None) -> None:
    account = a_customer()
    reference = a_ticket(account, category=Category.INDIVIDUAL_FAILED, about="RN23456789AB")
    view = ticket_of(account_id=account.id, reference=reference, now=NOW)
    assert view is not None
    assert (view.line.category, view.line.about) == (Category.INDIVIDUAL_FAILED, "RN23456789AB")
    assert (view.line.state, view.line.subject) == (TicketState.OPEN, "It does not work")
    assert [entry.text for entry in view.entries] == ["I pressed the button and nothing happened."]


def test_what_was_written_lies_sealed_in_the_database(db: None) -> None:
    a_ticket(a_customer(), subject="Zebra Quartz", text="Walnut Cobalt")
    with connection.cursor() as cursor:
        for table in ("support_ticket", "support_entry"):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored = repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor])
            assert "Zebra" not in stored
            assert "Walnut" not in stored


def test_a_form_sent_twice_opens_one_ticket_and_writes_one_message(db: None) -> None:
    account, key, again = a_customer(), uuid4(), uuid4()
    first, second = a_ticket(account, key=key), a_ticket(account, key=key)
    assert first == second
    for _ in range(2):
        add_message(actor=owner_of(account), account_id=account.id, reference=first, key=again, text="More", now=NOW)
    assert Entry.objects.filter(ticket__reference=first).count() == 2


def test_a_key_taken_from_another_customers_form_opens_nothing(db: None) -> None:
    key = uuid4()
    a_ticket(a_customer(), key=key)
    with pytest.raises(NoSuchTicket):
        a_ticket(a_customer(), key=key)


def test_a_ticket_of_another_customer_is_not_there(db: None) -> None:
    reference, stranger = a_ticket(a_customer()), a_customer()
    assert ticket_of(account_id=stranger.id, reference=reference, now=NOW) is None
    with pytest.raises(NoSuchTicket):
        add_message(
            actor=owner_of(stranger), account_id=stranger.id, reference=reference, key=uuid4(), text="Hm", now=NOW
        )
    with pytest.raises(NoSuchTicket):
        close_own(actor=owner_of(stranger), account_id=stranger.id, reference=reference, now=NOW)
    with pytest.raises(NoSuchTicket):  # nor by the appellant's way in
        close_own(actor=owner_of(stranger), account_id=None, reference=reference, now=NOW)


def test_a_stranger_uses_up_nothing_of_what_the_owner_may_send_in_a_day(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = replace(settings.LIMITS, ticket_entries_per_day=1, ticket_pictures_per_day=1)
    monkeypatch.setattr(settings, "LIMITS", limits)
    owner, stranger = a_customer(), a_customer()
    reference = a_ticket(owner)

    def write(account: AccountFacts) -> None:
        who = owner_of(account)
        add_message(actor=who, account_id=account.id, reference=reference, key=uuid4(), text="Hm", now=NOW)

    def show(account: AccountFacts) -> None:
        who, shows, data = owner_of(account), DocumentKind.OTHER, photo("navy")
        add_picture(actor=who, account_id=account.id, reference=reference, key=uuid4(), data=data, shows=shows, now=NOW)

    for act, refusal in ((write, TooManyEntries), (show, TooManyPictures)):
        for _ in range(3):
            with pytest.raises(NoSuchTicket):
                act(stranger)
        act(owner)
        with pytest.raises(refusal):
            act(owner)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07"])
def test_an_empty_message_is_no_message(db: None, text: str) -> None:
    with pytest.raises(NothingWritten):
        a_ticket(a_customer(), text=text)


def test_a_text_may_have_its_limit_and_not_one_sign_more(db: None) -> None:
    account, most = a_customer(), settings.LIMITS.ticket_text_length
    a_ticket(account, text="字" * most)
    with pytest.raises(TextTooLong) as refused:
        a_ticket(account, text="字" * (most + 1))
    assert refused.value.facts["length"] == most + 1


def test_the_days_tickets_of_an_account_are_limited(db: None) -> None:
    account = a_customer()
    for _ in range(settings.LIMITS.tickets_per_account_day):
        a_ticket(account)
    with pytest.raises(TooManyTickets):
        a_ticket(account)
    a_ticket(account, now=NOW + DAY)


def test_staff_answer_and_the_customer_is_told_without_what_was_said(db: None) -> None:
    account, colleague = a_customer(email="someone@example.com"), a_colleague()
    reference = a_ticket(account)
    answer(actor=colleague, reference=reference, key=uuid4(), text="Please press harder.", asks=False, now=NOW)
    view = ticket_of(account_id=account.id, reference=reference, now=NOW)
    assert view is not None
    assert (view.line.state, view.entries[-1].text) == (TicketState.ANSWERED, "Please press harder.")
    message = told("someone@example.com")[0]
    assert reference in message
    assert "press harder" not in message
    assert view.entries[-1].by == "", "the customer does not read who it was"


def test_a_note_of_staff_is_never_shown_to_the_customer(db: None) -> None:
    account, colleague = a_customer(), a_colleague()
    reference = a_ticket(account)
    add_note(actor=colleague, reference=reference, key=uuid4(), text="Looks like a bot.", now=NOW)
    view = ticket_of(account_id=account.id, reference=reference, now=NOW)
    assert view is not None
    assert [entry.voice for entry in view.entries] == [Voice.CUSTOMER]
    seen = look_at_ticket(actor=colleague, reference=reference, now=NOW)
    assert [entry.text for entry in seen.entries][-1] == "Looks like a bot."
    assert Message.objects.count() == 0


def test_one_claims_and_the_other_is_told_who(db: None) -> None:
    reference, first, second = a_ticket(a_customer()), a_colleague(), a_colleague()
    claim_ticket(actor=first, reference=reference, now=NOW)
    with pytest.raises(ClaimedByAnother) as refused:
        answer(actor=second, reference=reference, key=uuid4(), text="Me too", asks=False, now=NOW)
    assert refused.value.facts["name"] == first.name
    release_ticket(actor=second, reference=reference)  # lets nothing of another's go
    with pytest.raises(ClaimedByAnother):
        claim_ticket(actor=second, reference=reference, now=NOW)
    release_ticket(actor=first, reference=reference)
    claim_ticket(actor=second, reference=reference, now=NOW)


def test_a_forgotten_claim_keeps_nobody_away_for_ever(db: None) -> None:
    reference, first, second = a_ticket(a_customer()), a_colleague(), a_colleague()
    claim_ticket(actor=first, reference=reference, now=NOW)
    claim_ticket(actor=second, reference=reference, now=NOW + timedelta(seconds=settings.LIMITS.ticket_claim_seconds))


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_claims() -> None:
    reference = a_ticket(a_customer())
    crew = [a_colleague() for _ in range(8)]
    answers = race(lambda number: claim_ticket(actor=crew[number], reference=reference, now=NOW), len(crew))
    assert kinds(answers) == {"ClaimedByAnother": 7, "NoneType": 1}


def test_nobody_handles_his_own_ticket(db: None) -> None:
    phone = "+8613911112222"
    reference, colleague = a_ticket(a_customer(phone=phone)), a_colleague(phone=phone)
    with pytest.raises(OwnCase):
        look_at_ticket(actor=colleague, reference=reference, now=NOW)
    with pytest.raises(OwnCase):
        answer(actor=colleague, reference=reference, key=uuid4(), text="Granted", asks=False, now=NOW)


def test_each_look_of_staff_stands_in_the_customers_history(db: None) -> None:
    account, colleague = a_customer(), a_colleague()
    reference = a_ticket(account)
    look_at_ticket(actor=colleague, reference=reference, now=NOW)
    event = Event.objects.get(name="support:ticket:looked_at")
    assert (event.account_id, event.actor_name, event.facts["reference"]) == (account.id, colleague.name, reference)


@pytest.mark.clause("3.1.14")
def test_a_picture_is_drawn_anew_sealed_and_every_look_recorded(db: None) -> None:
    account, colleague, data = a_customer(), a_colleague(), photo("navy")
    reference, key = a_ticket(account), uuid4()
    for _ in range(2):
        add_picture(
            actor=owner_of(account),
            account_id=account.id,
            reference=reference,
            key=key,
            data=data,
            shows=DocumentKind.ID_FRONT,
            now=NOW,
        )
    assert StoredImage.objects.filter(owner=f"support.ticket:{reference}").count() == 1
    entry = look_at_ticket(actor=colleague, reference=reference, now=NOW).entries[-1]
    assert entry.image_id
    assert entry.shows is DocumentKind.ID_FRONT
    shown = look_at_picture(actor=colleague, reference=reference, image_id=entry.image_id)
    assert shown.startswith(b"\xff\xd8")
    assert shown != data
    assert Event.objects.filter(name="support:picture:looked_at", account_id=account.id).count() == 1
    other = a_ticket(account)
    with pytest.raises(NoSuchTicket):
        look_at_picture(actor=colleague, reference=other, image_id=entry.image_id)


def test_a_closed_ticket_is_taken_up_again_for_some_days(db: None) -> None:
    account = a_customer()
    reference = a_ticket(account)
    close_own(actor=owner_of(account), account_id=account.id, reference=reference, now=NOW)
    soon, late = NOW + DAY, NOW + timedelta(days=settings.LIMITS.ticket_reopen_days + 2)
    add_message(
        actor=owner_of(account), account_id=account.id, reference=reference, key=uuid4(), text="Again", now=soon
    )
    assert Ticket.objects.get(reference=reference).state == TicketState.OPEN
    close_own(actor=owner_of(account), account_id=account.id, reference=reference, now=soon)
    with pytest.raises(TicketClosed):
        add_message(
            actor=owner_of(account), account_id=account.id, reference=reference, key=uuid4(), text="Again", now=late
        )


def test_an_answered_ticket_in_which_nobody_writes_closes_by_itself(db: None) -> None:
    account, colleague = a_customer(), a_colleague()
    answered, waiting = a_ticket(account), a_ticket(account)
    answer(actor=colleague, reference=answered, key=uuid4(), text="So it is.", asks=False, now=NOW)
    later = NOW + timedelta(days=settings.LIMITS.ticket_quiet_days, seconds=1)
    assert close_quiet(now=later) == 1
    assert Ticket.objects.get(reference=answered).closed_because == ClosedBecause.QUIET
    assert Ticket.objects.get(reference=waiting).state == TicketState.OPEN, "support's silence closes nothing"


def test_after_closing_pictures_go_first_and_then_what_was_written(db: None) -> None:
    account, colleague = a_customer(), a_colleague()
    reference = a_ticket(account)
    add_picture(
        actor=owner_of(account),
        account_id=account.id,
        reference=reference,
        key=uuid4(),
        data=photo("teal"),
        shows=DocumentKind.HOLDING_ID,
        now=NOW,
    )
    close_ticket(actor=colleague, reference=reference, key=uuid4(), text="Done.", because=ClosedBecause.SOLVED, now=NOW)
    image = StoredImage.objects.get(owner=f"support.ticket:{reference}")
    assert image.erase_at == NOW + timedelta(days=settings.LIMITS.material_keep_days)
    end = NOW + timedelta(days=settings.LIMITS.ticket_keep_days)
    assert erase_due(now=end - DAY) == 0
    assert erase_due(now=end) == 1
    view = ticket_of(account_id=account.id, reference=reference, now=end)
    assert view is not None
    assert view.erased
    assert {entry.text for entry in view.entries} == {None}
    assert view.line.subject is None
    with pytest.raises((TicketErased, TicketClosed)):
        add_message(
            actor=owner_of(account), account_id=account.id, reference=reference, key=uuid4(), text="Hm", now=end
        )


def test_the_queue_goes_by_waiting_time_page_by_page(db: None) -> None:
    account, colleague = a_customer(), a_colleague()
    references = [a_ticket(account, now=NOW + timedelta(minutes=number)) for number in range(5)]
    assert [line.reference for line in queue(QueueFilter())] == references
    third = queue(QueueFilter())[2]
    assert [line.reference for line in queue(QueueFilter(after=(third.moved_at, third.id)))] == references[3:]
    claim_ticket(actor=colleague, reference=references[0], now=NOW)
    assert [line.reference for line in queue(QueueFilter(mine=colleague.account_id))] == references[:1]
    assert len(queue(QueueFilter(unclaimed=True))) == 4
    assert queue(QueueFilter(category=Category.QUOTA)) == []


def test_lists_cost_one_query_each_however_many_tickets_there_are(db: None) -> None:
    account = a_customer()
    for _ in range(6):
        a_ticket(account)
    with CaptureQueriesContext(connection) as counted:
        assert len(tickets_of(account.id)) == len(queue(QueueFilter())) == 6
    assert len(counted) == 2
