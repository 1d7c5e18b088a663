"""Forgotten password: from a phone, an e-mail or a name to a new password (1.16, 1.17)."""

from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from account_center.accounts.types import AccountFacts, AccountKind
from account_center.kit.clock import now
from account_center.kit.masking import mask_email
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.code_step import code_step
from account_center.portal.device_cookie import device_of
from account_center.portal.forms import ChooseAccountForm, ContactForm
from account_center.portal.forms_recovery import NewPasswordForm, RecoverByNameForm, RecoverToForm
from account_center.portal.steps import Steps, steps_at
from account_center.recovery import services as recovery
from account_center.recovery.errors import RecoveryOver
from account_center.recovery.services.contacts import has_just_recovered
from account_center.recovery.types import CheckKind, RecoveryState, RecoveryView, ShownCheck
from account_center.signin.errors import CodeTooSoon, ProofMissing
from account_center.signin.queries import factors_of
from account_center.signin.services.codes import challenge
from account_center.signin.types import ChallengeState, ChallengeView, Channel

WHAT = "recovery"
HOME_COUNTRY = "CN"
Page = Callable[[HttpRequest], HttpResponse]


def steps(now_at: int, *, by_name: bool = False) -> Steps:
    """Where the visitor is."""
    if by_name:
        return steps_at(now_at, [_("Account name"), _("Phone or e-mail"), _("New password")])
    return steps_at(now_at, [_("Phone or e-mail"), _("Account"), _("New password")])


def recovery_id(request: HttpRequest) -> UUID:
    """The recovery this browser began. Raises RecoveryOver if it began none."""
    found = request.session.get(WHAT)
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise RecoveryOver
    return UUID(found["id"])


def recovery_step(view: Page) -> Page:
    """A page of a way back in, for strangers. A form whose step is over leads back to its page.

    So the second of two clicks finds it; by then the browser has the cookie of the first one's answer, and is led on.
    """

    @login_not_required
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except RecoveryOver:
            if request.method == "GET":
                raise
            return redirect(request.path)

    return page


def moved_on(request: HttpRequest, view: RecoveryView) -> HttpResponse | None:
    """Where the recovery is by now, if the other of two clicks took the step while this one was refused."""
    seen = present(request)
    return page_of(seen) if seen.state is not view.state else None


def _begun(request: HttpRequest, view: RecoveryView) -> None:
    request.session[WHAT] = {"id": str(view.id)}


def went_up(request: HttpRequest) -> None:
    """More was proven: under the old session id nobody goes on (ASVS 7.2.4)."""
    request.session.cycle_key()


def present(request: HttpRequest) -> RecoveryView:
    """How far this browser's recovery is. Raises RecoveryOver."""
    return recovery.recovery_of(recovery_id=recovery_id(request), now=now())


def is_on_its_way(request: HttpRequest, refusal: Refused) -> bool:
    """Whether a code was refused because this very recovery has just sent it: then its page comes next."""
    if not isinstance(refusal, CodeTooSoon) or refusal.challenge is None or WHAT not in request.session:
        return False
    try:
        view = present(request)
    except RecoveryOver:
        return False
    return refusal.challenge in (view.challenge, view.further_challenge)


_PAGES = {
    RecoveryState.FURTHER: "portal:recovery_further",
    RecoveryState.READY: "portal:recovery_password",
    RecoveryState.WAITING: "portal:recovery_waiting",
    RecoveryState.DONE: "portal:recovery_done",
}


def page_of(view: RecoveryView) -> HttpResponse:
    """Where this recovery is now; so the second of two clicks finds its way, too."""
    if view.state is RecoveryState.STOPPED:
        raise RecoveryOver
    return redirect(_PAGES.get(view.state, "portal:recovery"))


@recovery_step
def begin(request: HttpRequest) -> HttpResponse:
    """The phone or e-mail of an ID account; a code goes there. Known and unknown ones are answered alike."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["recipient"]
        try:
            view = recovery.begin_by_contact(
                actor=actor_of(request), contact=contact, country=HOME_COUNTRY, device=device_of(request), now=now()
            )
        except Refused as refusal:
            if is_on_its_way(request, refusal):
                return redirect("portal:recovery_code")
            add_refusal(form, refusal)
        else:
            _begun(request, view)
            return redirect("portal:recovery_code")
    context = {"form": form, "steps": steps(0)}
    return render(request, "portal/recovery.html", context, status=422 if form.errors else 200)


@recovery_step
def by_name(request: HttpRequest) -> HttpResponse:
    """The name of a legacy account or IAM user, with a human check (1.16)."""
    kind = CheckKind.QUESTION if request.POST.get("kind") == CheckKind.QUESTION else CheckKind.PICTURE
    if "another" in request.POST:
        kind = CheckKind.QUESTION if request.POST["another"] == CheckKind.QUESTION else CheckKind.PICTURE
        form = RecoverByNameForm(initial={name: request.POST.get(name, "") for name in ("account", "user")})
        return _show_name(request, form, kind)
    form = RecoverByNameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            view = recovery.begin_by_name(
                name=form.cleaned_data["account"],
                user=form.cleaned_data["user"],
                check_id=_check_id(request),
                answer=form.cleaned_data["answer"],
                now=now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            _begun(request, view)
            return redirect("portal:recovery_to")
    return _show_name(request, form, kind)


def _check_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("check", ""))
    except ValueError:
        return None


def _show_name(request: HttpRequest, form: RecoverByNameForm, kind: CheckKind) -> HttpResponse:
    check = recovery.new_check(actor=actor_of(request), kind=kind, now=now())
    answer = form.fields["answer"]
    answer.label = check.question or _("Are you a person? The characters in the picture")
    answer.help_text = (
        _("Answer with a word or a number.")
        if check.question
        else _("Capital letters do not matter; no letter O and no digit 0.")
    )
    if form.is_bound:
        # Each picture takes one answer: what was typed for the last one would only be in the way.
        form.data = {**request.POST.dict(), "answer": ""}
    context = {"form": form, "steps": steps(0, by_name=True), "check": check, "picture": _inline(check)}
    return render(request, "portal/recovery_name.html", context, status=422 if form.errors else 200)


def _inline(check: ShownCheck) -> str:
    return f"data:image/png;base64,{b64encode(check.picture).decode()}" if check.picture else ""


@recovery_step
def to(request: HttpRequest) -> HttpResponse:
    """Which phone or e-mail proves it. The same page for every name, also for one that nobody bears."""
    view = present(request)
    if view.state is not RecoveryState.BEGUN or not view.by_name:
        return page_of(view)
    form = RecoverToForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recovery.send_to(
                actor=actor_of(request),
                recovery_id=view.id,
                channel=Channel(form.cleaned_data["channel"]),
                contact=form.cleaned_data["recipient"],
                country=HOME_COUNTRY,
                device=device_of(request),
                now=now(),
            )
        except Refused as refusal:
            if is_on_its_way(request, refusal):
                return redirect("portal:recovery_code")
            add_refusal(form, refusal)
        else:
            return redirect("portal:recovery_code")
    context = {"form": form, "steps": steps(1, by_name=True)}
    return render(request, "portal/recovery_to.html", context, status=422 if form.errors else 200)


@recovery_step
def code(request: HttpRequest) -> HttpResponse:
    """Waits for the first code (1.19)."""
    view = present(request)
    if view.state is not RecoveryState.BEGUN:
        return page_of(view)
    waiting = challenge(view.challenge) if view.challenge else None
    if waiting is None:
        return redirect("portal:recovery_to" if view.by_name else "portal:recovery")
    if request.method == "GET" and waiting.state is ChallengeState.PROVEN:
        return redirect("portal:recovery_choose")
    back = "portal:recovery_to" if view.by_name else "portal:recovery"
    context = {
        "title": _("Type the code"),
        "steps": steps(1 if view.by_name else 0, by_name=view.by_name),
        "other": back,
        "back": back,
        "stranger": True,
        "lead": _lead_of_first(waiting) if view.by_name else "",
        "otherwise": ("portal:recovery" if view.by_name else "portal:recovery_name"),
        "by_name": view.by_name,
    }
    return code_step(request, waiting, on_right=lambda: _first_proven(request), context=context)


def _lead_of_first(waiting: ChallengeView) -> str:
    return _("If %(masked)s is bound to this account, a code is on its way there.") % {"masked": waiting.masked}


def _first_proven(request: HttpRequest) -> HttpResponse:
    went_up(request)
    return redirect("portal:recovery_choose")


@recovery_step
def choose(request: HttpRequest) -> HttpResponse:
    """The accounts of the proven phone or e-mail; a single one needs no choice."""
    view = present(request)
    if view.state is not RecoveryState.BEGUN:
        return page_of(view)
    proof, accounts = recovery.candidates(recovery_id=view.id, now=now())
    if not accounts:
        raise ProofMissing
    if len(accounts) == 1:
        return _choose(request, accounts[0].id)
    form = ChooseAccountForm(request.POST or None, accounts=[(one.id, _label(one)) for one in accounts])
    if request.method == "POST" and form.is_valid():
        try:
            return _choose(request, form.cleaned_data["account"])
        except Refused as refusal:
            add_refusal(form, refusal)
    context = {"form": form, "proof": proof, "accounts": accounts, "steps": steps(1)}
    return render(request, "portal/recovery_choose.html", context, status=422 if form.errors else 200)


def _choose(request: HttpRequest, account_id: int) -> HttpResponse:
    view = recovery.choose(
        actor=actor_of(request),
        recovery_id=recovery_id(request),
        account_id=account_id,
        device=device_of(request),
        now=now(),
    )
    return page_of(view)


_KINDS = {AccountKind.LEGACY: gettext_lazy("legacy account"), AccountKind.IAM: gettext_lazy("IAM user")}


def _label(account: AccountFacts) -> str:
    parts = [account.name, str(_KINDS.get(account.kind, _("ID account")))]
    return " · ".join(parts + ([mask_email(account.email)] if account.email else []))


@recovery_step
def password(request: HttpRequest) -> HttpResponse:
    """The new password; it counts at once, and everything else ends (3.1.21)."""
    view = present(request)
    if view.state is not RecoveryState.READY or view.account is None:
        return page_of(view)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recovery.set_new_password(
                actor=actor_of(request), recovery_id=view.id, password=form.cleaned_data["password"], now=now()
            )
        except RecoveryOver:
            raise
        except Refused as refusal:
            if onward := moved_on(request, view):
                return onward
            add_refusal(form, refusal)
        else:
            went_up(request)
            return redirect("portal:recovery_done")
    context = {"form": form, "steps": steps(2, by_name=view.by_name), "account": view.account}
    return render(request, "portal/recovery_password.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    view = present(request)
    if view.state is not RecoveryState.DONE or view.account is None:
        return page_of(view)
    owner = view.account
    return render(
        request,
        "portal/recovery_done.html",
        {
            "account": owner,
            "legacy": owner.kind is AccountKind.LEGACY,
            "second_factor": factors_of(owner.id).any,
            "may_name": owner.kind is AccountKind.ID and has_just_recovered(owner, view.id, now=now()),
        },
    )
