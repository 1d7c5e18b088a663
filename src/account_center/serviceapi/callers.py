"""Who calls, and what every operation's answer is made of."""

from django.http import HttpRequest
from ninja import Schema
from ninja.security import HttpBearer

from account_center.clients.errors import TooManyFailures
from account_center.clients.queries import caller_of
from account_center.clients.services import count_failure
from account_center.clients.types import Caller, Scope
from account_center.kit.clock import now
from account_center.plumbing.actors import client_address
from account_center.serviceapi.errors import ScopeMissing, TokenRefused

PROBLEM = {"description": "Problem details (RFC 9457)", "content": {"application/problem+json": {}}}


class LinkShown(Schema):
    label: str
    href: str


class ReasonShown(Schema):
    code: str
    what: str
    why: str
    todo: str
    links: list[LinkShown]
    faq: str


class ServiceToken(HttpBearer):
    """A bearer token of a service client that carries ``scope``."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller, with or without a readable header. Raises TokenRefused, ScopeMissing, TooManyFailures."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Who calls. A valid token is never refused for the failures of others at the same address."""
        caller = caller_of(token, now()) if token else None
        if caller is None:
            wait = count_failure(address=client_address(request), now=now())
            raise TooManyFailures(retry_after=wait) if wait else TokenRefused
        if self._scope not in caller.scopes:
            raise ScopeMissing(scope=self._scope.value)
        return caller
