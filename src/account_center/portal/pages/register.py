"""Registering an ID account in three steps: contact, code, name and password."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from account_center.accounts.queries import places_of_phone
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import start_session
from account_center.portal.code_step import code_step
from account_center.portal.device_cookie import device_of, keep_device
from account_center.portal.forms import FinishRegistrationForm, RegisterForm
from account_center.portal.steps import Steps, steps_at
from account_center.portal.visits import (
    begun_once,
    challenge_of,
    code_was_right,
    has_typed_code,
    proof_id,
    remember,
    remembered,
)
from account_center.signin.errors import ProofMissing
from account_center.signin.services import accounts_behind, begin_registration, finish_registration, note_sign_in
from account_center.signin.services.codes import proven
from account_center.signin.services.devices import make_known, new_device
from account_center.signin.types import ChallengeView, Channel, Purpose

WHAT = "register"


def steps(now_at: int) -> Steps:
    """Where the visitor is."""
    return steps_at(now_at, [_("Country and contact"), _("Code"), _("Name and password")])


@login_not_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Country and phone or e-mail; sends the code."""
    if request.user.is_authenticated:
        return redirect("portal:home")
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        country = form.cleaned_data["country"]
        try:
            view = begun_once(
                request,
                WHAT,
                lambda: begin_registration(
                    actor=actor_of(request), contact=form.cleaned_data["recipient"], country=country, now=now()
                ),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            remember(request, WHAT, view, country=country)
            return redirect("portal:register_code")
    return render(
        request, "portal/register.html", {"form": form, "steps": steps(0)}, status=422 if form.errors else 200
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Waits for the code."""
    return code_step(
        request,
        challenge_of(request, WHAT),
        on_right=lambda: _right(request),
        context={"steps": steps(1), "title": _("Type the code"), "other": "portal:register", "back": "portal:register"},
    )


def _right(request: HttpRequest) -> HttpResponse:
    code_was_right(request, WHAT)
    return redirect("portal:register_finish")


@login_not_required
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """Name and password; opens the account and signs in."""
    if request.method == "POST" and not remembered(request, WHAT):
        # The first of two clicks has opened the account; else the sign-in page says what is over.
        return redirect("portal:register_done")
    if remembered(request, WHAT) and not has_typed_code(request, WHAT):
        proven(proof_id(request, WHAT), purpose=Purpose.REGISTER, now=now())  # else nobody has typed it
        return redirect("portal:register_code")
    form = FinishRegistrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _open(request, form)
        except ProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    proof = proven(proof_id(request, WHAT), purpose=Purpose.REGISTER, now=now())
    context = {"form": form, "steps": steps(2), "proof": proof, **_there_already(proof)}
    return render(request, "portal/register_finish.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: FinishRegistrationForm) -> HttpResponse:
    actor = actor_of(request)
    opened = finish_registration(
        actor=actor,
        challenge_id=proof_id(request, WHAT),
        country=str(remembered(request, WHAT)["country"]),
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password"],
        language=get_language() or "en",
        now=now(),
    )
    device = device_of(request) or new_device()
    note_sign_in(actor=actor, account_id=opened.id, way="registration")
    make_known(actor=actor, account=opened, device=device, now=now())
    start_session(request, opened.id, seconds=settings.LIMITS.session_seconds, way="registration", mark=opened.mark)
    response = redirect("portal:register_done")
    keep_device(response, device)
    return response


def _there_already(proof: ChallengeView) -> dict[str, object]:
    """3.1.16: told only now that the phone or e-mail is proven to be the visitor's."""
    there = accounts_behind(proof.channel, proof.recipient)
    used, allowed = places_of_phone(proof.recipient) if proof.channel is Channel.SMS else (len(there), 1)
    return {
        "there": there,
        "used": used,
        "allowed": allowed,
        "full": used >= allowed,
        "sms": proof.channel is Channel.SMS,
    }


@require_http_methods(["GET"])
def done(request: HttpRequest) -> HttpResponse:
    """The account works at once (3.1.5); what comes next."""
    return render(request, "portal/register_done.html")
