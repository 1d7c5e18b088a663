"""Verification of an individual by scan, at the computer: the form, the code for the phone, following what happens there."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from account_center.kit.agents import agent_words
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import this_session
from account_center.plumbing.wording import explain
from account_center.portal.again import fill_in, filled
from account_center.portal.changing import ChangeMode, ask_for_form, asked_change, change_mode, first_or_change
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_scan import ScanForm
from account_center.portal.full_numbers import remember_full
from account_center.portal.scan_cookies import keep_token, token_of
from account_center.portal.steps import Steps, steps_at
from account_center.realname.errors import ConsentMissing, NoSuchApplication
from account_center.realname.queries import (
    application,
    handover_of,
    is_link_of,
    open_application_of,
)
from account_center.realname.services.claims import read_scan_claim
from account_center.realname.services.gate import require_usual_ways
from account_center.realname.services.scanning import begin_scan, show_new_code
from account_center.realname.types import (
    ApplicationState,
    ApplicationView,
    HandoverState,
    HandoverView,
    Party,
    ShownLink,
    Way,
)
from account_center.tenants.types import TenantFacts

POLL_SECONDS, CALM_POLL_SECONDS = 2, 15
PHONES = frozenset({"Android", "iPhone", "HarmonyOS"})


def steps(now_at: int) -> Steps:
    """Where the customer is."""
    return steps_at(now_at, [_("Name and number"), _("Face picture"), _("Answer")])


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
    form = ScanForm(request.POST if request.method == "POST" else None, request.FILES or None)
    ask_for_form(form, mode)
    fill_in(request, form, Way.SCAN)
    if request.method == "POST" and form.is_valid():
        shown = _submit(request, form, tenant, mode)
        if shown is not None:
            return _to_code(shown)
    minutes = settings.LIMITS.handover_seconds // 60
    context = {"form": form, "steps": steps(0), "waiting": waiting, "minutes": minutes, "change": mode}
    return render(request, "portal/scan.html", context, status=422 if form.errors else 200)


def _submit(request: HttpRequest, form: ScanForm, tenant: TenantFacts, mode: ChangeMode | None) -> ShownLink | None:
    typed = filled(request, form)
    claim, wrong = read_scan_claim(name=typed["name"], id_number=typed["id_number"], now=now())
    wrong += [ConsentMissing(field=field) for field in ("consent_data", "consent_face") if not typed[field]]
    change = asked_change(request, mode, wrong)
    if not wrong and claim is not None:
        shown, wrong = begin_scan(
            actor=actor_of(request),
            tenant_id=tenant.id,
            owner_id=tenant.owner_id,
            claim=claim,
            session_id=this_session(request),
            now=now(),
            change=change,
        )
        if shown is not None:
            return shown
    remember_full(request, claim, wrong)
    for reason in wrong:
        add_refusal(form, reason)
    return None


def _to_code(shown: ShownLink) -> HttpResponse:
    response = redirect("portal:scan_code", shown.view.reference)
    keep_token(response, shown.token)
    return response


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A link as the page shows it; ``phase`` is waiting, elsewhere (another browser shows the code), taken or over."""

    phase: str
    link: str
    picture: str
    seconds: int
    phone: str
    taken_at: datetime | None


@require_safe
@at_one_moment
def code(request: HttpRequest, reference: str) -> HttpResponse:
    """The code for the phone. The page follows by itself what the phone does, and goes on when it has sent the picture."""
    tenant = tenant_of_customer(request)
    view = _application(tenant, reference)
    live = request.htmx  # type: ignore[attr-defined]
    if view.state is not ApplicationState.DRAFT:
        # The whole page comes anew, with its title and without asking again.
        return HttpResponseClientRefresh() if live else redirect("portal:verification_application", reference)
    shown = _shown(request, tenant, view)
    # With the reason: a bad picture is taken again so fast that the page may see nothing else of it.
    seen = f"{shown.phase} {view.refusal}".strip()
    if live and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {
        "view": view,
        "before": explain(view.refusal, {"reference": view.reference}) if view.refusal else None,
        "code": shown,
        "seen": seen,
        "steps": steps(1),
        "poll": CALM_POLL_SECONDS if shown.phase == "over" else POLL_SECONDS,
        "on_phone": agent_words(request.META.get("HTTP_USER_AGENT", "")).system in PHONES,
        "minutes": settings.LIMITS.handover_seconds // 60,
    }
    return render(request, "portal/scan_code_part.html" if live else "portal/scan_code.html", context)


def _shown(request: HttpRequest, tenant: TenantFacts, view: ApplicationView) -> ShownCode:
    handover = handover_of(tenant_id=tenant.id, reference=view.reference)
    token = token_of(request)
    mine = is_link_of(tenant_id=tenant.id, reference=view.reference, token=token)
    phase = _phase(handover, mine=mine)
    link = _address(request, token) if phase == "waiting" else ""
    picture = segno.make(link, error="m", micro=False) if link else None
    return ShownCode(
        phase=phase,
        link=link,
        picture=picture.svg_data_uri(scale=5, border=4, light="#fff", dark="#000") if picture else "",
        seconds=max(0, int((handover.expires_at - now()).total_seconds())) if handover else 0,
        phone=agent_words(handover.phone_agent).text if handover else "",
        taken_at=handover.taken_at if handover else None,
    )


def _phase(handover: HandoverView | None, *, mine: bool) -> str:
    if handover is None or handover.expires_at <= now():
        return "over"
    if handover.state is HandoverState.TAKEN:
        return "taken"
    if handover.state is not HandoverState.WAITING:
        return "over"
    return "waiting" if mine else "elsewhere"


def _address(request: HttpRequest, token: str) -> str:
    path = reverse("portal:scan_link", args=[token])
    # In the sandbox one may have come by any name of this machine; in production there is one public address.
    return settings.PUBLIC_ADDRESS + path if settings.PUBLIC_ADDRESS else request.build_absolute_uri(path)


@require_POST
def new_code(request: HttpRequest, reference: str) -> HttpResponse:
    """Another code; whoever has the one before is shut out."""
    tenant = tenant_of_customer(request)
    shown = show_new_code(
        actor=actor_of(request),
        tenant_id=tenant.id,
        reference=reference,
        session_id=this_session(request),
        now=now(),
    )
    return _to_code(shown)


def _application(tenant: TenantFacts, reference: str) -> ApplicationView:
    view = application(tenant_id=tenant.id, reference=reference)
    if view is None or view.way is not Way.SCAN:
        raise NoSuchApplication
    return view
