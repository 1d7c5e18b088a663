"""Tickets: asking support, reading and writing on. Pictures are added on the pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from account_center.appapi.asked import LONGEST_NUMBER, TicketAsked, TicketMessage
from account_center.appapi.callers import AppToken, actor_in, owner_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.errors import BodyWrong, NotYours
from account_center.kit.clock import now
from account_center.support.queries import ticket_of, tickets_of
from account_center.support.queries.words import categories, category_name
from account_center.support.services.asking import Request, add_message, close_own, open_ticket
from account_center.support.types import Category, EntryView, TicketLine, TicketState, TicketView, Voice
from account_center.tenants.queries import tenant_of

router = Router(tags=["Tickets"], auth=AppToken())
REFUSALS = refusals(*SIGNED_IN)
REFERENCE_LENGTH = 20


class TicketsAsked(Schema):
    """``before`` is the ``older`` of the page before."""

    model_config = ConfigDict(extra="forbid")

    before: int | None = Field(None, ge=1, le=LONGEST_NUMBER)


class TicketLineShown(Schema):
    reference: str
    category: Category
    category_words: str
    state: TicketState
    subject: str | None
    opened_at: datetime
    moved_at: datetime


class TicketsShown(Schema):
    tickets: list[TicketLineShown]
    older: int | None


class EntryShown(Schema):
    """``text`` null: it was erased, or the entry is a picture."""

    entry: UUID
    voice: Voice
    at: datetime
    text: str | None
    is_picture: bool


class TicketShown(TicketLineShown):
    entries: list[EntryShown]
    can_reopen: bool


class Opened(Schema):
    reference: str


@router.get("", response=TicketsShown, summary="My tickets", openapi_extra=REFUSALS)
def list_tickets(request: HttpRequest, asked: Query[TicketsAsked]) -> TicketsShown:
    """Newest first, page by page; the last page is empty."""
    found = tickets_of(owner_of(request).id, before=asked.before)
    return TicketsShown(tickets=[TicketLineShown(**_line(one)) for one in found], older=found[-1].id if found else None)


def _line(one: TicketLine) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "category": one.category,
        "category_words": category_name(one.category),
        "state": one.state,
        "subject": one.subject,
        "opened_at": one.opened_at,
        "moved_at": one.moved_at,
    }


@router.post("", response={201: Opened}, summary="Ask support", openapi_extra=REFUSALS)
def ask(request: HttpRequest, body: TicketAsked) -> Status[Opened]:
    """Opens a ticket. Sent twice with the same ``key``, it is one."""
    owner = owner_of(request)
    if body.category.value not in dict(categories()):
        raise BodyWrong(field="category", problems=["category: has a way of its own, see the pages"])
    tenant = tenant_of(owner.id)
    asked = Request(key=body.key, category=body.category, subject=body.subject, text=body.text, about=body.about)
    reference = open_ticket(
        actor=actor_in(request),
        account_id=owner.id,
        tenant_id=tenant.id if tenant else None,
        request=asked,
        now=now(),
    )
    return Status(201, Opened(reference=reference))


@router.get("/{str:reference}", response=TicketShown, summary="One ticket", openapi_extra=REFUSALS)
def look(request: HttpRequest, reference: str) -> TicketShown:
    """With everything that was written."""
    found = _own(request, reference)
    entries = [_entry(one) for one in found.entries]
    return TicketShown(**_line(found.line), entries=entries, can_reopen=found.can_reopen)


def _own(request: HttpRequest, reference: str) -> TicketView:
    plain = reference.isascii() and reference.isprintable() and len(reference) <= REFERENCE_LENGTH
    found = ticket_of(account_id=owner_of(request).id, reference=reference, now=now()) if plain else None
    if found is None:
        raise NotYours
    return found


def _entry(one: EntryView) -> EntryShown:
    return EntryShown(entry=one.id, voice=one.voice, at=one.at, text=one.text, is_picture=one.image_id is not None)


@router.post("/{str:reference}/messages", response={204: None}, summary="Write on", openapi_extra=REFUSALS)
def write(request: HttpRequest, reference: str, body: TicketMessage) -> Status[None]:
    """A ticket that was closed lately goes on. Sent twice with the same ``key``, it is one message."""
    _own(request, reference)
    add_message(
        actor=actor_in(request),
        account_id=owner_of(request).id,
        reference=reference,
        key=body.key,
        text=body.text,
        now=now(),
    )
    return Status(204, None)


@router.post(
    "/{str:reference}/close", response={204: None}, summary="I need no answer any more", openapi_extra=REFUSALS
)
def close(request: HttpRequest, reference: str) -> Status[None]:
    """Closes one's own ticket; twice is once."""
    _own(request, reference)
    close_own(actor=actor_in(request), account_id=owner_of(request).id, reference=reference, now=now())
    return Status(204, None)
