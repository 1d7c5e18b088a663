"""The staff's side of a ticket: claiming, reading, answering, closing. Every look is an event."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts
from account_center.documents.services import read_image
from account_center.kit.actor import Actor
from account_center.support.errors import ClaimedByAnother, NoSuchTicket, OwnCase
from account_center.support.models import Entry, Ticket
from account_center.support.queries import ticket_for_staff
from account_center.support.rules.states import claim_holds, is_own_case
from account_center.support.services.notices import owner_of, tell_answered
from account_center.support.services.tickets import checked_text, close, lock, move, note, write
from account_center.support.types import ClosedBecause, TicketState, TicketView, Voice


def look_at_ticket(*, actor: Actor, reference: str, now: datetime) -> TicketView:
    """A whole ticket with its internal notes; the history of the account shows who looked. Raises NoSuchTicket, OwnCase."""
    note_look_at_ticket(actor=actor, reference=reference)
    view = ticket_for_staff(reference, now=now)
    if view is None:
        raise NoSuchTicket
    return view


def note_look_at_ticket(*, actor: Actor, reference: str) -> None:
    """Notes the look alone, for whoever then reads more than the ticket at one moment. Raises NoSuchTicket, OwnCase."""
    row = Ticket.objects.filter(reference=reference).first()
    if row is None:
        raise NoSuchTicket
    refuse_own_case(actor, row)
    note(actor, "support:ticket:looked_at", row)


def look_at_picture(*, actor: Actor, reference: str, image_id: UUID) -> bytes:
    """The JPEG, after the look was recorded. Raises NoSuchTicket, OwnCase, and what the store says."""
    entry = Entry.objects.select_related("ticket").filter(ticket__reference=reference, image_id=image_id).first()
    if entry is None:
        raise NoSuchTicket
    refuse_own_case(actor, entry.ticket)
    note(actor, "support:picture:looked_at", entry.ticket, shows=entry.shows)
    return read_image(image_id=image_id)


@transaction.atomic
def claim_ticket(*, actor: Actor, reference: str, now: datetime) -> None:
    """Takes the ticket; of two at once one gets it. Raises ClaimedByAnother, NoSuchTicket, OwnCase."""
    claimed(actor, reference, now=now)


@transaction.atomic
def release_ticket(*, actor: Actor, reference: str) -> None:
    """Lets one's own claim go; whoever has none lets nothing go. Raises NoSuchTicket."""
    row = lock(reference)
    if row.claimed_by_id == actor.account_id:
        row.claimed_by, row.claimed_at = None, None
        row.save(update_fields=["claimed_by", "claimed_at"])
        note(actor, "support:ticket:released", row)


@transaction.atomic
def answer(*, actor: Actor, reference: str, key: UUID, text: str, asks: bool, now: datetime) -> None:
    """Answers; with ``asks`` the customer has to do something. He is told that there is an answer, not what it says.

    Raises NothingWritten, TextTooLong, ClaimedByAnother, TicketClosed, NoSuchTicket, OwnCase.
    """
    said = checked_text(text)
    row = claimed(actor, reference, now=now)
    if not _write_once(row, Voice.STAFF, said, key=key, actor=actor, now=now):
        return
    move(row, TicketState.WAITING if asks else TicketState.ANSWERED, now=now)
    tell_answered(row)
    note(actor, "support:ticket:answered", row)


@transaction.atomic
def add_note(*, actor: Actor, reference: str, key: UUID, text: str, now: datetime) -> None:
    """A note that only staff see. Raises NothingWritten, TextTooLong, NoSuchTicket, OwnCase."""
    said = checked_text(text)
    row = lock(reference)
    refuse_own_case(actor, row)
    if _write_once(row, Voice.NOTE, said, key=key, actor=actor, now=now):
        note(actor, "support:ticket:noted", row)


@transaction.atomic
def close_ticket(*, actor: Actor, reference: str, key: UUID, text: str, because: ClosedBecause, now: datetime) -> None:
    """Closes with a last word to the customer. Raises as ``answer``."""
    said = checked_text(text)
    row = claimed(actor, reference, now=now)
    if not _write_once(row, Voice.STAFF, said, key=key, actor=actor, now=now):
        return
    tell_answered(row)
    close(row, because, now=now)
    note(actor, "support:ticket:closed", row, because=because.value)


def claimed(actor: Actor, reference: str, *, now: datetime) -> Ticket:
    """The ticket, locked and claimed by this member of staff, now if nobody has it. Raises ClaimedByAnother, OwnCase."""
    row = lock(reference)
    refuse_own_case(actor, row)
    if row.claimed_by_id == actor.account_id:
        return row
    if claim_holds(claimed_at=row.claimed_at, now=now, limits=settings.LIMITS):
        holder = account(row.claimed_by_id or 0)
        raise ClaimedByAnother(name=holder.name if holder else "")
    row.claimed_by_id, row.claimed_at = actor.account_id, now
    row.save(update_fields=["claimed_by", "claimed_at"])
    note(actor, "support:ticket:claimed", row)
    return row


def refuse_own_case(actor: Actor, row: Ticket) -> None:
    """Nobody handles his own ticket. Raises OwnCase."""
    staff = account(actor.account_id or 0)
    if staff is None or is_own_case(staff=staff, customer=owner_of(row)):
        raise OwnCase


def refuse_own_account(*, actor: Actor, customer: AccountFacts) -> None:
    """Nobody does anything as staff to an account of his own. Raises OwnCase."""
    staff = account(actor.account_id or 0)
    if staff is None or is_own_case(staff=staff, customer=customer):
        raise OwnCase


def _write_once(row: Ticket, voice: Voice, text: str, *, key: UUID, actor: Actor, now: datetime) -> bool:
    """False for the second of two clicks."""
    try:
        with transaction.atomic():
            write(row, voice, text, now=now, key=key, staff_id=actor.account_id)
    except IntegrityError:
        if Entry.objects.filter(public_id=key, ticket_id=row.pk).exists():
            return False
        raise
    return True
