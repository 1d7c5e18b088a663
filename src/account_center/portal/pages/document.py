"""Verification of an individual by document: which one, the form with its pictures, and pictures asked for again."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.kit.travel_document import DocumentKind
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.again import fill_in, filled
from account_center.portal.changing import ChangeMode, ask_for_form, asked_change, change_mode, first_or_change
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_document import DocumentForm, PicturesForm
from account_center.portal.full_numbers import remember_full
from account_center.portal.pages.verification import asked_pictures
from account_center.portal.pictures import uploads_of
from account_center.portal.verification_dates import asked_until
from account_center.portal.words import DOCUMENT_WORDS
from account_center.realname.errors import (
    ConsentMissing,
    NoSuchApplication,
    PictureStillMissing,
)
from account_center.realname.queries import application, open_application_of, pictures_needed
from account_center.realname.services import send_pictures_again, submit_document, withdraw
from account_center.realname.services.claims import read_document
from account_center.realname.services.gate import require_usual_ways
from account_center.realname.types import ApplicationState, ApplicationView, Party, Way
from account_center.tenants.types import TenantFacts

WAITING = (ApplicationState.REVIEWING, ApplicationState.ASKED_AGAIN, ApplicationState.CHECKING)


@require_safe
@first_or_change(Party.PERSON, proof=False)
def choose(request: HttpRequest) -> HttpResponse:
    """Which document it is; the mainland identity card is sent to the quicker ways (2.2.10)."""
    tenant = tenant_of_customer(request)
    waiting = waiting_application(tenant)
    if waiting is not None:
        return redirect("portal:verification_application", waiting.reference)
    kinds = [(kind.value, words) for kind, words in DOCUMENT_WORDS.items()]
    context = {"kinds": kinds, "days": settings.LIMITS.review_working_days, "change": change_mode(request)}
    return render(request, "portal/document_choose.html", context)


@require_http_methods(["GET", "POST"])
@first_or_change(Party.PERSON)
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """The form. Everything wrong is told at once, and nothing typed is lost."""
    tenant, document = tenant_of_customer(request), _kind(kind)
    waiting = waiting_application(tenant)
    if waiting is not None:
        return redirect("portal:verification_application", waiting.reference)
    slots = pictures_needed(document)
    mode = change_mode(request)
    form = DocumentForm(request.POST or None, request.FILES or None, kind=document, slots=slots, home=tenant.country)
    ask_for_form(form, mode)
    fill_in(request, form, Way.DOCUMENT)
    if request.method == "POST":
        view = _submit(request, form, tenant, document, mode)
        if view is not None:
            return redirect("portal:verification_application", view.reference)
    days = settings.LIMITS.review_working_days
    context = {"form": form, "document": DOCUMENT_WORDS[document], "days": days, "change": mode}
    return render(request, "portal/document.html", context, status=422 if form.errors else 200)


def _submit(
    request: HttpRequest,
    form: DocumentForm,
    tenant: TenantFacts,
    kind: DocumentKind,
    mode: ChangeMode | None,
) -> ApplicationView | None:
    if not form.is_valid():
        return None
    typed = filled(request, form)
    claim, wrong = read_document(
        kind=kind,
        name=typed["name"],
        number=typed["number"],
        birth=typed["birth"],
        nationality=typed["nationality"],
        expires=typed["expires"],
        now=now(),
    )
    uploads = uploads_of(request, pictures_needed(kind), wrong)
    wrong += [ConsentMissing(field=box) for box in ("consent_data", "consent_face") if not typed[box]]
    change, view = asked_change(request, mode, wrong), None
    if claim is not None and not wrong:
        view, wrong = submit_document(
            actor=actor_of(request),
            tenant_id=tenant.id,
            owner_id=tenant.owner_id,
            claim=claim,
            uploads=uploads,
            now=now(),
            change=change,
        )
    remember_full(request, claim, wrong)
    for reason in wrong:
        add_refusal(form, reason)
    return view


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, reference: str) -> HttpResponse:
    """The pictures that staff asked for again, each with its reason; nothing else is asked (2.1.12)."""
    tenant = tenant_of_customer(request)
    view = _application(tenant, reference)
    if view.state is not ApplicationState.ASKED_AGAIN:
        return redirect("portal:verification_application", reference)
    slots = tuple(asked.slot for asked in view.asked)
    reasons = {
        one.slot: f"{why.what} {why.todo}" for one, (_words, why) in zip(view.asked, asked_pictures(view), strict=True)
    }
    form = PicturesForm(request.POST if request.method == "POST" else None, request.FILES or None, reasons=reasons)
    if request.method == "POST" and form.is_valid():
        wrong: list[Refused] = []
        uploads = uploads_of(request, slots, wrong)
        wrong = [PictureStillMissing(field=one.field) for one in wrong]
        if not wrong:
            wrong = send_pictures_again(
                actor=actor_of(request), tenant_id=tenant.id, reference=reference, uploads=uploads, now=now()
            )
        for reason in wrong:
            add_refusal(form, reason)
        if not wrong:
            messages.success(request, _("The pictures are in. Staff look again."))
            return redirect("portal:verification_application", reference)
    context = {"form": form, "view": view, "until": asked_until(view)}
    return render(request, "portal/document_again.html", context, status=422 if form.errors else 200)


@require_POST
def give_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives an application up while nobody has decided; numbers and pictures are erased."""
    tenant = tenant_of_customer(request)
    withdraw(actor=actor_of(request), tenant_id=tenant.id, reference=reference, now=now())
    messages.success(request, _("The application is withdrawn; what you had sent is erased."))
    return redirect("portal:verification")


def _kind(text: str) -> DocumentKind:
    try:
        return DocumentKind(text)
    except ValueError:
        raise Http404 from None


def waiting_application(tenant: TenantFacts) -> ApplicationView | None:
    """The attempt that must end before another begins. Raises InternalEmployee."""
    require_usual_ways(tenant.id)
    waiting = open_application_of(tenant.id)
    return waiting if waiting is not None and waiting.state in WAITING else None


def _application(tenant: TenantFacts, reference: str) -> ApplicationView:
    view = application(tenant_id=tenant.id, reference=reference)
    if view is None:
        raise NoSuchApplication
    return view
