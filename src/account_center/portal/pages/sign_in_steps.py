"""What a sign-in asks for after the first factor: code, app, passkey or recovery code, new password, and trust (1.47)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypedDict
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from account_center.kit.actor import Actor
from account_center.kit.clock import now
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.code_step import code_step
from account_center.portal.device_cookie import device_of
from account_center.portal.entering import PAGES, end, forget_pending, go_on, goal_of, has_pending, pending
from account_center.portal.forms import CodeForm
from account_center.portal.forms_factors import EmptyForm, RecoveryCodeForm
from account_center.portal.forms_sign_in import ChannelForm, FirstNewPasswordForm
from account_center.portal.passkey_step import answer_of, question, question_id
from account_center.portal.visits import went_on
from account_center.signin.errors import AttemptOver, FactorLocked, GuessedOut
from account_center.signin.services import attempts
from account_center.signin.services.codes import challenge
from account_center.signin.types import AttemptView, Channel, PasskeyUse, SecondWay, Step

OVER = (AttemptOver, FactorLocked, GuessedOut)  # nothing on the page can be mended: the refusal becomes a page
OTHER_WAYS: dict[SecondWay, tuple[str | Promise, str]] = {
    SecondWay.APP: (gettext_lazy("Use the authenticator app"), "portal:sign_in_step_app"),
    SecondWay.PASSKEY: (gettext_lazy("Use a passkey"), "portal:sign_in_step_passkey"),
    SecondWay.RECOVERY_CODE: (gettext_lazy("Use a recovery code"), "portal:sign_in_step_recovery_code"),
}
StepPage = Callable[[HttpRequest, AttemptView], HttpResponse]


def step(*, answering: SecondWay | None = None, needing: Step | None = None) -> Callable[[StepPage], StepPage]:
    """A page of a half-done sign-in. It shows only the step that is really asked; others lead there."""

    def decorate(view: StepPage) -> Any:
        @login_not_required
        @require_http_methods(["GET", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.user.is_authenticated or not has_pending(request):
                return went_on() if request.method == "POST" else redirect("portal:sign_in")
            try:
                found = pending(request)
                if (answering in found.answers) if answering else (found.needs is needing):
                    return view(request, found)
                return _where(found)
            except (FactorLocked, GuessedOut):
                forget_pending(request)
                raise
            except AttemptOver:
                if request.method == "GET":
                    raise
                return went_on(goal_of(request))  # as the second of two clicks finds it

        return guarded

    return decorate


def _where(found: AttemptView) -> HttpResponse:
    if found.needs is not None:
        return redirect(PAGES[found.needs])
    return redirect("portal:sign_in_trust")


@step(answering=SecondWay.CODE)
def code(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """Waits for the code that was sent to the phone or e-mail address of the account."""
    sent = challenge(found.challenge) if found.challenge else None
    if sent is None:
        return redirect("portal:sign_in_step_channel")
    passed: list[AttemptView] = []

    def judge(digits: str) -> None:
        passed.append(attempts.pass_code(**_of(request, found), digits=digits))

    context = {
        "title": _("Type the code"),
        "other": "",
        "other_link": reverse("portal:sign_in_step_channel") if len(found.channels) > 1 else "",
        "back": "portal:sign_in",
        "ways": _other_ways(found, SecondWay.CODE),
    }
    return code_step(request, sent, on_right=lambda: go_on(request, passed[0]), check=judge, context=context, ends=OVER)


@step(answering=SecondWay.CODE)
def channel(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """Where the code shall go."""
    form = ChannelForm(request.POST or None, channels=_channels(found))

    def send() -> HttpResponse:
        wanted = Channel(form.cleaned_data["channel"])
        attempts.send_attempt_code(**_of(request, found), channel=wanted)
        return redirect(PAGES[Step.CODE])

    return _form_page(
        request, form, act=send, template="portal/sign_in_channel.html", ways=_other_ways(found, SecondWay.CODE)
    )


def _channels(found: AttemptView) -> list[tuple[str, str]]:
    masked = {Channel.SMS: mask_phone(found.account.phone), Channel.EMAIL: mask_email(found.account.email)}
    return [(one.value, masked[one]) for one in found.channels]


@step(answering=SecondWay.APP)
def app(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """The present code of the authenticator app."""
    form = CodeForm(request.POST or None)
    return _form_page(
        request,
        form,
        act=lambda: go_on(request, attempts.pass_app(**_of(request, found), digits=form.cleaned_data["code"])),
        title=_("Type the code of your authenticator app"),
        lead=_("Open the app on your phone and type the six digits it shows for this account."),
        ways=_other_ways(found, SecondWay.APP),
    )


@step(answering=SecondWay.RECOVERY_CODE)
def recovery_code(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """A recovery code, where app and passkey are lost."""
    form = RecoveryCodeForm(request.POST or None)
    return _form_page(
        request,
        form,
        act=lambda: go_on(request, attempts.pass_recovery_code(**_of(request, found), code=form.cleaned_data["code"])),
        title=_("Type a recovery code"),
        lead=_("One of the codes that you were given when you set up your second factors."),
        ways=_other_ways(found, SecondWay.RECOVERY_CODE),
    )


@step(answering=SecondWay.PASSKEY)
def passkey(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """A passkey of the account."""

    def judge() -> HttpResponse:
        asked = question_id(request, PasskeyUse.CHECK)
        return go_on(
            request, attempts.pass_passkey(**_of(request, found), question_id=asked, answer=answer_of(request))
        )

    return _form_page(
        request,
        EmptyForm(request.POST or None),
        act=judge,
        template="portal/sign_in_passkey.html",
        title=_("Use your passkey"),
        lead=_("Your device asks for finger, face or PIN."),
        options=reverse("portal:sign_in_step_passkey_options"),
        ways=_other_ways(found, SecondWay.PASSKEY),
    )


@step(answering=SecondWay.PASSKEY)
def passkey_options(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """The question to the passkey, for the script."""
    return question(request, PasskeyUse.CHECK, lambda: attempts.ask_passkey(**_of(request, found)))


@step(needing=Step.NEW_PASSWORD)
def new_password(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """A new password, where the old one has run out or must be changed (3.1.20)."""
    form = FirstNewPasswordForm(request.POST or None)
    must = found.account.must_change_password
    return _form_page(
        request,
        form,
        act=lambda: go_on(request, attempts.set_new_password(**_of(request, found), new=form.cleaned_data["password"])),
        title=_("Set a new password"),
        lead=_("Your present password must not be used any more. Set a new one; then the sign-in goes on.")
        if must
        else _("Your password is older than your tenant's policy allows. Set a new one; then the sign-in goes on."),
        ways=[],
    )


@step(needing=None)
def trust(request: HttpRequest, found: AttemptView) -> HttpResponse:
    """Asks whether this device shall be trusted; it never is by itself (1.47)."""
    if request.method == "POST":
        return end(request, found, device_of(request), trust=request.POST.get("trust") == "yes")
    if not found.offers_trust:
        return render(request, "portal/sign_in_finish.html")
    return render(request, "portal/sign_in_trust.html")


def _other_ways(found: AttemptView, but: SecondWay) -> list[tuple[str | Promise, str]]:
    own = [(label, reverse(name)) for way, (label, name) in OTHER_WAYS.items() if way in found.answers - {but}]
    if SecondWay.CODE in found.answers - {but}:
        own.append((_("Use a code"), reverse("portal:sign_in_step_channel")))
    return own


class _Of(TypedDict):
    actor: Actor
    attempt_id: UUID
    device: str
    now: datetime


def _of(request: HttpRequest, found: AttemptView) -> _Of:
    """Who does what to which sign-in, and when: what every step is told."""
    return {"actor": actor_of(request), "attempt_id": found.id, "device": device_of(request), "now": now()}


def _form_page(
    request: HttpRequest,
    form: Form,
    *,
    act: Callable[[], HttpResponse],
    template: str = "portal/sign_in_step.html",
    **shown: object,
) -> HttpResponse:
    """A step that is one form: shows it, and once it is filled in well does the step. Raises what ends the sign-in."""
    if request.method == "POST" and form.is_valid():
        try:
            return act()
        except OVER:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, template, {"form": form, **shown}, status=422 if form.errors else 200)
