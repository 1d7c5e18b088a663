"""Tickets and appeals at the desk: the queue, one ticket, and every act in it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from account_center.accounts.queries import account
from account_center.console.forms_tickets import (
    AnswerForm,
    BindForm,
    CloseForm,
    NoteForm,
    ProposeForm,
    QueueForm,
    RefuseForm,
)
from account_center.console.guard import staff_page
from account_center.console.showing_proposals import shown_proposal
from account_center.console.showing_tickets import shown_demands, shown_groups, shown_line, shown_ticket
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.kit.typed import tidy
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.support.errors import NoSuchTicket
from account_center.support.queries import (
    QUEUE_PAGE,
    materials_for_strangers,
    materials_of_appeal,
    materials_of_phone_change,
    queue,
    ticket_for_staff,
)
from account_center.support.queries.proposals import proposals_of_ticket, wish_of
from account_center.support.services.appeals import bind_account
from account_center.support.services.desk import (
    add_note,
    answer,
    claim_ticket,
    close_ticket,
    look_at_picture,
    note_look_at_ticket,
    release_ticket,
)
from account_center.support.services.remedies import approve_remedy, propose_remedy, refuse_remedy, what_can_be_done
from account_center.support.types import (
    Category,
    ClosedBecause,
    RemedyKind,
    TicketState,
    TicketView,
)

NUMBER = re.compile(r"TK[A-Z0-9]{8}", re.ASCII)
Forms = dict[str, Form]


@staff_page(methods=("GET",))
def tickets(request: HttpRequest) -> HttpResponse:
    """What waits for support, the longest first; with filters, page by page."""
    form = QueueForm(request.GET or None)
    number = tidy(request.GET.get("number", "")).upper()
    if NUMBER.fullmatch(number):
        return redirect("console:ticket", number)
    wanted = replace(form.wanted(staff_id=request.user.pk), after=_key(request.GET.get("after", "")))
    lines = queue(wanted)
    query = request.GET.copy()
    query["after"] = f"{lines[-1].moved_at.timestamp():.6f}_{lines[-1].id}" if lines else ""
    context = {
        "form": form,
        "lines": [shown_line(line, now=now()) for line in lines],
        "next": query.urlencode() if len(lines) == QUEUE_PAGE else "",
    }
    return render(request, "console/tickets.html", context)


def _key(text: str) -> tuple[datetime, int] | None:
    """The last line of the page before; None if the address was tampered with."""
    moment, _sign, number = text.partition("_")
    if not (number.isascii() and number.isdecimal() and len(number) < len(str(2**62))):
        return None
    try:
        return datetime.fromtimestamp(float(moment), UTC), int(number)
    except (ValueError, OverflowError, OSError):
        return None


@staff_page(methods=("GET",))
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One ticket with everything in it. The look is an event."""
    return _show(request, reference, {})


def _show(request: HttpRequest, reference: str, refused: Forms) -> HttpResponse:
    note_look_at_ticket(actor=actor_of(request), reference=reference)
    with one_moment():
        view = ticket_for_staff(reference, now=now())
        if view is None:
            raise NoSuchTicket
        return _show_ticket(request, view, refused)


def _show_ticket(request: HttpRequest, view: TicketView, refused: Forms) -> HttpResponse:
    actor, reference = actor_of(request), view.line.reference
    owner = account(view.line.account_id) if view.line.account_id else None
    context: dict[str, Any] = {
        "ticket": shown_ticket(view, staff_id=actor.account_id, now=now()),
        "account": owner,
        "demands": shown_demands(_demands(view)),
        "groups": _groups(view),
        "closed": view.line.state is TicketState.CLOSED,
        "wish": wish_of(reference),
        "manager": StaffRole.CUSTOMER_MANAGER in actor.roles,
        "proposals": [shown_proposal(one, staff_id=actor.account_id) for one in proposals_of_ticket(reference)],
        **_forms(view),
        **refused,
    }
    return render(request, "console/ticket.html", context, status=422 if refused else 200)


def _groups(view: TicketView) -> list[Any]:
    """While nobody knows which account it is: the whole table, in parts."""
    if view.appeal is None or view.line.account_id is not None:
        return []
    return shown_groups(materials_for_strangers(view.appeal.country))


def _demands(view: TicketView) -> tuple[Any, ...]:
    account_id = view.line.account_id
    if view.line.is_appeal and account_id:
        return materials_of_appeal(account_id)
    if view.line.category is Category.CHANGE_PHONE and account_id:
        return materials_of_phone_change(account_id)
    return ()


def _forms(view: TicketView) -> Forms:
    """The forms that make sense now, empty."""
    forms: Forms = {"refuse_form": RefuseForm(auto_id="refuse_%s")}
    if view.line.state is TicketState.CLOSED or view.erased:
        return forms
    forms |= {
        "answer_form": AnswerForm(auto_id="answer_%s"),
        "note_form": NoteForm(auto_id="note_%s"),
        "close_form": CloseForm(auto_id="close_%s"),
    }
    kinds = what_can_be_done(view.line.reference)
    if kinds:
        forms["propose_form"] = ProposeForm(auto_id="propose_%s", kinds=kinds)
    if view.line.is_appeal and view.line.account_id is None:
        forms["bind_form"] = BindForm(auto_id="bind_%s")
    return forms


def _act(
    request: HttpRequest,
    reference: str,
    form: Form,
    *,
    name: str,
    act: Callable[[dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    """A valid form is acted upon and leads back to the ticket; a refused one is shown there."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect("console:ticket", reference)
    return _show(request, reference, {name: form})


@staff_page(methods=("POST",))
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes the ticket."""
    claim_ticket(actor=actor_of(request), reference=reference, now=now())
    return redirect("console:ticket", reference)


@staff_page(methods=("POST",))
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Lets it go."""
    release_ticket(actor=actor_of(request), reference=reference)
    return redirect("console:tickets")


@staff_page(methods=("POST",))
def write_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Answers the customer."""

    def act(typed: dict[str, Any]) -> None:
        answer(actor=actor_of(request), reference=reference, now=now(), **typed)

    form = AnswerForm(request.POST, auto_id="answer_%s")
    return _act(
        request,
        reference,
        form,
        name="answer_form",
        act=act,
        done=_("Answered. The customer is told that there is an answer."),
    )


@staff_page(methods=("POST",))
def write_note(request: HttpRequest, reference: str) -> HttpResponse:
    """A note for colleagues."""

    def act(typed: dict[str, Any]) -> None:
        add_note(actor=actor_of(request), reference=reference, now=now(), **typed)

    form = NoteForm(request.POST, auto_id="note_%s")
    return _act(request, reference, form, name="note_form", act=act, done=_("Noted."))


@staff_page(methods=("POST",))
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Closes with a reason and a last word."""

    def act(typed: dict[str, Any]) -> None:
        because = ClosedBecause(typed["because"])
        close_ticket(actor=actor_of(request), reference=reference, now=now(), **(typed | {"because": because}))

    form = CloseForm(request.POST, auto_id="close_%s")
    return _act(request, reference, form, name="close_form", act=act, done=_("Closed."))


@staff_page(methods=("POST",))
def bind(request: HttpRequest, reference: str) -> HttpResponse:
    """Says which account an appeal is about."""

    def act(typed: dict[str, Any]) -> None:
        bind_account(actor=actor_of(request), reference=reference, account_id=typed["account"], now=now())

    form = BindForm(request.POST, auto_id="bind_%s")
    return _act(request, reference, form, name="bind_form", act=act, done=_("The owner of the account is being told."))


@staff_page(methods=("POST",))
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """The first of two people."""

    def act(typed: dict[str, Any]) -> None:
        kind = RemedyKind(typed["kind"])
        propose_remedy(actor=actor_of(request), reference=reference, now=now(), **(typed | {"kind": kind}))

    form = ProposeForm(request.POST, auto_id="propose_%s", kinds=list(RemedyKind))
    return _act(
        request, reference, form, name="propose_form", act=act, done=_("Proposed. A colleague has to look and agree.")
    )


@staff_page(methods=("POST",))
def approve(request: HttpRequest, reference: str, remedy: UUID) -> HttpResponse:
    """The second of two people."""
    approve_remedy(actor=actor_of(request), remedy_id=remedy, now=now())
    messages.success(request, _("Approved. The owner is told and can object; then it is done by itself."))
    return redirect("console:ticket", reference)


@staff_page(methods=("POST",))
def refuse(request: HttpRequest, reference: str, remedy: UUID) -> HttpResponse:
    """Does not agree, or stops what was approved."""

    def act(typed: dict[str, Any]) -> None:
        refuse_remedy(actor=actor_of(request), remedy_id=remedy, because=typed["text"], key=typed["key"], now=now())

    form = RefuseForm(request.POST, auto_id="refuse_%s")
    return _act(
        request, reference, form, name="refuse_form", act=act, done=_("Refused. Nothing is done to the account.")
    )


@staff_page(methods=("GET",))
def picture(request: HttpRequest, reference: str, image: UUID) -> HttpResponse:
    """One picture, after the look was recorded. Never kept by the browser."""
    jpeg = look_at_picture(actor=actor_of(request), reference=reference, image_id=image)
    return HttpResponse(jpeg, content_type="image/jpeg", headers={"Cache-Control": "no-store"})
