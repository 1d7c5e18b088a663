"""Devices and sessions: which browsers the account knows and trusts, and where it is signed in (1.47)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from account_center.kit.agents import agent_words
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.places import place_of
from account_center.plumbing.sessions import SessionFacts, sessions_of, this_session
from account_center.portal.customer import customer_of
from account_center.portal.device_cookie import device_of
from account_center.signin.services import app_sessions, devices, sessions
from account_center.signin.types import AppSessionFacts, FirstWay

PAGE = "portal:devices"


@dataclass(frozen=True, slots=True)
class ShownSession:
    """One session in the reader's words."""

    id: UUID
    browser: str
    place: str
    address: str
    facts: SessionFacts | AppSessionFacts
    way: str
    this_one: bool


@require_safe
@at_one_moment
def overview(request: HttpRequest) -> HttpResponse:
    """The list of both."""
    account = customer_of(request).account
    language = get_language() or "en"
    here = this_session(request)
    known = devices.devices_of(account=account, device=device_of(request), language=language, now=now())
    living: list[SessionFacts | AppSessionFacts] = [
        *sessions_of(account.id, mark=account.mark, now=now()),
        *app_sessions.sessions_of(account_id=account.id, mark=account.mark, now=now()),
    ]
    living.sort(key=lambda one: one.seen_at, reverse=True)
    context = {
        "devices": known,
        "trusted": sum(one.trusted_until is not None for one in known),
        "sessions": [_shown(one, language, this_one=one.id == here) for one in living],
    }
    return render(request, "portal/devices.html", context)


def _shown(one: SessionFacts | AppSessionFacts, language: str, *, this_one: bool) -> ShownSession:
    place = place_of(one.address)
    return ShownSession(
        id=one.id,
        browser=(one.app or _("App"))
        if isinstance(one, AppSessionFacts)
        else agent_words(one.agent).text or _("unknown browser"),
        place=place.text(language) if place else "",
        address=one.address,
        facts=one,
        way=_way_words().get(one.way, ""),
        this_one=this_one,
    )


def _way_words() -> dict[str, str]:
    return {
        FirstWay.PASSWORD.value: _("with the password"),
        FirstWay.CODE.value: _("with a code"),
        FirstWay.PASSKEY.value: _("with a passkey"),
        FirstWay.RECOVERY.value: _("after getting back into the account"),
        "registration": _("when the account was registered"),
    }


@require_POST
def end_trust(request: HttpRequest, device: UUID) -> HttpResponse:
    """Ends the trust in one device."""
    devices.end_trust_in(actor=actor_of(request), account_id=customer_of(request).account.id, device_id=device)
    messages.success(request, _("This device is not trusted any more: the next sign-in with it asks for a code."))
    return redirect(PAGE)


@require_POST
def end_all_trust(request: HttpRequest) -> HttpResponse:
    """Ends the trust in every device."""
    devices.end_trust(actor=actor_of(request), account_id=customer_of(request).account.id, reason="owner")
    messages.success(request, _("No device is trusted any more: every sign-in asks for a code."))
    return redirect(PAGE)


@require_POST
def end_session(request: HttpRequest, session: UUID) -> HttpResponse:
    """Ends one session; one's own leads to the first page."""
    sessions.end_session(actor=actor_of(request), account_id=customer_of(request).account.id, session_id=session)
    messages.success(request, _("The session has ended."))
    return redirect(PAGE)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Ends every session but this one."""
    sessions.end_others(actor=actor_of(request), account_id=customer_of(request).account.id, but=this_session(request))
    messages.success(request, _("Every other session has ended."))
    return redirect(PAGE)
