"""Customer, staff and account change at one moment: a ticket is one of them before and the other after."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from account_center.accounts.queries import account
from account_center.accounts.services import set_phone
from account_center.accounts.types import AccountFacts
from account_center.support.queries import ticket_of
from account_center.support.services.desk import close_ticket
from account_center.support.services.remedies import approve_remedy, carry_out, propose_remedy
from account_center.support.types import ClosedBecause, Happened, RemedyKind, TicketState, TicketView
from tests.between_each import after_each
from tests.signin.making import NOW, a_phone, owner_of
from tests.support.making import a_colleague, a_customer, a_ticket, an_appeal

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = NOW + timedelta(seconds=settings.LIMITS.remedy_wait_seconds)
LAST_WORD = "It works again."


def test_a_ticket_is_closed_with_its_last_word_or_neither() -> None:
    def opened() -> tuple[AccountFacts, str]:
        owner = a_customer()
        return owner, a_ticket(owner)

    def read(case: tuple[AccountFacts, str]) -> TicketView | None:
        return ticket_of(account_id=case[0].id, reference=case[1], now=NOW)

    def closed(case: tuple[AccountFacts, str]) -> None:
        because = ClosedBecause.SOLVED
        staff = a_colleague()
        close_ticket(actor=staff, reference=case[1], key=uuid4(), text=LAST_WORD, because=because, now=NOW)

    for _, seen in after_each(opened, read, closed):
        assert seen
        is_closed = seen.line.state is TicketState.CLOSED
        assert is_closed == any(entry.text == LAST_WORD for entry in seen.entries)


def to_be_unbound() -> tuple[AccountFacts, UUID]:
    """Somebody else registered with the appellant's phone; two members of staff agreed to take it off."""
    stranger, remedy = a_customer(), uuid4()
    reference = an_appeal(stranger.name, contact=stranger.phone, happened=Happened.NOT_REGISTERED)
    kind = RemedyKind.UNBIND_PHONE
    propose_remedy(
        actor=a_colleague(), reference=reference, kind=kind, evidence="Both sides agree.", key=remedy, now=NOW
    )
    approve_remedy(actor=a_colleague(), remedy_id=remedy, now=NOW)
    return stranger, remedy


@pytest.mark.clause("1.31")
def test_another_phone_bound_at_that_moment_is_not_taken_off() -> None:
    new = a_phone()

    def changed(case: tuple[AccountFacts, UUID]) -> None:
        set_phone(actor=owner_of(case[0]), account_id=case[0].id, phone=new, masked="masked", now=AFTER)

    for (stranger, _), _done in after_each(
        to_be_unbound,
        lambda case: carry_out(remedy_id=case[1], now=AFTER),
        changed,
        about="support_remedy|accounts_account",
    ):
        found = account(stranger.id)
        assert found
        assert found.phone == new
        set_phone(actor=owner_of(stranger), account_id=stranger.id, phone=a_phone(), masked="masked", now=AFTER)
