"""What all journeys of a ticket share: finding and locking it, moving it, writing into it."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from account_center.audit.services import record
from account_center.documents.errors import ImageNotFound
from account_center.documents.queries import images_of
from account_center.documents.services import bring_erasure_forward
from account_center.documents.types import DocumentKind
from account_center.kit.actor import Actor
from account_center.kit.sealing import DataKey
from account_center.support.errors import (
    NoSuchTicket,
    NothingWritten,
    RemedyOver,
    TextTooLong,
    TicketClosed,
    TicketErased,
)
from account_center.support.models import OPEN_REMEDIES, Entry, Remedy, Ticket
from account_center.support.rules.states import MOVES, REMEDY_MOVES
from account_center.support.sealed import close_text, key_of
from account_center.support.types import ClosedBecause, RemedyState, TicketState, Voice

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
SUBJECT_LENGTH = 120
PLAIN_CONTROLS = "\n\t"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was kept, and what it is said to show."""

    image_id: UUID
    shows: DocumentKind


def new_reference() -> str:
    """Short enough to be read out over the phone; no 0, 1, I or O."""
    return "TK" + "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def images_owner(reference: str) -> str:
    """Under which the pictures of a ticket are kept."""
    return f"support.ticket:{reference}"


def lock_own(*, account_id: int | None, reference: str) -> Ticket:
    """The customer's ticket, locked; with None the appeal, whose contact the door has seen proven. Raises NoSuchTicket."""
    rows = Ticket.objects.select_for_update(of=("self",)).filter(reference=reference)
    own = rows.filter(account_id=account_id, appeal__isnull=True) if account_id else rows.filter(appeal__isnull=False)
    row = own.first()
    if row is None:
        raise NoSuchTicket
    return row


def lock(reference: str) -> Ticket:
    """Any ticket, locked. Raises NoSuchTicket."""
    row = Ticket.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if row is None:
        raise NoSuchTicket
    return row


def move(row: Ticket, state: TicketState, *, now: datetime) -> None:
    """The only place where a ticket changes its state. Staying is no move. Raises TicketClosed."""
    if row.state == state:
        return
    if state not in MOVES[TicketState(row.state)]:
        raise TicketClosed
    row.state, row.moved_at = state.value, now
    if state is not TicketState.CLOSED:
        row.closed_at, row.closed_because, row.erase_at = None, "", None
    row.save()


def close(row: Ticket, because: ClosedBecause, *, now: datetime) -> None:
    """Closes, lets the claim go, stops what was not done yet and sets the dates of erasing."""
    for remedy in Remedy.objects.select_for_update(of=("self",)).filter(ticket=row, state__in=OPEN_REMEDIES):
        move_remedy(remedy, RemedyState.CANCELLED, now=now)
    row.closed_at, row.closed_because = now, because.value
    row.erase_at = now + timedelta(days=settings.LIMITS.ticket_keep_days)
    row.claimed_by, row.claimed_at = None, None
    move(row, TicketState.CLOSED, now=now)
    erase_at = now + timedelta(days=settings.LIMITS.material_keep_days)
    for image in images_of(images_owner(row.reference)):
        try:
            bring_erasure_forward(image_id=image.image_id, erase_at=erase_at)
        except ImageNotFound:
            continue


def move_remedy(remedy: Remedy, state: RemedyState, *, now: datetime) -> None:
    """The only place where a remedy changes its state. Raises RemedyOver on a move the table lacks."""
    if state not in REMEDY_MOVES[RemedyState(remedy.state)]:
        raise RemedyOver
    remedy.state = state.value
    if not REMEDY_MOVES[state]:
        remedy.ended_at = now
    remedy.save()


def require_key(row: Ticket) -> DataKey:
    """The key to write with. Raises TicketErased."""
    key = key_of(row)
    if key is None:
        raise TicketErased
    return key


def write(
    row: Ticket,
    voice: Voice,
    text: str,
    *,
    now: datetime,
    key: UUID,
    staff_id: int | None = None,
    picture: Picture | None = None,
) -> None:
    """Adds an entry; ``key`` makes the second of two clicks a collision. Raises IntegrityError, TicketErased."""
    entry = Entry(public_id=key, ticket=row, voice=voice.value, staff_id=staff_id, at=now)
    entry.sealed_text = close_text(require_key(row), text, column="entry", row=key)
    if picture is not None:
        entry.image_id, entry.shows = picture.image_id, picture.shows.value
    entry.save(force_insert=True)


def checked_text(text: str, *, field: str = "text", limit: int = 0) -> str:
    """What was typed, without what no keyboard types. Raises NothingWritten, TextTooLong."""
    most = limit or settings.LIMITS.ticket_text_length
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = "".join(sign for sign in lines if sign in PLAIN_CONTROLS or unicodedata.category(sign) not in ("Cc", "Cs"))
    if not kept.strip():
        raise NothingWritten(field=field)
    if len(kept) > most:
        raise TextTooLong(field=field, limit=most, length=len(kept))
    return kept


def note(actor: Actor, event: str, row: Ticket, **facts: str) -> None:
    """An event of the ticket, in the history of the account it is about."""
    told = {"reference": row.reference, "category": row.category, **facts}
    record(actor=actor, event=event, account_id=row.account_id, tenant_id=row.tenant_id, facts=told)
