"""Tokens: a new pair, and the end (1.46)."""

from django.http import HttpRequest
from ninja import Router, Status

from account_center.appapi.asked import RefreshAsked
from account_center.appapi.callers import AppToken, actor_in, caller_in, refuse_more_failures, visitor_of
from account_center.appapi.docs_of import SIGNED_IN, refusals
from account_center.appapi.errors import SignInCopied, SignInOver
from account_center.appapi.shown import TokensShown, tokens_shown
from account_center.kit.clock import now
from account_center.signin.services import app_sessions
from account_center.signin.types import AppRefusal

router = Router(tags=["Tokens"])


@router.post("/token/refresh", response=TokensShown, summary="A new pair of tokens", openapi_extra=refusals(401, 403))
def refresh(request: HttpRequest, body: RefreshAsked) -> TokensShown:
    """For a refresh token, once. The same one again within a minute gets the same answer, in case the network lost it.

    Later it ends the session, and the owner is told: somebody has a copy.
    """
    answer = app_sessions.refresh(actor=visitor_of(request), token=body.refresh_token, now=now())
    if not isinstance(answer, AppRefusal):
        return tokens_shown(answer)
    refuse_more_failures(request)
    raise SignInCopied if answer is AppRefusal.REUSED else SignInOver


@router.post("/sign-out", response={204: None}, auth=AppToken(), summary="Sign out", openapi_extra=refusals(*SIGNED_IN))
def sign_out(request: HttpRequest) -> Status[None]:
    """Ends this session; both tokens are worth nothing afterwards."""
    caller = caller_in(request)
    app_sessions.end(actor=actor_in(request), account_id=caller.account.id, session=caller.session)
    return Status(204, None)
