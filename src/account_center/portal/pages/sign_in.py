"""Signing in with a password, or with a code and the choice of an account; signing out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.clock import now
from account_center.kit.masking import mask_email
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import end_session, this_session
from account_center.portal.code_step import code_step
from account_center.portal.device_cookie import device_of
from account_center.portal.entering import enter, is_under_way
from account_center.portal.forms import ChooseAccountForm, ContactForm, SignInForm
from account_center.portal.visits import (
    OVER,
    begun_once,
    challenge_of,
    code_was_right,
    forget,
    has_typed_code,
    proof_id,
    proof_was_used,
    remember,
    remembered,
    went_on,
)
from account_center.signin.errors import ProofMissing, SignInLocked, WrongPassword
from account_center.signin.services import (
    accounts_behind,
    begin_code_sign_in,
    choose_account,
    sessions,
    sign_in_with_password,
)
from account_center.signin.services.codes import proven
from account_center.signin.types import FirstWay, Purpose, SignInOutcome, SignInVerdict

WHAT = "sign_in"
KINDS = {"legacy": AccountKind.LEGACY}
HOME_COUNTRY = "CN"


def next_path(request: HttpRequest) -> str:
    """Where to go afterwards: only to a path of our own."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if own and wanted.startswith("/") and not wanted.startswith("/console") else "/"


def onward(goal: str, **more: str) -> str:
    """The query of a link to another way of signing in, which leads to the same ``goal``; empty if it carries nothing."""
    carried = more if goal == "/" else {**more, "next": goal}
    return f"?{urlencode(carried)}" if carried else ""


@login_not_required
@require_http_methods(["GET", "POST"])
def with_password(request: HttpRequest) -> HttpResponse:
    """Account name, phone or e-mail with the password (1.11)."""
    if request.user.is_authenticated:
        return redirect(next_path(request))
    if request.method == "GET" and _step_is_over(request):
        if is_under_way(request):
            return redirect("portal:sign_in_trust")  # which leads to the step that is asked
        messages.info(request, _("This step is over. If your account is open already, sign in; otherwise begin again."))
    kind = KINDS.get(request.GET.get("kind", ""), AccountKind.ID)
    form = SignInForm(request.POST or None)
    failed = False
    if request.method == "POST" and form.is_valid():
        try:
            return _judge(request, form, kind)
        except Refused as refusal:
            failed = True
            add_refusal(form, refusal)
    context = {
        "form": form,
        "failed": failed,
        "legacy": kind is AccountKind.LEGACY,
        "next": next_path(request),
        "onward": onward(next_path(request)),
        "onward_legacy": onward(next_path(request), kind=AccountKind.LEGACY.value),
        "partner_link": settings.PARTNER_ENTRANCE_LINK,
        "official_link": settings.OFFICIAL_SITE_ENTRANCE_LINK,
    }
    return render(request, "portal/sign_in.html", context, status=422 if form.errors else 200)


def _step_is_over(request: HttpRequest) -> bool:
    # To the page after a registration nobody comes who is not signed in, but for the second of two clicks.
    return OVER in request.GET or next_path(request) == reverse("portal:register_done")


def _judge(request: HttpRequest, form: SignInForm, kind: AccountKind) -> HttpResponse:
    verdict = sign_in_with_password(
        actor=actor_of(request),
        identifier=form.cleaned_data["identifier"],
        password=form.cleaned_data["password"],
        kind=kind,
        country=HOME_COUNTRY,
        now=now(),
        device=device_of(request),
    )
    if verdict.outcome is SignInOutcome.SIGNED_IN and verdict.account is not None:
        return enter(request, verdict.account, way=FirstWay.PASSWORD, goal=next_path(request), known=verdict.known)
    raise _refusal(verdict)


def _refusal(verdict: SignInVerdict) -> Refused:
    if verdict.outcome is SignInOutcome.LOCKED and verdict.locked_until is not None:
        return SignInLocked(retry_after=max(1, int((verdict.locked_until - now()).total_seconds())))
    return WrongPassword(tries_left=verdict.tries_left)


@login_not_required
@require_http_methods(["GET", "POST"])
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """A phone or e-mail to which the sign-in code goes. Known and unknown ones are answered alike."""
    if request.user.is_authenticated:
        return redirect(next_path(request))
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["recipient"]
        try:
            view = begun_once(
                request,
                WHAT,
                lambda: begin_code_sign_in(
                    actor=actor_of(request),
                    contact=contact,
                    country=HOME_COUNTRY,
                    device=device_of(request),
                    now=now(),
                ),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            remember(request, WHAT, view, next=next_path(request))
            return redirect("portal:sign_in_code_wait")
    context = {"form": form, "onward": onward(next_path(request))}
    return render(request, "portal/sign_in_code.html", context, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Waits for the sign-in code."""
    context = {"title": _("Type the code"), "other": "portal:sign_in_code", "back": "portal:sign_in", "stranger": True}
    return code_step(request, challenge_of(request, WHAT), on_right=lambda: _right(request), context=context)


def _right(request: HttpRequest) -> HttpResponse:
    code_was_right(request, WHAT)
    return redirect("portal:sign_in_choose")


@login_not_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The accounts of the proven phone or e-mail (1.44, 3.1.17); a single one needs no choice."""
    if not remembered(request, WHAT):
        return went_on()
    try:
        return _choice(request)
    except ProofMissing:
        if not proof_was_used(request, WHAT):
            raise
        return went_on(_goal(request))


def _choice(request: HttpRequest) -> HttpResponse:
    proof = proven(proof_id(request, WHAT), purpose=Purpose.SIGN_IN, now=now())
    if not has_typed_code(request, WHAT):
        return redirect("portal:sign_in_code_wait")
    accounts = accounts_behind(proof.channel, proof.recipient)
    if not accounts:
        raise ProofMissing
    if len(accounts) == 1:
        return _choose(request, accounts[0].id)
    form = ChooseAccountForm(request.POST or None, accounts=[(one.id, _label(one)) for one in accounts])
    if request.method == "POST" and form.is_valid():
        try:
            return _choose(request, form.cleaned_data["account"])
        except ProofMissing:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "proof": proof, "accounts": accounts}
    return render(request, "portal/sign_in_choose.html", context, status=422 if form.errors else 200)


def _choose(request: HttpRequest, account_id: int) -> HttpResponse:
    chosen = choose_account(
        actor=actor_of(request), challenge_id=proof_id(request, WHAT), account_id=account_id, now=now()
    )
    goal = _goal(request)
    forget(request, WHAT)
    return enter(request, chosen, way=FirstWay.CODE, goal=goal)


def _goal(request: HttpRequest) -> str:
    return str(remembered(request, WHAT).get("next", "/"))


def _label(account: AccountFacts) -> str:
    kind = _("legacy account") if account.kind is AccountKind.LEGACY else _("ID account")
    parts = [account.name, kind] + ([mask_email(account.email)] if account.email else [])
    return " · ".join(parts)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this session. Whoever is out already, as the second of two clicks finds it, is not asked to sign in first."""
    sessions.sign_out(actor=actor_of(request), session_id=this_session(request))
    end_session(request)
    return redirect("portal:home")
