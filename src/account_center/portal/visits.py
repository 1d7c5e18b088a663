"""What a visitor has begun and not finished, kept in the session: which code he waits for, and for what."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from account_center.signin.errors import CodeTooSoon, ProofMissing
from account_center.signin.services.codes import challenge
from account_center.signin.types import ChallengeState, ChallengeView

PROVEN = "proven"
OVER = "over"


def remember(request: HttpRequest, what: str, view: ChallengeView, **more: Any) -> None:
    """Notes that this browser waits for, or has proven, this challenge."""
    request.session[what] = {"challenge": str(view.id), **more}


def remembered(request: HttpRequest, what: str) -> dict[str, Any]:
    """What was noted; empty if nothing was."""
    found = request.session.get(what)
    return dict(found) if isinstance(found, dict) else {}


def begun_once(request: HttpRequest, what: str, begin: Callable[[], ChallengeView]) -> ChallengeView:
    """What ``begin`` sends a code for; the second time, while that code is on its way, the same again.

    Only for the browser that has begun it, or whoever is signed in to the account it is for: anybody else gets the refusal.
    """
    try:
        return begin()
    except CodeTooSoon as refusal:
        sent = challenge(refusal.challenge) if refusal.challenge else None
        if sent is None or not (_has_begun(request, what, sent) or _is_owner(request, sent)):
            raise
        return sent


def _has_begun(request: HttpRequest, what: str, sent: ChallengeView) -> bool:
    return remembered(request, what).get("challenge") == str(sent.id)


def _is_owner(request: HttpRequest, sent: ChallengeView) -> bool:
    # The second of two clicks on the first form of a change has read the session before the first one noted anything.
    return request.user.is_authenticated and sent.account_id == request.user.pk


def challenge_of(request: HttpRequest, what: str) -> ChallengeView:
    """The challenge this browser began. Raises ProofMissing if it began none."""
    view = challenge(proof_id(request, what))
    if view is None:
        raise ProofMissing
    return view


def proof_id(request: HttpRequest, what: str) -> UUID:
    """The id of the challenge this browser began. Raises ProofMissing if it began none."""
    text = remembered(request, what).get("challenge")
    if not isinstance(text, str):
        raise ProofMissing
    return UUID(text)


def code_was_right(request: HttpRequest, what: str) -> None:
    """Notes that the right code was typed here: what comes next is open to this browser, under a new session id.

    Who planted the old id goes on with nothing. It is left to the second of two clicks, which brings the digits, too.
    """
    noted = {**remembered(request, what), PROVEN: True}
    if not request.user.is_authenticated:
        request.session.create()
    request.session[what] = noted


def has_typed_code(request: HttpRequest, what: str) -> bool:
    """Whether it was typed in this very session."""
    return bool(remembered(request, what).get(PROVEN))


def proof_was_used(request: HttpRequest, what: str) -> bool:
    """Whether the challenge this browser began has served: the other of two clicks was faster."""
    sent = challenge(proof_id(request, what))
    return sent is not None and sent.state is ChallengeState.USED


def went_on(goal: str = "/") -> HttpResponse:
    """Answers a form whose step is over, as the second of two clicks finds it: the first one's answer ended this session.

    By which cookies the browser has when it comes there, the sign-in page leads on: to ``goal``, or to the step of a sign-in
    that goes on; anybody else is told that the step is over.
    """
    return redirect(f"{reverse('portal:sign_in')}?{urlencode({OVER: '1', 'next': goal})}")


def forget(request: HttpRequest, *whats: str) -> None:
    """Drops what was noted."""
    for what in whats:
        request.session.pop(what, None)
