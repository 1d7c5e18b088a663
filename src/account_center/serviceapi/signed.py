"""The door for trusted sites: a token with the right, and each request signed."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from account_center.clients.errors import SignatureRefused, TooManyFailures
from account_center.clients.services import count_failure, require_signed
from account_center.clients.types import Caller, SignedRequest
from account_center.kit.clock import now
from account_center.plumbing.actors import client_address
from account_center.serviceapi.callers import ServiceToken
from account_center.serviceapi.errors import ReportTooLarge


class SignedToken(ServiceToken):
    """A bearer token that carries a right, and a signature over time, nonce, path and body."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Who calls. Raises as ServiceToken does, and SignatureRefused, TimestampRefused, RequestReplayed, ReportTooLarge."""
        caller = super().authenticate(request, token)
        shown = SignedRequest(
            timestamp=request.headers.get("X-Timestamp", ""),
            nonce=request.headers.get("X-Nonce", ""),
            signature=request.headers.get("X-Signature", ""),
            path=request.path,
            body=_body(request),
        )
        try:
            require_signed(client_id=caller.client_id, request=shown, now=now())
        except SignatureRefused:
            wait = count_failure(address=client_address(request), client_id=caller.client_id, now=now())
            if wait:
                raise TooManyFailures(retry_after=wait) from None
            raise
        return caller


def _body(request: HttpRequest) -> bytes:
    limit = settings.LIMITS.report_body_bytes
    try:
        body = request.body
    except RequestDataTooBig as too_big:
        raise ReportTooLarge(limit=limit) from too_big
    if len(body) > limit:
        raise ReportTooLarge(limit=limit)
    return body
