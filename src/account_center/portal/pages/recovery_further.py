"""Forgotten password on a new device: what else shows that it is the owner (1.16); and stopping somebody else."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.kit.clock import now
from account_center.kit.limits import DAY, HOUR
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.code_step import code_step
from account_center.portal.forms import CodeForm
from account_center.portal.forms_factors import RecoveryCodeForm
from account_center.portal.forms_recovery import FurtherForm
from account_center.portal.pages.recovery import (
    is_on_its_way,
    moved_on,
    page_of,
    present,
    recovery_step,
    steps,
    went_up,
)
from account_center.portal.passkey_step import answer_of, question, question_id
from account_center.recovery import services as recovery
from account_center.recovery.errors import RecoveryOver
from account_center.recovery.services.telling import in_words
from account_center.recovery.types import FurtherChoice, FurtherWay, RecoveryState, RecoveryView
from account_center.signin.types import ChallengeView, Channel, PasskeyUse

_WAYS: dict[FurtherWay, str | Promise] = {
    FurtherWay.APP: gettext_lazy("The present code of my authenticator app"),
    FurtherWay.PASSKEY: gettext_lazy("A passkey"),
    FurtherWay.RECOVERY_CODE: gettext_lazy("A recovery code"),
}

_OWN = {
    FurtherWay.APP: "portal:recovery_app",
    FurtherWay.PASSKEY: "portal:recovery_passkey",
    FurtherWay.RECOVERY_CODE: "portal:recovery_recovery_code",
}


@recovery_step
def further(request: HttpRequest) -> HttpResponse:
    """A new device: what else shows that it is the owner (1.16)."""
    view = present(request)
    if view.state is not RecoveryState.FURTHER:
        return page_of(view)
    choice = recovery.choices(recovery_id=view.id, now=now())
    form = FurtherForm(request.POST or None, ways=_ways(choice))
    if request.method == "POST" and form.is_valid():
        try:
            return _further(request, view, form.cleaned_data["way"])
        except RecoveryOver:
            raise
        except Refused as refusal:
            if onward := moved_on(request, view):
                return onward
            if is_on_its_way(request, refusal):
                return redirect("portal:recovery_further_code")
            add_refusal(form, refusal)
    context = {
        "form": form,
        "steps": steps(1, by_name=view.by_name),
        "account": view.account,
        "contacts": choice.contacts,
        "waits_until": in_words(choice.waits_until) if choice.waits_until else "",
    }
    return render(request, "portal/recovery_further.html", context, status=422 if form.errors else 200)


def _ways(choice: FurtherChoice) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for way in choice.ways:
        if way is FurtherWay.CONTACT:
            found += [(f"{way.value}:{one.id}", _of_contact(one.name, one.channel)) for one in choice.contacts]
        elif way is FurtherWay.OTHER:
            found.append((way.value, _("A code to %(masked)s") % {"masked": choice.other}))
        elif way is FurtherWay.WAIT:
            found += [] if choice.waits_until else [(way.value, _waiting_time())]
        else:
            found.append((way.value, str(_WAYS[way])))
    return found


def _waiting_time() -> str:
    hours = settings.LIMITS.recovery_wait_seconds // HOUR
    return _("Wait %(hours)d hours, while every phone and mailbox of the account is told") % {"hours": hours}


def _of_contact(name: str, channel: Channel) -> str:
    by = _("by text message") if channel is Channel.SMS else _("by e-mail")
    return _("Ask %(name)s, %(by)s") % {"name": name, "by": by}


def _further(request: HttpRequest, view: RecoveryView, chosen: str) -> HttpResponse:
    way, _colon, contact = chosen.partition(":")
    actor = actor_of(request)
    match FurtherWay(way):
        case FurtherWay.CONTACT:
            recovery.ask_contact(actor=actor, recovery_id=view.id, contact_id=UUID(contact), now=now())
        case FurtherWay.OTHER:
            recovery.ask_other(actor=actor, recovery_id=view.id, now=now())
        case FurtherWay.WAIT:
            recovery.wait(actor=actor, recovery_id=view.id, now=now())
            return redirect("portal:recovery_waiting")
        case own:
            return redirect(_OWN[own])
    return redirect("portal:recovery_further_code")


@recovery_step
def code(request: HttpRequest) -> HttpResponse:
    """Waits for the code of an emergency contact, or of the account's other phone or e-mail (1.19)."""
    view = present(request)
    if view.state is not RecoveryState.FURTHER or view.further_challenge is None:
        return page_of(view)
    waiting = recovery.further_challenge(recovery_id=view.id, now=now())
    by_contact = view.further is FurtherWay.CONTACT
    context = {
        "title": _("Type the code of your emergency contact") if by_contact else _("Type the code"),
        "steps": steps(1, by_name=view.by_name),
        "other": "",
        "other_link": reverse("portal:recovery_further"),
        "back": "portal:recovery_further",
        "lead": _lead(waiting) if by_contact else "",
        "by_contact": by_contact,
    }
    return code_step(request, waiting, on_right=lambda: _shown(request), context=context)


def _lead(waiting: ChallengeView) -> str:
    return _(
        "We sent a code to your emergency contact, %(masked)s. Call the person or go there, so that it is clear that it is you; then type the code you are told."
    ) % {"masked": waiting.masked}


def _shown(request: HttpRequest) -> HttpResponse:
    view = recovery.take_code(actor=actor_of(request), recovery_id=present(request).id, now=now())
    went_up(request)
    return page_of(view)


@recovery_step
def app(request: HttpRequest) -> HttpResponse:
    """The present code of the authenticator app."""
    form = CodeForm(request.POST or None)
    lead = _("Type the code that your authenticator app shows now.")
    return _factor(request, form, title=_("Authenticator app"), lead=lead, take=recovery.take_app, as_="digits")


@recovery_step
def recovery_code(request: HttpRequest) -> HttpResponse:
    """One of the account's recovery codes."""
    form = RecoveryCodeForm(request.POST or None)
    lead = _("Type one of the recovery codes that you kept when you set up your second factor.")
    return _factor(request, form, title=_("Recovery code"), lead=lead, take=recovery.take_recovery_code, as_="code")


def _factor(
    request: HttpRequest, form: Form, *, title: str, lead: str, take: Callable[..., RecoveryView], as_: str
) -> HttpResponse:
    view = present(request)
    if view.state is not RecoveryState.FURTHER:
        return page_of(view)
    if request.method == "POST" and form.is_valid():
        try:
            typed = {as_: form.cleaned_data["code"]}
            view = take(actor=actor_of(request), recovery_id=view.id, now=now(), **typed)
        except RecoveryOver:
            raise
        except Refused as refusal:
            if onward := moved_on(request, view):
                return onward
            add_refusal(form, refusal)
        else:
            went_up(request)
            return page_of(view)
    context = {"form": form, "steps": steps(1, by_name=view.by_name), "title": title, "lead": lead}
    return render(request, "portal/recovery_factor.html", context, status=422 if form.errors else 200)


@recovery_step
def passkey(request: HttpRequest) -> HttpResponse:
    """One of the account's passkeys."""
    view = present(request)
    if view.state is not RecoveryState.FURTHER:
        return page_of(view)
    form = Form(request.POST or None)
    if request.method == "POST":
        try:
            view = recovery.take_passkey(
                actor=actor_of(request),
                recovery_id=view.id,
                question_id=question_id(request, PasskeyUse.CHECK),
                answer=answer_of(request),
                now=now(),
            )
        except RecoveryOver:
            raise
        except Refused as refusal:
            if onward := moved_on(request, view):
                return onward
            add_refusal(form, refusal)
        else:
            went_up(request)
            return page_of(view)
    context = {"form": form, "steps": steps(1, by_name=view.by_name)}
    return render(request, "portal/recovery_passkey.html", context, status=422 if form.errors else 200)


@login_not_required
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The question to the passkey, for the script."""
    view = present(request)
    return question(
        request,
        PasskeyUse.CHECK,
        lambda: recovery.ask_passkey(actor=actor_of(request), recovery_id=view.id, now=now()),
    )


@login_not_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The waiting time runs: until when, and what to do then."""
    view = present(request)
    choice = recovery.choices(recovery_id=view.id, now=now())
    if choice.waits_until is None:
        return page_of(view)
    days = settings.LIMITS.recovery_return_seconds // DAY
    return render(request, "portal/recovery_waiting.html", {"until": in_words(choice.waits_until), "days": days})


@login_not_required
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the message about a waiting time. GET asks, since scanners of messages follow links; POST stops."""
    name = recovery.whom_to_stop(token)
    if request.method == "POST":
        recovery.stop(actor=actor_of(request), token=token, now=now())
        return render(request, "portal/recovery_stopped.html", {"name": name})
    return render(request, "portal/recovery_stop.html", {"name": name})
