"""Staff sign-in: name and password, then always the authenticator app."""

from collections.abc import Callable

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from account_center.accounts.queries import account
from account_center.accounts.types import AccountFacts, AccountKind, AccountState
from account_center.console.errors import NetworkUsedUp, SignInTooOld, StaffSignInLocked, WrongStaffSignIn
from account_center.console.forms import AppCodeForm, StaffSignInForm
from account_center.console.guard import (
    forget_waiting,
    is_inside,
    let_in,
    own_goal,
    posted,
    refused,
    staff_page,
    wait_for_code,
    waiting,
)
from account_center.console.rules import HOME_COUNTRY, Step, next_step
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import end_session, this_session
from account_center.signin.errors import SignInLocked, TooManySignIns, WrongSecondFactor
from account_center.signin.services import note_sign_in, sessions, sign_in_with_password
from account_center.signin.services.authenticator import begin_app, check_app, confirm_app, has_app
from account_center.signin.types import SignInOutcome

STEPS = {Step.BEGIN: "console:sign_in", Step.SET_UP: "console:sign_in_set_up", Step.CODE: "console:sign_in_code"}
ACCEPT = {Step.SET_UP: confirm_app, Step.CODE: check_app}
ACCEPTED = ["GET", "POST"]


@login_not_required
@require_http_methods(ACCEPTED)
def with_password(request: HttpRequest) -> HttpResponse:
    """Name and password of a staff account; the code of the app comes next."""
    if is_inside(request):
        return redirect(own_goal(request))
    form = StaffSignInForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _on_password(request, _judged(request, form))
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "next": own_goal(request)}
    return render(request, "console/sign_in.html", context, status=422 if form.errors else 200)


def _judged(request: HttpRequest, form: StaffSignInForm) -> AccountFacts:
    try:
        verdict = sign_in_with_password(
            actor=actor_of(request),
            identifier=form.cleaned_data["identifier"],
            password=form.cleaned_data["password"],
            kind=AccountKind.STAFF,
            country=HOME_COUNTRY,
            now=now(),
        )
    except TooManySignIns as used_up:
        raise NetworkUsedUp(retry_after=used_up.retry_after) from used_up
    if verdict.outcome is SignInOutcome.LOCKED and verdict.locked_until is not None:
        raise StaffSignInLocked(retry_after=max(1, int((verdict.locked_until - now()).total_seconds())))
    if verdict.account is None or verdict.account.state is not AccountState.OPEN:
        raise WrongStaffSignIn
    return verdict.account


def _on_password(request: HttpRequest, found: AccountFacts) -> HttpResponse:
    wait_for_code(request, found.id, own_goal(request))
    if has_app(found.id):
        return redirect(STEPS[Step.CODE])
    begin_app(account_id=found.id, name=found.name, now=now())
    return redirect(STEPS[Step.SET_UP])


@login_not_required
@require_http_methods(ACCEPTED)
def with_code(request: HttpRequest) -> HttpResponse:
    """The present code of the app."""
    return _code_page(request, Step.CODE)


@login_not_required
@require_http_methods(ACCEPTED)
def set_up(request: HttpRequest) -> HttpResponse:
    """Setting up the app at the first sign-in. Once it is confirmed its secret is never shown again."""
    return _code_page(request, Step.SET_UP)


def _code_page(request: HttpRequest, page: Step) -> HttpResponse:
    found = _account_waiting(request)
    step = _step(request, found)
    if found is None or step is not page:
        if request.method == "POST" and step is Step.BEGIN:
            return refused(request, SignInTooOld())
        return redirect(STEPS[step])
    form = AppCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _on_code(request, found, form.cleaned_data["code"], accept=ACCEPT[page])
        except SignInLocked as locked:
            forget_waiting(request)
            return refused(request, StaffSignInLocked(retry_after=locked.retry_after))
        except WrongSecondFactor as wrong:
            add_refusal(form, wrong)
    context = {"form": form, "account": found, **(_app(found) if page is Step.SET_UP else {})}
    return render(request, f"console/sign_in_{page.value}.html", context, status=422 if form.errors else 200)


def _account_waiting(request: HttpRequest) -> AccountFacts | None:
    pending = waiting(request)
    found = account(pending.account_id) if pending else None
    return found if found and found.state is AccountState.OPEN and found.kind is AccountKind.STAFF else None


def _step(request: HttpRequest, found: AccountFacts | None) -> Step:
    pending = waiting(request) if found else None
    ready = found is not None and has_app(found.id)
    return next_step(pending, has_factor=ready, now=now(), limits=settings.LIMITS)


def _on_code(request: HttpRequest, found: AccountFacts, digits: str, *, accept: Callable[..., None]) -> HttpResponse:
    pending = waiting(request)
    accept(actor=actor_of(request), account_id=found.id, digits=digits, now=now())
    let_in(request, found.id)
    note_sign_in(actor=actor_of(request), account_id=found.id, way="second_factor")
    return redirect(pending.goal if pending else "console:home")


def _app(found: AccountFacts) -> dict[str, str]:
    address, secret = begin_app(account_id=found.id, name=found.name, now=now())
    picture = segno.make(address, error="m", micro=False)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"qr": picture.svg_data_uri(scale=5, border=3, light="#fff", dark="#000"), "secret": groups}


@staff_page(methods=("POST",))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    sessions.sign_out(actor=actor_of(request), session_id=this_session(request))
    end_session(request)
    return redirect("console:sign_in")
