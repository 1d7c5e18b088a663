"""What support does to an account on proof of identity: one proposes, another approves, the owner can object, then it is done."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from account_center.accounts.services import (
    clear_phone,
    end_everything,
    hold_account,
    require_new_password,
    set_email,
    set_phone,
    set_sign_in_check,
)
from account_center.accounts.types import AccountFacts, SignInCheck
from account_center.kit.actor import Actor, system_actor
from account_center.kit.email import parse_email
from account_center.kit.masking import mask_phone
from account_center.kit.refused import Refused
from account_center.signin.services.lost_factors import forget_all_factors
from account_center.support.errors import (
    NobodyFound,
    NoSuchRemedy,
    ObjectionUnknown,
    RemedyUnderWay,
    SecondPersonNeeded,
    TicketClosed,
    WrongRemedy,
)
from account_center.support.models import OPEN_REMEDIES, Remedy, Ticket
from account_center.support.objections import is_objection_tag
from account_center.support.rules.states import REMEDIES, objection_ends, takes_effect_at
from account_center.support.services.desk import claimed, refuse_own_case
from account_center.support.services.notices import appeal_of, contact_of, owner_of, tell_done, tell_owner_of_remedy
from account_center.support.services.tickets import checked_text, close, lock, move, move_remedy, note, write
from account_center.support.types import (
    Category,
    ClosedBecause,
    Happened,
    Reach,
    RemedyKind,
    RemedyState,
    TicketState,
    Voice,
)

BATCH = 50
ENDED = "remedy"


def offered(row: Ticket, owner: AccountFacts | None) -> list[RemedyKind]:
    """What can be done in this ticket: it follows from what happened and from the contact that was proven."""
    if owner is None:
        return []
    appeal = appeal_of(row)
    if appeal is None:
        return [RemedyKind.NEW_PHONE] if row.category == Category.CHANGE_PHONE and row.reach == Reach.SMS else []
    contact = contact_of(row)
    fitting = {
        RemedyKind.NEW_PHONE: row.reach == Reach.SMS and contact != owner.phone,
        RemedyKind.NEW_EMAIL: row.reach == Reach.EMAIL and contact.lower() != owner.email.lower(),
        RemedyKind.UNBIND_PHONE: row.reach == Reach.SMS and contact == owner.phone,
        RemedyKind.REMOVE_FACTOR: True,
    }
    return [kind for kind in RemedyKind if kind in REMEDIES[Happened(appeal.happened)] and fitting[kind]]


def what_can_be_done(reference: str) -> list[RemedyKind]:
    """The same for the page; nothing while something is under way."""
    row = Ticket.objects.filter(reference=reference).first()
    if row is None or row.remedies.filter(state__in=OPEN_REMEDIES).exists():
        return []
    return offered(row, owner_of(row))


@transaction.atomic
def propose_remedy(*, actor: Actor, reference: str, kind: RemedyKind, evidence: str, key: UUID, now: datetime) -> None:
    """The first person has seen the proof and says which. Nothing happens to the account yet.

    Raises NobodyFound, WrongRemedy, RemedyUnderWay, NothingWritten, ClaimedByAnother, OwnCase, NoSuchTicket.
    """
    seen = checked_text(evidence, field="evidence")
    row = claimed(actor, reference, now=now)
    owner = owner_of(row)
    if row.state == TicketState.CLOSED:
        raise TicketClosed
    if owner is None:
        raise NobodyFound
    if kind not in offered(row, owner):
        raise WrongRemedy(field="kind")
    remedy = Remedy(ticket=row, account_id=owner.id, kind=kind.value, state=RemedyState.PROPOSED.value)
    remedy.proposed_by_id, remedy.proposed_at, remedy.public_id = actor.account_id or 0, now, key
    try:
        with transaction.atomic():
            remedy.save(force_insert=True)
    except IntegrityError as collision:
        if Remedy.objects.filter(public_id=key, ticket=row).exists():
            return  # the second of two clicks
        raise RemedyUnderWay from collision
    write(row, Voice.NOTE, seen, now=now, key=key, staff_id=actor.account_id)
    note(actor, "support:remedy:proposed", row, remedy=kind.value)


@transaction.atomic
def approve_remedy(*, actor: Actor, remedy_id: UUID, now: datetime) -> None:
    """The second person agrees: the owner is told, and after a waiting time it is done.

    Raises SecondPersonNeeded, RemedyOver, NoSuchRemedy, OwnCase.
    """
    remedy = _locked(remedy_id)
    _refuse_same_person(actor, remedy)
    owner = owner_of(remedy.ticket)
    if owner is None or owner.id != remedy.account_id:
        raise NobodyFound
    remedy.approved_by_id, remedy.approved_at = actor.account_id, now
    remedy.due_at = takes_effect_at(approved_at=now, limits=settings.LIMITS)
    move_remedy(remedy, RemedyState.APPROVED, now=now)
    tell_owner_of_remedy(remedy.ticket, owner, RemedyKind(remedy.kind), remedy.due_at)
    note(actor, "support:remedy:approved", remedy.ticket, remedy=remedy.kind)


@transaction.atomic
def refuse_remedy(*, actor: Actor, remedy_id: UUID, because: str, key: UUID, now: datetime) -> None:
    """The second person does not agree, or stops what was approved; the reason goes to the colleague as a note.

    Raises RemedyOver, NoSuchRemedy, NothingWritten, OwnCase.
    """
    said = checked_text(because)
    remedy = _locked(remedy_id)
    refuse_own_case(actor, remedy.ticket)
    move_remedy(remedy, RemedyState.REFUSED, now=now)
    write(remedy.ticket, Voice.NOTE, said, now=now, key=key, staff_id=actor.account_id)
    note(actor, "support:remedy:refused", remedy.ticket, remedy=remedy.kind)


def object_by_link(*, actor: Actor, reference: str, tag: str, now: datetime) -> None:
    """The owner says, by the link in a message, that it was not he. Raises ObjectionUnknown."""
    row = Ticket.objects.filter(reference=reference, account__isnull=False).first()
    if row is None or not is_objection_tag(row, tag):
        raise ObjectionUnknown
    _object(actor, reference, now=now)


def object_signed_in(*, actor: Actor, account_id: int, reference: str, now: datetime) -> None:
    """The same by whoever is signed in to the account. Raises ObjectionUnknown."""
    if not Ticket.objects.filter(reference=reference, account_id=account_id).exists():
        raise ObjectionUnknown
    _object(actor, reference, now=now)


@transaction.atomic
def _object(actor: Actor, reference: str, *, now: datetime) -> None:
    row = lock(reference)
    if row.state == TicketState.CLOSED:
        raise ObjectionUnknown
    for remedy in Remedy.objects.select_for_update(of=("self",)).filter(ticket=row, state__in=OPEN_REMEDIES):
        move_remedy(remedy, RemedyState.CANCELLED, now=now)
    appeal = appeal_of(row)
    if appeal is not None:
        appeal.objected_at = now
        appeal.save(update_fields=["objected_at"])
    note(actor, "support:appeal:objected", row)
    if appeal is None or objection_ends(Happened(appeal.happened)):
        close(row, ClosedBecause.OBJECTED, now=now)
    else:
        move(row, TicketState.OPEN, now=now)  # whose account it is: that is the very question, for staff


def carry_out_due(*, now: datetime) -> int:
    """Does what was approved and whose waiting time is over, each in its own transaction. Returns how many."""
    due = Remedy.objects.filter(state=RemedyState.APPROVED.value, due_at__lte=now).order_by("due_at")
    waiting = list(due.values_list("public_id", flat=True)[:BATCH])
    return sum(carry_out(remedy_id=remedy_id, now=now) for remedy_id in waiting)


def carry_out(*, remedy_id: UUID, now: datetime) -> bool:
    """Does it, or notes what stands in the way. False if the owner objected meanwhile."""
    try:
        return _do(remedy_id, now=now)
    except Refused as obstacle:
        return _could_not(remedy_id, obstacle.code, now=now)


@transaction.atomic
def _do(remedy_id: UUID, *, now: datetime) -> bool:
    remedy = _locked(remedy_id)
    if remedy.state != RemedyState.APPROVED or remedy.due_at is None or remedy.due_at > now:
        return False
    owner = hold_account(remedy.account_id)  # what its owner changes at this moment comes before, or afterwards
    kind = RemedyKind(remedy.kind)
    ACTS[kind](remedy.ticket, owner, now)
    _shut_out_stranger(remedy.ticket, owner)
    end_everything(actor=SYSTEM, account_id=owner.id, reason=ENDED)
    move_remedy(remedy, RemedyState.DONE, now=now)
    note(SYSTEM, "support:remedy:done", remedy.ticket, remedy=kind.value)
    tell_done(remedy, owner)
    if remedy.ticket.state != TicketState.CLOSED:
        close(remedy.ticket, ClosedBecause.SOLVED, now=now)
    return True


@transaction.atomic
def _could_not(remedy_id: UUID, code: str, *, now: datetime) -> bool:
    remedy = _locked(remedy_id)
    if remedy.state != RemedyState.APPROVED:
        return False
    remedy.obstacle = code
    move_remedy(remedy, RemedyState.REFUSED, now=now)
    note(SYSTEM, "support:remedy:failed", remedy.ticket, remedy=remedy.kind, code=code)
    if remedy.ticket.state != TicketState.CLOSED:
        move(remedy.ticket, TicketState.OPEN, now=now)
    return True


SYSTEM = system_actor("support")


def _new_phone(row: Ticket, owner: AccountFacts, now: datetime) -> None:
    phone = contact_of(row)
    set_phone(actor=SYSTEM, account_id=owner.id, phone=phone, masked=mask_phone(phone), now=now)


def _new_email(row: Ticket, owner: AccountFacts, now: datetime) -> None:
    set_email(actor=SYSTEM, account_id=owner.id, email=parse_email(contact_of(row)), now=now)


def _unbind_phone(row: Ticket, owner: AccountFacts, now: datetime) -> None:  # noqa: ARG001 - one shape for all acts
    if contact_of(row) == owner.phone:  # it was changed meanwhile: then there is nothing left to do
        clear_phone(actor=SYSTEM, account_id=owner.id)


def _remove_factor(row: Ticket, owner: AccountFacts, now: datetime) -> None:  # noqa: ARG001 - one shape for all acts
    _remove_factors(owner)


def _shut_out_stranger(row: Ticket, owner: AccountFacts) -> None:
    """Whoever took an account over knows its password and may have set up factors of his own: none of it counts on."""
    appeal = appeal_of(row)
    if appeal is not None and appeal.happened == Happened.TAKEN_OVER:
        _remove_factors(owner)
        require_new_password(account_id=owner.id)


def _remove_factors(owner: AccountFacts) -> None:
    forget_all_factors(actor=SYSTEM, account_id=owner.id)
    set_sign_in_check(actor=SYSTEM, account_id=owner.id, check=SignInCheck.CODE)


ACTS: Mapping[RemedyKind, Callable[[Ticket, AccountFacts, datetime], None]] = {
    RemedyKind.NEW_PHONE: _new_phone,
    RemedyKind.NEW_EMAIL: _new_email,
    RemedyKind.UNBIND_PHONE: _unbind_phone,
    RemedyKind.REMOVE_FACTOR: _remove_factor,
}


def _locked(remedy_id: UUID) -> Remedy:
    """The ticket is locked first, as everywhere, so that nobody waits for each other."""
    found = Remedy.objects.filter(public_id=remedy_id).values_list("ticket__reference", flat=True).first()
    if found is None:
        raise NoSuchRemedy
    row = lock(found)
    remedy = Remedy.objects.select_for_update(of=("self",)).filter(public_id=remedy_id).first()
    if remedy is None:
        raise NoSuchRemedy
    remedy.ticket = row
    return remedy


def _refuse_same_person(actor: Actor, remedy: Remedy) -> None:
    refuse_own_case(actor, remedy.ticket)
    if remedy.proposed_by_id == actor.account_id:
        raise SecondPersonNeeded
