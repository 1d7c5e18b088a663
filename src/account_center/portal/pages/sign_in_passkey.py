"""Signing in with a passkey alone: it tells who it is and is two factors in one (1.22)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.entering import enter
from account_center.portal.forms_factors import EmptyForm
from account_center.portal.pages.sign_in import next_path, onward
from account_center.portal.passkey_step import answer_of, question, question_id
from account_center.signin.services import sign_in_with_passkey
from account_center.signin.services.passkeys import begin_check
from account_center.signin.types import FirstWay, PasskeyUse


@login_not_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Asks any passkey of this device who it is."""
    if request.user.is_authenticated:
        return redirect(next_path(request))
    form = EmptyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = sign_in_with_passkey(
                actor=actor_of(request),
                question_id=question_id(request, PasskeyUse.SIGN_IN),
                answer=answer_of(request),
                now=now(),
            )
            return enter(request, account, way=FirstWay.PASSKEY, goal=next_path(request))
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {
        "form": form,
        "title": _("Sign in with a passkey"),
        "lead": _("Your device offers the passkeys it has for this site and asks for finger, face or PIN."),
        "options": reverse("portal:sign_in_passkey_options"),
        "ways": [(_("Sign in with the password"), reverse("portal:sign_in") + onward(next_path(request)))],
        "onward": onward(next_path(request)),
    }
    return render(request, "portal/sign_in_passkey.html", context, status=422 if form.errors else 200)


@login_not_required
@require_POST
def options(request: HttpRequest) -> HttpResponse:
    """The question to the passkey, for the script. It names nobody."""
    actor = actor_of(request)
    return question(
        request,
        PasskeyUse.SIGN_IN,
        lambda: begin_check(actor=actor, account_id=None, use=PasskeyUse.SIGN_IN, now=now()),
    )
