"""Appeals, for people who cannot sign in (1.18, 1.31), and the owner's objection."""

from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment, one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.portal.code_step import code_step
from account_center.portal.forms_support import AppealForm, FindAppealForm, MessageForm, PictureForm, StatementForm
from account_center.portal.pages.support import hand_in, write_on
from account_center.portal.showing_tickets import shown_groups, shown_ticket
from account_center.portal.steps import Steps, steps_at
from account_center.portal.visits import (
    begun_once,
    challenge_of,
    code_was_right,
    forget,
    has_typed_code,
    proof_id,
    remember,
    remembered,
)
from account_center.signin.errors import ProofMissing
from account_center.support.errors import AppealAway, ObjectionUnknown
from account_center.support.queries import appeal_for_appellant, materials_for_strangers, objection_about
from account_center.support.queries.words import happened_name
from account_center.support.services import close_own
from account_center.support.services.appeals import Statement, begin_appeal, enter_appeal, find_appeal, open_appeal
from account_center.support.services.remedies import object_by_link
from account_center.support.types import Happened, TicketView

BEGUN = "appeal"
FOUND = "appeal_find"
SEEN = "appeal_seen"
HOME_COUNTRY = "CN"


def steps(now_at: int) -> Steps:
    """Where the appellant is."""
    return steps_at(now_at, [_("Account"), _("Code"), _("Statement"), _("Proof of identity")])


@login_not_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Which account, what happened, and where to reach the appellant. Known and unknown accounts are answered alike."""
    form = AppealForm(request.POST or None, initial={"happened": request.GET.get("happened", "")})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            begin_it = partial(
                begin_appeal,
                actor=actor_of(request),
                happened=form.happening(),
                named=typed["named"],
                contact=typed["contact"],
                country=typed["country"],
                now=now(),
            )
            view = begun_once(request, BEGUN, begin_it)
        except Refused as refusal:
            refusal.field = "contact" if refusal.field == "recipient" else refusal.field
            add_refusal(form, refusal)
        else:
            kept = {name: typed[name] for name in ("happened", "named", "country")}
            remember(request, BEGUN, view, **kept)
            return redirect("portal:appeal_code")
    context = {"form": form, "steps": steps(0), "groups": shown_groups(materials_for_strangers())}
    return render(request, "portal/appeal.html", context, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Waits for the code that went to the appellant's contact."""
    context = {"title": _("Type the code"), "other": "portal:appeal", "back": "portal:appeal", "steps": steps(1)}
    view = challenge_of(request, BEGUN)
    return code_step(request, view, on_right=lambda: _right(request), context=context)


def _right(request: HttpRequest) -> HttpResponse:
    code_was_right(request, BEGUN)
    return redirect("portal:appeal_statement")


@login_not_required
@require_http_methods(["GET", "POST"])
def statement(request: HttpRequest) -> HttpResponse:
    """The statement; then the appeal is open, and pictures can be added."""
    begun = remembered(request, BEGUN)
    if not begun:
        return redirect("portal:appeal_progress" if SEEN in request.session else "portal:appeal")
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form, begun)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            forget(request, BEGUN)
            return _let_see(request, opened)
    happened = happened_name(Happened(begun["happened"]))
    context = {"form": form, "steps": steps(2), "happened": happened, "named": begun["named"]}
    return render(request, "portal/appeal_statement.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: StatementForm, begun: dict[str, str]) -> str:
    if not has_typed_code(request, BEGUN):
        raise ProofMissing
    stated = Statement(
        key=form.cleaned_data["key"],
        happened=Happened(begun["happened"]),
        named=begun["named"],
        country=begun["country"],
        text=form.cleaned_data["text"],
    )
    return open_appeal(actor=actor_of(request), proof=proof_id(request, BEGUN), statement=stated, now=now())


def _let_see(request: HttpRequest, reference: str) -> HttpResponse:
    until = now() + timedelta(seconds=settings.LIMITS.appeal_page_seconds)
    request.session[SEEN] = {"reference": reference, "until": int(until.timestamp())}
    return redirect("portal:appeal_progress")


@login_not_required
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Looking up an appeal by its number and the contact that was given; right and wrong ones are answered alike."""
    form = FindAppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            view = find_appeal(
                actor=actor_of(request),
                reference=typed["reference"],
                contact=typed["contact"],
                country=HOME_COUNTRY,
                now=now(),
            )
        except Refused as refusal:
            refusal.field = "contact" if refusal.field == "recipient" else refusal.field
            add_refusal(form, refusal)
        else:
            remember(request, FOUND, view, reference=typed["reference"])
            return redirect("portal:appeal_find_code")
    return render(request, "portal/appeal_find.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def find_code(request: HttpRequest) -> HttpResponse:
    """Waits for the code."""
    view = challenge_of(request, FOUND)
    context = {"title": _("Type the code"), "other": "", "back": "portal:appeal_find", "appeal": True}
    return code_step(request, view, on_right=lambda: _entered(request), context=context)


def _entered(request: HttpRequest) -> HttpResponse:
    wanted = str(remembered(request, FOUND)["reference"])
    reference = enter_appeal(proof=proof_id(request, FOUND), reference=wanted, now=now())
    code_was_right(request, FOUND)
    forget(request, FOUND)
    return _let_see(request, reference)


@login_not_required
@require_safe
@at_one_moment
def progress(request: HttpRequest) -> HttpResponse:
    """The appeal, for whoever has just proven its contact."""
    return _show(request, _seen(request))


def _show(
    request: HttpRequest, view: TicketView, *, message: MessageForm | None = None, picture: PictureForm | None = None
) -> HttpResponse:
    context = {
        "ticket": shown_ticket(view),
        "appeal": True,
        "happened": happened_name(view.appeal.happened) if view.appeal else "",
        "message": message or MessageForm(auto_id="message_%s"),
        "picture": picture or PictureForm(auto_id="picture_%s"),
        # By what was typed only: what this very account would need says something about it.
        "groups": shown_groups(materials_for_strangers(view.appeal.country if view.appeal else "")),
        "write_link": reverse("portal:appeal_write"),
        "picture_link": reverse("portal:appeal_picture"),
        "close_link": reverse("portal:appeal_close"),
        "back": reverse("portal:support"),
    }
    wrong = bool((message and message.errors) or (picture and picture.errors))
    return render(request, "portal/ticket.html", context, status=422 if wrong else 200)


@login_not_required
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """A further message of the appellant's."""
    reference, form = _seen(request).line.reference, MessageForm(request.POST, auto_id="message_%s")
    if write_on(request, form, None, reference):
        return redirect("portal:appeal_progress")
    with one_moment():  # as it is now: what refused the words may have come since the page was opened
        return _show(request, _seen(request), message=form)


@login_not_required
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """A further picture."""
    reference, form = _seen(request).line.reference, PictureForm(request.POST, request.FILES, auto_id="picture_%s")
    if hand_in(request, form, None, reference):
        return redirect("portal:appeal_progress")
    with one_moment():
        return _show(request, _seen(request), picture=form)


@login_not_required
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """The appellant gives the appeal up."""
    reference = _seen(request).line.reference
    close_own(actor=actor_of(request), account_id=None, reference=reference, now=now())
    return redirect("portal:appeal_progress")


def _seen(request: HttpRequest) -> TicketView:
    """The appeal whose contact this browser has proven lately. Raises AppealAway."""
    seen = request.session.get(SEEN)
    if not isinstance(seen, dict) or datetime.fromtimestamp(int(seen["until"]), UTC) <= now():
        raise AppealAway
    view = appeal_for_appellant(str(seen["reference"]), now=now())
    if view is None:
        raise AppealAway
    return view


@login_not_required
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, reference: str, tag: str) -> HttpResponse:
    """The owner's link: opening it changes nothing, since mail scanners open links too; the button does."""
    if request.method == "POST":
        object_by_link(actor=actor_of(request), reference=reference, tag=tag, now=now())
        return render(request, "portal/objected.html")
    line = objection_about(reference, tag)
    if line is None:
        raise ObjectionUnknown
    return render(request, "portal/objection.html", {"line": line})
