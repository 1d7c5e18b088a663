"""The page that waits for a code (1.19): where it went, how far it came, when to resend, what usually goes wrong."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from account_center.kit.actor import Actor
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.messaging.errors import MessageUnknown
from account_center.messaging.queries import delivery_of
from account_center.messaging.types import Delivery, MessageState
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.forms import CodeForm
from account_center.signin.services.codes import challenge, require_right, resend_code, try_code
from account_center.signin.types import ChallengeState, ChallengeView, Channel

POLL_SECONDS = 2
Resend = Callable[[Actor, ChallengeView, datetime], ChallengeView]


def code_step(
    request: HttpRequest,
    view: ChallengeView,
    *,
    on_right: Callable[[], HttpResponse],
    context: dict[str, Any],
    check: Callable[[str], None] | None = None,
    ends: tuple[type[Refused], ...] = (),
) -> HttpResponse:
    """Shows the page; takes a code, or sends another. ``on_right`` answers once the code was right.

    ``check`` judges the digits instead of this challenge alone, and raises the refusal to show. Refusals in ``ends``
    leave nothing to mend here: they pass, and become a page.
    """
    if request.htmx and request.method == "GET":  # type: ignore[attr-defined]
        return render(request, "portal/delivery.html", _delivery(view))
    form = CodeForm(request.POST or None) if "resend" not in request.POST else CodeForm()
    sent_again = False
    if request.method == "POST":
        try:
            if "resend" in request.POST:
                view, sent_again = resend_code(actor=actor_of(request), challenge_id=view.id, now=now()), True
            elif form.is_valid():
                (check or _judge(view))(form.cleaned_data["code"])
                return on_right()
        except Refused as refusal:
            if _served(view):
                # The other of two clicks was faster: the page knows what comes next.
                return redirect(request.get_full_path())
            if isinstance(refusal, ends):
                raise
            form = _refused(form, refusal)
    return render(
        request,
        "portal/code.html",
        {"form": form, "view": view, "sent_again": sent_again, **_delivery(view), **context},
        status=422 if form.is_bound and form.errors else 200,
    )


def _served(view: ChallengeView) -> bool:
    seen = challenge(view.id)
    return seen is not None and seen.state is ChallengeState.USED


def _refused(form: CodeForm, refusal: Refused) -> CodeForm:
    shown = form if form.is_bound else _blank_bound()
    add_refusal(shown, refusal)
    return shown


def _blank_bound() -> CodeForm:
    # Bound, so that a refusal can be shown on it; without data of its own there is nothing to complain about.
    form = CodeForm({"code": ""})
    form.is_valid()
    form.errors.clear()
    return form


def _judge(view: ChallengeView) -> Callable[[str], None]:
    def judge(digits: str) -> None:
        require_right(try_code(challenge_id=view.id, purpose=view.purpose, digits=digits, now=now()))

    return judge


def _delivery(view: ChallengeView) -> dict[str, Any]:
    delivery = _known_delivery(view.message_id)
    wait = min(max(0, int((view.resend_at - now()).total_seconds())), settings.LIMITS.code_resend_seconds)
    return {
        "view": view,
        "wait": wait,
        "minutes": settings.LIMITS.code_seconds // 60,
        "sms": view.channel is Channel.SMS,
        "state": delivery.state.value if delivery else "",
        "state_text": _state_text(delivery),
        "poll": POLL_SECONDS if delivery and delivery.state in _MOVING else 0,
    }


_MOVING = {MessageState.QUEUED, MessageState.SENDING, MessageState.RETRYING}


def _known_delivery(message_id: UUID | None) -> Delivery | None:
    if message_id is None:
        return None
    try:
        # The visitor has not proven the recipient yet: refusals of the very recipient would tell about it.
        return delivery_of(message_id).for_strangers()
    except MessageUnknown:
        return None


def _state_text(delivery: Delivery | None) -> str:
    match delivery.state if delivery else MessageState.ACCEPTED:
        case MessageState.QUEUED | MessageState.SENDING:
            return _("The message is being handed over.")
        case MessageState.RETRYING:
            return _("The carrier does not answer at the moment. We keep trying; you need not do anything.")
        case MessageState.FAILED:
            return _("The carrier could not be reached. Use the other way, or try later.")
        case _:
            return _("The carrier has accepted the message. It usually arrives within a minute.")
