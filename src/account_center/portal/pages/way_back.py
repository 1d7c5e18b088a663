"""The owner's way back in past his own list of networks, at the end of his sign-in (1.23)."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from account_center.kit.clock import now
from account_center.kit.limits import MINUTE
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.code_step import code_step
from account_center.portal.device_cookie import device_of
from account_center.portal.entering import end, has_pending, pending_id
from account_center.portal.forms_policy import WayBackForm
from account_center.portal.visits import begun_once, challenge_of, forget, remember
from account_center.signin.services.way_back import open_way_back, send_way_back_code, waiting_for_way_back
from account_center.signin.types import AttemptView, Channel

WHAT = "way_back"


@login_not_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Says what it means, and sends the code to the owner's phone or e-mail."""
    if request.user.is_authenticated or not has_pending(request):
        return redirect("portal:sign_in")
    view = _waiting(request)
    form = WayBackForm(request.POST or None, channels=_channels(view))
    if request.method == "POST" and form.is_valid():
        try:
            send = partial(
                send_way_back_code,
                actor=actor_of(request),
                attempt_id=view.id,
                device=device_of(request),
                channel=Channel(form.cleaned_data["channel"]),
                now=now(),
            )
            sent = begun_once(request, WHAT, send)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            remember(request, WHAT, sent)
            return redirect("portal:way_back_code")
    context = {
        "form": form,
        "address": actor_of(request).address,
        "minutes": settings.LIMITS.way_back_seconds // MINUTE,
        "reachable": bool(view.channels),
    }
    return render(request, "portal/way_back.html", context, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Waits for the code, opens the way back and signs in."""
    if request.user.is_authenticated or not has_pending(request):
        return redirect("portal:sign_in")
    context = {"title": _("Type the code"), "other": "portal:way_back", "back": "portal:sign_in"}
    return code_step(request, challenge_of(request, WHAT), on_right=lambda: _open(request), context=context)


def _open(request: HttpRequest) -> HttpResponse:
    view, until = open_way_back(
        actor=actor_of(request),
        attempt_id=pending_id(request),
        device=device_of(request),
        challenge_id=challenge_of(request, WHAT).id,
        now=now(),
    )
    forget(request, WHAT)
    end(request, view, device_of(request), trust=False)
    told = _("The way back is open until %(time)s, from this address only. Correct the list of networks meanwhile.")
    messages.warning(request, told % {"time": time_format(localtime(until), "H:i")})
    return redirect("portal:security_policy")  # it is open for no other purpose


def _waiting(request: HttpRequest) -> AttemptView:
    return waiting_for_way_back(
        actor=actor_of(request), attempt_id=pending_id(request), device=device_of(request), now=now()
    )


def _channels(view: AttemptView) -> list[tuple[str, str]]:
    masked = {Channel.SMS: mask_phone(view.account.phone), Channel.EMAIL: mask_email(view.account.email)}
    return [(channel.value, masked[channel]) for channel in view.channels]
