"""Support: whom to ask, opening tickets, reading and writing in them."""

import re
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.documents.errors import EmptyFile
from account_center.documents.types import DocumentKind
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment, one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import explain_refusal
from account_center.portal.code_step import code_step
from account_center.portal.customer import Customer, customer_of
from account_center.portal.forms_support import MessageForm, NewPhoneForm, PhoneTicketForm, PictureForm, TicketForm
from account_center.portal.showing_tickets import shown_demands, shown_line, shown_ticket
from account_center.portal.steps import steps_at
from account_center.portal.visits import begun_once, challenge_of, forget, proof_id, remember, remembered
from account_center.portal.words import MATTER_WORDS
from account_center.support.errors import NoSuchTicket
from account_center.support.queries import (
    PAGE,
    appeals_about,
    materials_of_phone_change,
    ticket_of,
    tickets_of,
)
from account_center.support.queries.words import ELSEWHERE
from account_center.support.services import (
    Request,
    add_message,
    add_picture,
    close_own,
    open_ticket,
    prove_new_phone,
)
from account_center.support.services.remedies import object_signed_in
from account_center.support.types import Category, TicketView

REFERENCE = re.compile(r"(?:RN[A-Z0-9]{10}|TK[A-Z0-9]{8})", re.ASCII)
PHONE = "ticket_phone"


@login_not_required
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """How to reach people: tickets for who is signed in, the appeal for who cannot; that also while the database is away."""
    return _of_customer(request) if request.user.is_authenticated else _support(request, None)


@at_one_moment
def _of_customer(request: HttpRequest) -> HttpResponse:
    return _support(request, _known(request))


def _support(request: HttpRequest, customer: Customer | None) -> HttpResponse:
    matter = request.GET.get("about", "")
    reference = _reference(request)
    context = {
        "customer": customer,
        "matter": MATTER_WORDS.get(matter, ""),
        "reference": reference,
        "new_link": _new_link(matter if matter in MATTER_WORDS else "", reference),
        "tickets": [shown_line(line) for line in tickets_of(customer.account.id)[:5]] if customer else [],
        "appeals": [shown_line(line) for line in appeals_about(customer.account.id)] if customer else [],
    }
    return render(request, "portal/support.html", context)


def _known(request: HttpRequest) -> Customer | None:
    """Who asks for support, if it is a customer who is signed in."""
    return customer_of(request) if request.user.is_authenticated and not request.user.is_staff else None


def _reference(request: HttpRequest) -> str:
    reference = request.GET.get("reference", "")
    return reference if REFERENCE.fullmatch(reference) else ""


def _new_link(about: str, reference: str) -> str:
    given = {name: value for name, value in (("about", about), ("reference", reference)) if value}
    return reverse("portal:ticket_new") + (f"?{urlencode(given)}" if given else "")


@require_safe
@at_one_moment
def tickets(request: HttpRequest) -> HttpResponse:
    """The customer's tickets, newest first."""
    before = request.GET.get("before", "")
    known = before.isascii() and before.isdecimal() and len(before) < len(str(2**62))
    lines = tickets_of(customer_of(request).account.id, before=int(before) if known else None)
    older = lines[-1].id if len(lines) == PAGE else None
    context = {"tickets": [shown_line(line) for line in lines], "older": older, "before": before}
    return render(request, "portal/tickets.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new ticket; what it is about comes from the refusal that led here (2.1.9, 2.1.12)."""
    customer, about = customer_of(request), request.GET.get("about", "")
    if about == Category.CHANGE_PHONE:
        return redirect("portal:ticket_phone")
    if about == Category.QUOTA:
        return redirect("portal:ticket_limit")
    chosen = about if about in set(Category) - ELSEWHERE else Category.ACCOUNT.value
    form = TicketForm(request.POST or None, request.FILES or None, initial={"category": chosen})
    if request.method == "POST" and form.is_valid():
        opened = _open(request, form, customer)
        if opened:
            return redirect("portal:ticket", opened)
    context = {"form": form, "reference": _reference(request)}
    return render(request, "portal/ticket_new.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: TicketForm, customer: Customer) -> str:
    typed = form.cleaned_data
    asked = Request(
        key=typed["key"],
        category=form.category_chosen(),
        subject=typed["subject"],
        text=typed["text"],
        about=_reference(request),
    )
    tenant = customer.tenant.id if customer.tenant else None
    try:
        opened = open_ticket(
            actor=actor_of(request), account_id=customer.account.id, tenant_id=tenant, request=asked, now=now()
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return ""
    if typed["picture"]:
        _attach_screenshot(request, customer.account.id, opened, form)
    return opened


def _attach_screenshot(request: HttpRequest, account_id: int, reference: str, form: TicketForm) -> None:
    """The ticket is open whatever becomes of the picture, which can be added there again."""
    key = uuid5(form.cleaned_data["key"], "screenshot")
    try:
        upload = form.cleaned_data["picture"]
        attach(request, account_id, reference, key=key, upload=upload, shows=DocumentKind.SCREENSHOT)
    except Refused as refusal:
        told = explain_refusal(refusal)
        messages.warning(request, _("Your ticket is open, but without the picture. %(why)s") % {"why": told.what})


@require_safe
@at_one_moment
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """One ticket with everything that was written."""
    return show_ticket(request, _own(request, reference))


def show_ticket(
    request: HttpRequest,
    view: TicketView,
    *,
    message: MessageForm | None = None,
    picture: PictureForm | None = None,
) -> HttpResponse:
    """The page of a customer's ticket, with a form that was refused if there is one."""
    account_id = customer_of(request).account.id
    reference = view.line.reference
    asks = view.line.category is Category.CHANGE_PHONE
    context = {
        "ticket": shown_ticket(view),
        "message": message or MessageForm(auto_id="message_%s"),
        "picture": picture or PictureForm(auto_id="picture_%s"),
        "demands": shown_demands(materials_of_phone_change(account_id)) if asks else [],
        "write_link": reverse("portal:ticket_write", args=[reference]),
        "picture_link": reverse("portal:ticket_picture", args=[reference]),
        "close_link": reverse("portal:ticket_close", args=[reference]),
        "back": reverse("portal:tickets"),
    }
    wrong = bool((message and message.errors) or (picture and picture.errors))
    return render(request, "portal/ticket.html", context, status=422 if wrong else 200)


@require_POST
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """A further message of the customer's."""
    form = MessageForm(request.POST, auto_id="message_%s")
    if write_on(request, form, customer_of(request).account.id, reference):
        return redirect("portal:ticket", reference)
    with one_moment():  # as it is now: what refused the words may have come since the page was opened
        return show_ticket(request, _own(request, reference), message=form)


def write_on(request: HttpRequest, form: MessageForm, account_id: int | None, reference: str) -> bool:
    """Adds the message; False with the reason in the form."""
    if not form.is_valid():
        return False
    typed = form.cleaned_data
    try:
        add_message(
            actor=actor_of(request),
            account_id=account_id,
            reference=reference,
            key=typed["key"],
            text=typed["text"],
            now=now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


@require_POST
def picture(request: HttpRequest, reference: str) -> HttpResponse:
    """A further picture."""
    form = PictureForm(request.POST, request.FILES, auto_id="picture_%s")
    if hand_in(request, form, customer_of(request).account.id, reference):
        return redirect("portal:ticket", reference)
    with one_moment():
        return show_ticket(request, _own(request, reference), picture=form)


def hand_in(request: HttpRequest, form: PictureForm, account_id: int | None, reference: str) -> bool:
    """Adds the picture; False with the reason in the form."""
    if not form.is_valid():
        return False
    try:
        typed = form.cleaned_data
        attach(request, account_id, reference, key=typed["key"], upload=typed["picture"], shows=form.kind())
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


def attach(
    request: HttpRequest,
    account_id: int | None,
    reference: str,
    *,
    key: UUID,
    upload: "UploadedFile[Any] | None",
    shows: DocumentKind,
) -> None:
    """Hands a picture over. Raises the refusals of pictures with the form's field."""
    if upload is None:
        raise EmptyFile(field="picture")
    # One byte more than allowed is enough to know that it is too much.
    data = bytes(upload.read(settings.LIMITS.image_bytes + 1))
    try:
        add_picture(
            actor=actor_of(request),
            account_id=account_id,
            reference=reference,
            key=key,
            data=data,
            shows=shows,
            now=now(),
        )
    except Refused as refusal:
        if refusal.code.startswith("documents."):
            refusal.field = "picture"
        raise


@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """The customer needs nothing any more."""
    account_id = customer_of(request).account.id
    close_own(actor=actor_of(request), account_id=account_id, reference=reference, now=now())
    return redirect("portal:ticket", reference)


@require_POST
def object_own(request: HttpRequest, reference: str) -> HttpResponse:
    """Whoever is signed in to the account says that the appeal is none of his."""
    account_id = customer_of(request).account.id
    object_signed_in(actor=actor_of(request), account_id=account_id, reference=reference, now=now())
    return render(request, "portal/objected.html")


def _own(request: HttpRequest, reference: str) -> TicketView:
    view = ticket_of(account_id=customer_of(request).account.id, reference=reference, now=now())
    if view is None:
        raise NoSuchTicket
    return view


# -- another phone, by ticket (3.1.9, 3.1.14) ------------------------------------------------------------------------


def phone_steps(now_at: int) -> list[tuple[str, str]]:
    """Where the customer is."""
    return steps_at(now_at, [_("New phone number"), _("Code"), _("Request"), _("Proof of identity")])


@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The new phone, and the materials that this very customer will be asked for."""
    customer, form = customer_of(request), NewPhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            begin = partial(
                prove_new_phone,
                actor=actor_of(request),
                account_id=customer.account.id,
                country=customer.account.country,
                phone=form.cleaned_data["phone"],
                now=now(),
            )
            view = begun_once(request, PHONE, begin)
        except Refused as refusal:
            refusal.field = "phone"
            add_refusal(form, refusal)
        else:
            remember(request, PHONE, view)
            return redirect("portal:ticket_phone_code")
    demands = shown_demands(materials_of_phone_change(customer.account.id))
    context = {"form": form, "steps": phone_steps(0), "demands": demands}
    return render(request, "portal/ticket_phone.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """Waits for the code that went to the new phone."""
    context = {"title": _("Type the code"), "other": "", "back": "portal:ticket_phone", "steps": phone_steps(1)}
    view = challenge_of(request, PHONE)
    return code_step(request, view, on_right=lambda: redirect("portal:ticket_phone_text"), context=context)


@require_http_methods(["GET", "POST"])
def phone_text(request: HttpRequest) -> HttpResponse:
    """The words to it; then the ticket, where the pictures are added."""
    customer, form = customer_of(request), PhoneTicketForm(request.POST or None)
    if not remembered(request, PHONE):
        return redirect("portal:ticket_phone")
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open_phone_ticket(request, form, customer)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            forget(request, PHONE)
            return redirect("portal:ticket", opened)
    context = {"form": form, "steps": phone_steps(2), "masked": challenge_of(request, PHONE).masked}
    return render(request, "portal/ticket_phone_text.html", context, status=422 if form.errors else 200)


def _open_phone_ticket(request: HttpRequest, form: PhoneTicketForm, customer: Customer) -> str:
    typed = form.cleaned_data
    asked = Request(
        key=typed["key"], category=Category.CHANGE_PHONE, subject=_("Another phone number"), text=typed["text"]
    )
    return open_ticket(
        actor=actor_of(request),
        account_id=customer.account.id,
        tenant_id=customer.tenant.id if customer.tenant else None,
        request=asked,
        new_phone=proof_id(request, PHONE),
        now=now(),
    )
