"""Showing that it is still the owner, before a sensitive task; then back to it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from account_center.kit.clock import now
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.code_step import code_step
from account_center.portal.customer import Customer, customer_of
from account_center.portal.forms import CodeForm
from account_center.portal.forms_factors import EmptyForm, PresentPasswordForm, ProveWayForm, RecoveryCodeForm
from account_center.portal.fresh import has_proof, keep_proof, own_path
from account_center.portal.passkey_step import answer_of, question, question_id
from account_center.portal.visits import begun_once, challenge_of, remember, remembered
from account_center.signin.errors import CodeExpired, FreshProofMissing, ProofMissing
from account_center.signin.services import fresh
from account_center.signin.services.codes import challenge, require_right, try_code
from account_center.signin.types import ChallengeState, ChallengeView, Channel, PasskeyUse, SensitiveAction, WayToProve

WHAT_FOR: dict[SensitiveAction, str | Promise] = {
    SensitiveAction.PASSWORD: gettext_lazy("You are about to set a new password."),
    SensitiveAction.CONTACTS: gettext_lazy("You are about to change the phone number or e-mail address."),
    SensitiveAction.SECOND_FACTORS: gettext_lazy("You are about to change your second factors."),
    SensitiveAction.SIGN_IN_CHECK: gettext_lazy("You are about to change what is asked when you sign in."),
    SensitiveAction.DEVICES: gettext_lazy("You are about to change your trusted devices."),
    SensitiveAction.EMERGENCY_CONTACTS: gettext_lazy("You are about to change your emergency contacts."),
    SensitiveAction.SECURITY_POLICY: gettext_lazy("You are about to change the security policy."),
    SensitiveAction.COPY_OF_DATA: gettext_lazy("You are about to fetch a copy of your data."),
    SensitiveAction.DELETE_ACCOUNT: gettext_lazy("You are about to delete your account."),
    SensitiveAction.UPGRADE: gettext_lazy("You are about to upgrade your account."),
    SensitiveAction.CHANGE_VERIFICATION: gettext_lazy("You are about to change who stands behind your account."),
}
PAGES = {
    WayToProve.APP: "portal:prove_app",
    WayToProve.PASSKEY: "portal:prove_passkey",
    WayToProve.RECOVERY_CODE: "portal:prove_recovery_code",
    WayToProve.PASSWORD: "portal:prove_password",
}
CHANNELS = {WayToProve.SMS: Channel.SMS, WayToProve.EMAIL: Channel.EMAIL}


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, action: str) -> HttpResponse:
    """How one wants to show it; remembers where to go afterwards."""
    task, customer = _task(action), customer_of(request)
    if "next" in request.GET or not remembered(request, _what(task)):
        request.session[_what(task)] = {"next": _wanted(request)}
    if has_proof(request, task):
        return redirect(_goal(request, task))
    form = ProveWayForm(request.POST or None, ways=_ways(customer))
    if request.method == "POST" and form.is_valid():
        try:
            return _begin(request, task, WayToProve(form.cleaned_data["way"]))
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "what_for": WHAT_FOR[task], "for_contacts": task is SensitiveAction.CONTACTS}
    return render(request, "portal/prove.html", context, status=422 if form.errors else 200)


def _begin(request: HttpRequest, task: SensitiveAction, way: WayToProve) -> HttpResponse:
    if way not in CHANNELS:
        return redirect(PAGES[way], task.value)
    send = partial(
        fresh.send_proof_code,
        actor=actor_of(request),
        account_id=customer_of(request).account.id,
        action=task,
        channel=CHANNELS[way],
        now=now(),
    )
    view = begun_once(request, _what(task), send)
    remember(request, _what(task), view, next=_goal(request, task))
    return redirect("portal:prove_code", task.value)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, action: str) -> HttpResponse:
    """Waits for the code that went to the phone or e-mail of the account."""
    task = _task(action)
    if "challenge" not in remembered(request, _what(task)) and has_proof(request, task):
        return redirect(_goal(request, task))
    view = challenge_of(request, _what(task))
    if view.state is ChallengeState.USED:
        return redirect(
            _goal(request, task)
        )  # the second of two clicks, or the way back: the task asks again if it must
    return code_step(
        request,
        view,
        on_right=lambda: _on_code(request, task, view.id),
        check=lambda digits: _judge(view, digits),
        context={"title": _("Show that it is you"), **_links(request, task)},
    )


def _judge(view: ChallengeView, digits: str) -> None:
    try:
        require_right(try_code(challenge_id=view.id, purpose=view.purpose, digits=digits, now=now()))
    except CodeExpired:
        # The other of two clicks used it up while this one was on its way: then on to the task, which knows who it is.
        seen = challenge(view.id)
        if seen is None or seen.state is not ChallengeState.USED:
            raise


def _on_code(request: HttpRequest, task: SensitiveAction, challenge_id: UUID) -> HttpResponse:
    try:
        return _proven(request, task, fresh.prove_by_code, challenge_id=challenge_id)
    except (FreshProofMissing, ProofMissing):
        return redirect(_goal(request, task))


@require_http_methods(["GET", "POST"])
def app(request: HttpRequest, action: str) -> HttpResponse:
    """The present code of the authenticator app."""
    task, form = _task(action), CodeForm(request.POST or None)
    return _form_page(
        request,
        task,
        form,
        act=lambda: _proven(request, task, fresh.prove_by_app, digits=form.cleaned_data["code"]),
        lead=_("Type the six digits that your authenticator app shows now."),
    )


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, action: str) -> HttpResponse:
    """The password, for an account that has nothing else."""
    task, form = _task(action), PresentPasswordForm(request.POST or None)
    return _form_page(
        request,
        task,
        form,
        act=lambda: _proven(request, task, fresh.prove_by_password, password=form.cleaned_data["password"]),
        lead=_("This account has neither phone nor e-mail address, so its password is asked for."),
    )


@require_http_methods(["GET", "POST"])
def recovery_code(request: HttpRequest, action: str) -> HttpResponse:
    """A recovery code, where app and passkey are lost."""
    task, form = _task(action), RecoveryCodeForm(request.POST or None)
    return _form_page(
        request,
        task,
        form,
        act=lambda: _proven(request, task, fresh.prove_by_recovery_code, code=form.cleaned_data["code"]),
        lead=_("Type one of the recovery codes you have kept; it is used up by that."),
    )


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest, action: str) -> HttpResponse:
    """A passkey of the account."""
    task, form = _task(action), EmptyForm(request.POST or None)
    options = reverse("portal:prove_passkey_options", args=[task.value])
    return _form_page(
        request,
        task,
        form,
        act=lambda: _proven(
            request,
            task,
            fresh.prove_by_passkey,
            question_id=question_id(request, PasskeyUse.PROVE),
            answer=answer_of(request),
        ),
        lead=_("Your device asks for finger, face or PIN."),
        template="portal/prove_passkey.html",
        options=options,
    )


@require_POST
def passkey_options(request: HttpRequest, action: str) -> HttpResponse:
    """The question to the passkey, for the script."""
    _task(action)
    account_id = customer_of(request).account.id
    return question(
        request,
        PasskeyUse.PROVE,
        lambda: fresh.begin_passkey_proof(actor=actor_of(request), account_id=account_id, now=now()),
    )


def _form_page(
    request: HttpRequest,
    task: SensitiveAction,
    form: Form,
    *,
    act: Callable[[], HttpResponse],
    lead: str,
    template: str = "portal/prove_form.html",
    **more: str,
) -> HttpResponse:
    if request.method == "POST" and has_proof(request, task):
        return redirect(_goal(request, task))  # the second of two clicks
    if request.method == "POST" and form.is_valid():
        try:
            return act()
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "lead": lead, "what_for": WHAT_FOR[task], **_links(request, task), **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _proven(request: HttpRequest, task: SensitiveAction, prove: Callable[..., UUID], **given: Any) -> HttpResponse:
    account_id = customer_of(request).account.id
    proof = prove(actor=actor_of(request), account_id=account_id, action=task, now=now(), **given)
    goal = _goal(request, task)
    # Where to go stays noted: the second of two clicks may come when the first has been answered.
    request.session[_what(task)] = {"next": goal}
    keep_proof(request, task, proof)
    return redirect(goal)


def _ways(customer: Customer) -> list[tuple[str, str]]:
    account = customer.account
    labels = {
        WayToProve.SMS: _("A code by SMS to %(masked)s") % {"masked": mask_phone(account.phone)},
        WayToProve.EMAIL: _("A code by e-mail to %(masked)s") % {"masked": mask_email(account.email)},
        WayToProve.APP: _("The authenticator app"),
        WayToProve.PASSKEY: _("A passkey"),
        WayToProve.RECOVERY_CODE: _("A recovery code"),
        WayToProve.PASSWORD: _("The password"),
    }
    return [(way.value, labels[way]) for way in fresh.ways_to_prove(account.id)]


def _links(request: HttpRequest, task: SensitiveAction) -> dict[str, str]:
    return {"other_link": reverse("portal:prove", args=[task.value]), "back_link": reverse("portal:security")}


def _goal(request: HttpRequest, task: SensitiveAction) -> str:
    noted = remembered(request, _what(task)).get("next")
    return noted if isinstance(noted, str) else reverse("portal:security")


def _wanted(request: HttpRequest) -> str:
    return own_path(request.GET.get("next", ""), secure=request.is_secure())


def _what(task: SensitiveAction) -> str:
    return f"prove_{task.value}"


def _task(action: str) -> SensitiveAction:
    try:
        return SensitiveAction(action)
    except ValueError:
        raise Http404 from None
