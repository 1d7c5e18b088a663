"""The customer's side of a ticket, and the appellant's: opening, writing, adding pictures, closing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.services import hold_account
from account_center.documents.services import keep_image, reencode_image
from account_center.documents.types import CleanImage, DocumentKind
from account_center.kit.actor import Actor, system_actor
from account_center.kit.limits import DAY
from account_center.plumbing.limiter import Budget, spend
from account_center.signin.errors import ProofMissing
from account_center.signin.services.codes import send_code, use_proof
from account_center.signin.services.identifiers import read_phone
from account_center.signin.types import ChallengeView, Channel, Purpose
from account_center.support.errors import (
    AppealClosed,
    NoSuchTicket,
    TicketClosed,
    TooManyEntries,
    TooManyPictures,
    TooManyTickets,
)
from account_center.support.models import Entry, Ticket
from account_center.support.rules.states import can_reopen
from account_center.support.sealed import close_text, new_key
from account_center.support.services.notices import appeal_of
from account_center.support.services.tickets import (
    SUBJECT_LENGTH,
    Picture,
    checked_text,
    close,
    images_owner,
    lock_own,
    move,
    new_reference,
    note,
    write,
)
from account_center.support.types import Category, ClosedBecause, Reach, TicketState, Voice

BATCH = 200


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks. ``key`` is that of the form: sent twice, it is one ticket."""

    key: UUID
    category: Category
    subject: str = field(repr=False)
    text: str = field(repr=False)
    about: str = ""


def prove_new_phone(*, actor: Actor, account_id: int, country: str, phone: str, now: datetime) -> ChallengeView:
    """Sends a code to the phone that shall replace the lost one (3.1.9, 3.1.14). Raises BadPhoneTyped, TooManyCodes."""
    number = read_phone(phone, country=country)
    return send_code(
        actor=actor,
        purpose=Purpose.APPEAL,
        channel=Channel.SMS,
        recipient=number.e164,
        country=number.country,
        account_id=account_id,
        now=now,
    )


def open_ticket(
    *,
    actor: Actor,
    account_id: int,
    tenant_id: int | None,
    request: Request,
    now: datetime,
    new_phone: UUID | None = None,
) -> str:
    """Opens a ticket and returns its reference. ``new_phone`` is the proof of ``prove_new_phone``, used up here.

    Raises NothingWritten, TextTooLong, TooManyTickets, ProofMissing, NoSuchAccount; then nothing is kept.
    """
    subject = checked_text(request.subject, field="subject", limit=SUBJECT_LENGTH)
    text = checked_text(request.text)
    twin = _twin(request.key, account_id)
    if twin is not None:
        return twin
    limit = settings.LIMITS.tickets_per_account_day
    exhausted = spend([Budget("tickets_of", str(account_id), limit, DAY)], now=now)
    if exhausted is not None:
        raise TooManyTickets(retry_after=exhausted[1], limit=limit)
    row = Ticket(account_id=account_id, tenant_id=tenant_id, category=request.category.value, about=request.about)
    try:
        with transaction.atomic():
            hold_account(account_id)  # so that its owner cannot delete it meanwhile, and leave a ticket of nobody
            contact = _proven_phone(row, new_phone, now=now) if new_phone else ""
            open_row(row, request.key, subject=subject, text=text, contact=contact, now=now)
            note(actor, "support:ticket:opened", row, about=request.about)
    except IntegrityError as collision:
        twin = _twin(request.key, account_id)
        if twin is None:  # somebody else's key in the form
            raise NoSuchTicket from collision
        return twin
    return row.reference


def open_row(row: Ticket, form_key: UUID, *, subject: str, text: str, contact: str, now: datetime) -> None:
    """Writes a new ticket and its first entry, sealed; ``contact`` was proven. Raises IntegrityError for a twin."""
    row.public_id, row.reference, row.state = form_key, new_reference(), TicketState.OPEN.value
    row.opened_at = row.moved_at = now
    key = new_key(row)
    row.sealed_subject = close_text(key, subject, column="subject", row=form_key)
    row.sealed_contact = close_text(key, contact, column="contact", row=form_key)
    row.save(force_insert=True)
    if text:
        write(row, Voice.CUSTOMER, text, now=now, key=form_key)


def _proven_phone(row: Ticket, proof: UUID, *, now: datetime) -> str:
    used = use_proof(proof, purpose=Purpose.APPEAL, now=now)
    if used.account_id != row.account_id:
        raise ProofMissing
    row.reach, row.contact_masked = Reach.SMS.value, used.masked
    return used.recipient


def _twin(key: UUID, account_id: int) -> str | None:
    """The ticket that the first of two clicks has opened."""
    own = Ticket.objects.filter(public_id=key, account_id=account_id, appeal__isnull=True)
    return own.values_list("reference", flat=True).first()


def add_message(*, actor: Actor, account_id: int | None, reference: str, key: UUID, text: str, now: datetime) -> None:
    """Writes on; a ticket that was closed lately goes on. ``account_id`` None: the appellant, whom the door has proven.

    Raises NoSuchTicket, NothingWritten, TextTooLong, TooManyEntries, TicketClosed.
    """
    said = checked_text(text)
    _require_own(account_id, reference)
    limit = settings.LIMITS.ticket_entries_per_day
    exhausted = spend([Budget("ticket_entries", reference, limit, DAY)], now=now)
    if exhausted is not None:
        raise TooManyEntries(retry_after=exhausted[1], limit=limit)
    _add(actor, account_id, reference, Addition(key, said), now=now)


def add_picture(
    *, actor: Actor, account_id: int | None, reference: str, key: UUID, data: bytes, shows: DocumentKind, now: datetime
) -> None:
    """Adds a picture, drawn anew and sealed. Raises the refusals of pictures, NoSuchTicket, TooManyPictures, TicketClosed."""
    _require_own(account_id, reference)
    limit = settings.LIMITS.ticket_pictures_per_day
    exhausted = spend([Budget("ticket_pictures", reference, limit, DAY)], now=now)
    if exhausted is not None:
        raise TooManyPictures(retry_after=exhausted[1], limit=limit, field="picture")
    image = reencode_image(data, paper=shows.is_paper)
    _add(actor, account_id, reference, Addition(key, image=image, shows=shows), now=now)


@transaction.atomic
def _require_own(account_id: int | None, reference: str) -> None:
    # Before it is counted, and before the costly part: nobody uses up what another may send in a day.
    lock_own(account_id=account_id, reference=reference)


@dataclass(frozen=True, slots=True)
class Addition:
    """Words or a picture that a customer adds. ``key`` is that of the form: sent twice, it is one entry."""

    key: UUID
    text: str = ""
    image: CleanImage | None = None
    shows: DocumentKind = DocumentKind.OTHER


def _add(actor: Actor, account_id: int | None, reference: str, added: Addition, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            row = lock_own(account_id=account_id, reference=reference)
            _to_support(actor, row, now=now)
            kept = _keep(row, added.image, added.shows, now=now) if added.image else None
            write(row, Voice.CUSTOMER, added.text, now=now, key=added.key, picture=kept)
            note(actor, "support:ticket:picture_added" if kept else "support:ticket:written", row)
    except IntegrityError as collision:
        if not Entry.objects.filter(public_id=added.key, ticket__reference=reference).exists():
            raise NoSuchTicket from collision


def _to_support(actor: Actor, row: Ticket, *, now: datetime) -> None:
    """It is support's turn again."""
    state = TicketState(row.state)
    if state is TicketState.CLOSED:
        if not can_reopen(state=state, closed_at=row.closed_at, now=now, limits=settings.LIMITS):
            raise TicketClosed if appeal_of(row) is None else AppealClosed
        note(actor, "support:ticket:reopened", row)
    move(row, TicketState.OPEN, now=now)


def _keep(row: Ticket, image: CleanImage, shows: DocumentKind, *, now: datetime) -> Picture:
    erase_at = now + timedelta(days=settings.LIMITS.material_longest_days)
    owner = images_owner(row.reference)
    return Picture(keep_image(image=image, kind=shows, owner=owner, erase_at=erase_at), shows)


@transaction.atomic
def close_own(*, actor: Actor, account_id: int | None, reference: str, now: datetime) -> None:
    """The customer needs no answer any more; twice is once. Raises NoSuchTicket."""
    row = lock_own(account_id=account_id, reference=reference)
    if row.state != TicketState.CLOSED:
        close(row, ClosedBecause.CUSTOMER, now=now)
        note(actor, "support:ticket:closed", row, because=ClosedBecause.CUSTOMER.value)


@transaction.atomic
def close_quiet(*, now: datetime) -> int:
    """Closes answered tickets in which the customer has been silent. Returns how many."""
    before = now - timedelta(days=settings.LIMITS.ticket_quiet_days)
    waiting = [TicketState.ANSWERED.value, TicketState.WAITING.value]
    rows = Ticket.objects.select_for_update(of=("self",)).filter(state__in=waiting, moved_at__lt=before)
    silent = list(rows[:BATCH])
    for row in silent:
        close(row, ClosedBecause.QUIET, now=now)
        note(system_actor("support"), "support:ticket:closed", row, because=ClosedBecause.QUIET.value)
    return len(silent)
