"""A code on its way, for whatever it was sent (1.19). Its number goes in bodies, never into addresses: typed, it is the proof."""

from django.http import HttpRequest
from ninja import Router

from account_center.appapi.asked import CodeMeant
from account_center.appapi.callers import visitor_of
from account_center.appapi.docs_of import refusals
from account_center.appapi.errors import NotYours
from account_center.appapi.shown import ChallengeShown, challenge_shown
from account_center.kit.clock import now
from account_center.signin.services.codes import challenge, resend_code

router = Router(tags=["Codes"])


@router.post("/look", response=ChallengeShown, summary="How far a code has come", openapi_extra=refusals(404))
def look(request: HttpRequest, body: CodeMeant) -> ChallengeShown:
    """Where it went, masked; how far the message has come; when it can be sent again. Only its asker knows the number."""
    view = challenge(body.challenge)
    if view is None:
        raise NotYours
    return challenge_shown(view)


@router.post("/resend", response=ChallengeShown, summary="Send it again", openapi_extra=refusals())
def resend(request: HttpRequest, body: CodeMeant) -> ChallengeShown:
    """A new code for the same purpose; the older one stops counting, wrong tries stay counted."""
    return challenge_shown(resend_code(actor=visitor_of(request), challenge_id=body.challenge, now=now()))
