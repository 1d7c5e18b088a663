"""Verification by scan, on the phone. It is not signed in: the link, and then a cookie of its browser, are the proof."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import Explained, explain
from account_center.portal.forms_scan import FaceForm
from account_center.portal.scan_cookies import keep_phone, new_phone, phone_of
from account_center.realname.errors import LinkOver, ScanConsentMissing, ScanFaceMissing
from account_center.realname.services.scanning_phone import (
    disown,
    disown_link,
    on_phone,
    open_link,
    send_picture,
    take_over,
)
from account_center.realname.types import ApplicationState, HandoverState, PhoneView

POLL_SECONDS = 2


@login_not_required
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Says what the link is for and asks; the press takes it over. A GET changes nothing: previews open links too."""
    phone = phone_of(request) or new_phone()
    actor, moment = actor_of(request), now()
    if request.method == "POST":
        taken = take_over(actor=actor, token=token, phone=phone, now=moment)
        response: HttpResponse = redirect("portal:scan_phone", taken)
    else:
        view = open_link(actor=actor, token=token, phone=phone, now=moment)
        if view.handover is HandoverState.TAKEN:
            return redirect("portal:scan_phone", view.handover_id)
        response = render(request, "portal/scan_link.html", {**_shown(request, view), "token": token})
    keep_phone(response, phone)
    return response


@login_not_required
@require_POST
def not_me_link(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever opened the link says that this is not him: it ends, and the owner of the account is told."""
    disown_link(actor=actor_of(request), token=token, phone=phone_of(request), now=now())
    return render(request, "portal/scan_stopped.html")


@login_not_required
@require_POST
def not_me(request: HttpRequest, handover: UUID) -> HttpResponse:
    """The same, after the phone took the link over."""
    disown(actor=actor_of(request), handover_id=handover, phone=phone_of(request), now=now())
    return render(request, "portal/scan_stopped.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, handover: UUID) -> HttpResponse:
    """The picture and the consent of whoever is in it; then the answer."""
    view = on_phone(handover_id=handover, phone=phone_of(request), now=now())
    if view.goes_on_at is not None:
        return _over_there(request, view.goes_on_at)
    if view.handover is HandoverState.USED:
        return _answer(request, view)
    who = {"who": view.name_masked, "account": view.account_masked}
    sent = request.method == "POST"
    form = FaceForm(request.POST if sent else None, request.FILES if sent else None, **who)
    if sent and form.is_valid() and _sent(request, form, handover):
        return redirect("portal:scan_phone", handover)
    context = {**_shown(request, view), "form": form, "before": _refusal(view, here=False)}
    return render(request, "portal/scan_phone.html", context, status=422 if form.errors else 200)


def _over_there(request: HttpRequest, handover: UUID) -> HttpResponse:
    address = reverse("portal:scan_phone", args=[handover])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def _sent(request: HttpRequest, form: FaceForm, handover: UUID) -> bool:
    typed = form.cleaned_data
    wrong: list[Refused] = [] if typed["face"] else [ScanFaceMissing(field="face")]
    if not typed["agree"]:
        wrong.append(ScanConsentMissing(field="agree"))
    if not wrong:
        try:
            _send(request, handover, typed["face"].read(settings.LIMITS.image_bytes + 1))
        except LinkOver:
            raise
        except Refused as refusal:
            if refusal.code.startswith("documents."):
                refusal.field = "face"
            wrong.append(refusal)
    for reason in wrong:
        add_refusal(form, reason)
    return not wrong


def _send(request: HttpRequest, handover: UUID, picture: bytes) -> None:
    send_picture(
        actor=actor_of(request), handover_id=handover, phone=phone_of(request), picture=bytes(picture), now=now()
    )


def _answer(request: HttpRequest, view: PhoneView) -> HttpResponse:
    checking = view.application is ApplicationState.CHECKING
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204) if checking else HttpResponseClientRefresh()
    here = request.user.is_authenticated  # the computer and the phone are one
    context = {
        "view": view,
        "poll": POLL_SECONDS if checking else 0,
        "approved": view.application is ApplicationState.APPROVED,
        "refusal": _refusal(view, here=here),
        "here": here,
    }
    return render(request, "portal/scan_answer.html", context)


def _refusal(view: PhoneView, *, here: bool) -> Explained | None:
    """What was wrong. The ways on are where the person is signed in: ``here``, or at the computer only."""
    if not view.refusal:
        return None
    refusal = explain(view.refusal, {"reference": view.reference})
    return refusal if here else replace(refusal, ways=(), ticket="")


def _shown(request: HttpRequest, view: PhoneView) -> dict[str, object]:
    left = max(0, int((view.expires_at - now()).total_seconds()))
    return {"view": view, "seconds": left, "minutes": -(-left // 60), "site": request.get_host()}
