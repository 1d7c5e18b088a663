"""Verification of an individual by bank card: the form, the code, the answer."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from account_center.kit.bank_card import Bank, recognise
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.kit.typed import tidy
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.again import fill_in, filled
from account_center.portal.changing import ChangeMode, ask_for_form, asked_change, change_mode, first_or_change
from account_center.portal.code_step import code_step
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms import BankCardForm
from account_center.portal.full_numbers import remember_full
from account_center.portal.steps import Steps, steps_at
from account_center.realname.errors import (
    ApplicationIsOver,
    ConsentMissing,
    FaceMissing,
    NoSuchApplication,
)
from account_center.realname.queries import application, bank_named, open_application_of
from account_center.realname.services import begin_bank_card, cancel_application, confirm_bank_card
from account_center.realname.services.claims import read_claim
from account_center.realname.services.gate import require_usual_ways
from account_center.realname.types import ApplicationState, ApplicationView, ChangeAsked, Party, PersonClaim, Way
from account_center.signin.services.codes import challenge
from account_center.tenants.types import TenantFacts

PREFIX_DIGITS = 10


def steps(now_at: int) -> Steps:
    """Where the customer is."""
    return steps_at(now_at, [_("Card and picture"), _("Code"), _("Answer")])


@require_http_methods(["GET", "POST"])
@first_or_change(Party.PERSON)
def begin(request: HttpRequest) -> HttpResponse:
    """The form. Everything wrong is told at once, and nothing typed is lost."""
    tenant = tenant_of_customer(request)
    require_usual_ways(tenant.id)
    waiting = open_application_of(tenant.id)
    if waiting is not None and waiting.state is ApplicationState.CHECKING:
        return redirect("portal:verification_application", waiting.reference)
    mode = change_mode(request)
    form = BankCardForm(request.POST or None, request.FILES or None)
    ask_for_form(form, mode)
    fill_in(request, form, Way.BANK_CARD)
    if request.method == "POST" and form.is_valid():
        view = _submit(request, form, tenant, mode)
        if view is not None:
            return redirect("portal:bank_card_code", view.reference)
    bank = _bank(form.data.get("card", "")) if form.is_bound else None
    context = {
        "form": form,
        "steps": steps(0),
        "bank": bank,
        "bank_name": _name(bank),
        "waiting": waiting,
        "change": mode,
    }
    return render(request, "portal/bank_card.html", context, status=422 if form.errors else 200)


def _submit(
    request: HttpRequest, form: BankCardForm, tenant: TenantFacts, mode: ChangeMode | None
) -> ApplicationView | None:
    typed = filled(request, form)
    claim, wrong = read_claim(
        name=typed["name"], id_number=typed["id_number"], card=typed["card"], phone=typed["phone"], now=now()
    )
    face = _face(typed["face"], wrong)
    if not typed["consent_data"]:
        wrong.append(ConsentMissing(field="consent_data"))
    if not typed["consent_face"]:
        wrong.append(ConsentMissing(field="consent_face"))
    change = asked_change(request, mode, wrong)
    if not wrong and claim is not None:
        try:
            return _begin(request, tenant, claim, face, change)
        except Refused as refusal:
            wrong = [refusal]
    remember_full(request, claim, wrong)
    for reason in wrong:
        add_refusal(form, reason)
    return None


def _begin(
    request: HttpRequest, tenant: TenantFacts, claim: PersonClaim, face: bytes, change: ChangeAsked | None
) -> ApplicationView:
    try:
        return begin_bank_card(
            actor=actor_of(request),
            tenant_id=tenant.id,
            owner_id=tenant.owner_id,
            claim=claim,
            face=face,
            now=now(),
            change=change,
        )
    except Refused as refusal:
        if refusal.code.startswith("documents.") and not refusal.field:
            refusal.field = "face"
        raise


def _face(upload: "UploadedFile[Any] | None", wrong: list[Refused]) -> bytes:
    if upload is None:
        wrong.append(FaceMissing(field="face"))
        return b""
    # One byte more than allowed is enough to know that it is too much.
    return bytes(upload.read(settings.LIMITS.image_bytes + 1))


@require_GET
def recognised_bank(request: HttpRequest) -> HttpResponse:
    """The bank of the first digits of a card, while it is being typed (2.1.5). Only a prefix is ever sent."""
    tenant_of_customer(request)
    bank = _bank(request.GET.get("prefix", "")[:PREFIX_DIGITS])
    return render(request, "portal/bank_hint.html", {"bank": bank, "bank_name": _name(bank)})


def _bank(card: str) -> Bank | None:
    found = recognise("".join(tidy(card).replace("-", " ").split()))
    return found[0] if found else None


def _name(bank: Bank | None) -> str:
    if bank is None:
        return ""
    return bank.name_zh if (get_language() or "").startswith("zh") else bank.name_en


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, reference: str) -> HttpResponse:
    """Waits for the code that went to the card's phone; then the bank is asked and answers at once (2.2.4)."""
    tenant = tenant_of_customer(request)
    view = _application(tenant, reference)
    if view.state is not ApplicationState.DRAFT:
        return redirect("portal:verification_application", reference)
    waiting = challenge(view.challenge_uuid) if view.challenge_uuid else None
    if waiting is None:
        raise ApplicationIsOver
    bank = bank_named(view.bank_code)
    return code_step(
        request,
        waiting,
        check=lambda digits: _confirm(request, tenant, reference, digits),
        on_right=lambda: redirect("portal:verification_application", reference),
        context={
            "steps": steps(1),
            "title": _("Type the code"),
            "other": "",
            "back": "portal:bank_card",
            "bank": bank,
            "bank_name": _name(bank),
            "cancel_reference": reference,
        },
    )


def _confirm(request: HttpRequest, tenant: TenantFacts, reference: str, digits: str) -> None:
    confirm_bank_card(actor=actor_of(request), tenant_id=tenant.id, reference=reference, digits=digits, now=now())


@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives a draft up; picture and numbers are erased."""
    tenant = tenant_of_customer(request)
    cancel_application(actor=actor_of(request), tenant_id=tenant.id, reference=reference, now=now())
    return redirect("portal:verification")


def _application(tenant: TenantFacts, reference: str) -> ApplicationView:
    view = application(tenant_id=tenant.id, reference=reference)
    if view is None:
        raise NoSuchApplication
    return view
