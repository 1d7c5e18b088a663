"""Who calls: a stranger, or whoever shows an access token."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja.security import HttpBearer

from account_center.accounts.types import AccountFacts
from account_center.appapi.errors import AppTokenRefused, TooManyBadTokens
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.clock import now
from account_center.kit.limits import HOUR
from account_center.plumbing.actors import AGENT_LENGTH, client_address
from account_center.plumbing.limiter import Budget, network_of, spend
from account_center.signin.services import app_sessions
from account_center.signin.types import AppCaller


class AppToken(HttpBearer):
    """The access token of a signed-in person: ``Authorization: Bearer aat_…``."""

    openapi_description = "An access token (aat_…), as signing in and refreshing give it."

    def __call__(self, request: HttpRequest) -> AppCaller:
        """The caller, with or without a readable header. Raises AppTokenRefused, TooManyBadTokens."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> AppCaller:
        """Who calls. A valid token is never refused for the failures of others at the same address."""
        caller = app_sessions.caller_of(token=token, now=now())
        if caller is not None:
            return caller
        refuse_more_failures(request)
        raise AppTokenRefused


def refuse_more_failures(request: HttpRequest) -> None:
    """Counts a token that does not count. Raises TooManyBadTokens."""
    allowed = settings.LIMITS.app_tries_per_address
    exhausted = spend([Budget("app_tokens", network_of(client_address(request)), allowed, HOUR)], now=now())
    if exhausted is not None:
        raise TooManyBadTokens(retry_after=exhausted[1])


def visitor_of(request: HttpRequest) -> Actor:
    """A stranger, as far as this request says."""
    return Actor(
        kind=ActorKind.ANONYMOUS,
        address=client_address(request),
        agent=request.META.get("HTTP_USER_AGENT", "")[:AGENT_LENGTH],
        language=get_language() or "en",
    )


def caller_in(request: HttpRequest) -> AppCaller:
    """Who called, at an address that asks for a token."""
    caller: AppCaller = request.auth  # type: ignore[attr-defined] # ninja puts there what AppToken returned
    return caller


def owner_of(request: HttpRequest) -> AccountFacts:
    """Whose account it is."""
    return caller_in(request).account


def actor_in(request: HttpRequest) -> Actor:
    """The signed-in person, as services know him."""
    owner = owner_of(request)
    return visitor_of(request).signed_in_as(account_id=owner.id, name=owner.name)
