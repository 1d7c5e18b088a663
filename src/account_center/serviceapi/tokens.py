"""OAuth 2.0 client credentials: reading the request and writing the answer (RFC 6749, sections 2.3.1, 4.4 and 5)."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, JsonResponse, QueryDict

from account_center.clients.types import IssuedToken

FORM = "application/x-www-form-urlencoded"
SINGLE = ("grant_type", "scope", "client_id", "client_secret")
STATUS = {"invalid_client": 401}
CHALLENGE = 'Basic realm="account-center", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the client showed."""

    client_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials(client_id={self.client_id!r})"


class BadTokenRequest(Exception):
    """``error`` is the code of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def credentials_in(request: HttpRequest) -> Credentials:
    """From the Basic header or the form, never both. Raises BadTokenRequest."""
    form = _form(request)
    _require_form(request, form)
    basic = _basic(request.headers.get("Authorization", ""))
    posted = Credentials(form.get("client_id", ""), form.get("client_secret", ""))
    if basic is None:
        if not posted.client_id or not posted.secret:
            raise BadTokenRequest("invalid_client", "Authenticate with HTTP Basic, or client_id and client_secret.")
        return posted
    if posted.secret or posted.client_id not in ("", basic.client_id):
        raise BadTokenRequest("invalid_request", "Authenticate in one way only.")
    return basic


def scopes_in(request: HttpRequest) -> list[str]:
    """The scopes asked for; empty if none were."""
    return str(request.POST.get("scope", "")).split()


def issued(token: IssuedToken) -> JsonResponse:
    """Section 5.1."""
    answer = {
        "access_token": token.token,
        "token_type": "Bearer",
        "expires_in": token.expires_in,
        "scope": " ".join(sorted(token.scopes)),
    }
    return _not_kept(JsonResponse(answer))


def refused(error: str, description: str) -> JsonResponse:
    """Section 5.2."""
    response = JsonResponse({"error": error, "error_description": description}, status=STATUS.get(error, 400))
    if response.status_code == STATUS["invalid_client"]:
        response["WWW-Authenticate"] = CHALLENGE
    return _not_kept(response)


def _form(request: HttpRequest) -> QueryDict:
    try:
        return request.POST
    except SuspiciousOperation as too_much:
        raise BadTokenRequest("invalid_request", "The form is too large.") from too_much


def _require_form(request: HttpRequest, form: QueryDict) -> None:
    if request.content_type != FORM:
        raise BadTokenRequest("invalid_request", f"Send the parameters as {FORM}.")
    for name in SINGLE:
        if len(form.getlist(name)) > 1:
            raise BadTokenRequest("invalid_request", f"The parameter {name} stands more than once.")
    grant = form.get("grant_type", "")
    if not grant:
        raise BadTokenRequest("invalid_request", "The parameter grant_type is missing.")
    if grant != "client_credentials":
        raise BadTokenRequest("unsupported_grant_type", "Only client_credentials is supported.")


def _basic(header: str) -> Credentials | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as wrong:
        raise BadTokenRequest("invalid_client", "The Basic header cannot be read.") from wrong
    if not colon:
        raise BadTokenRequest("invalid_client", "The Basic header holds no secret.")
    return Credentials(unquote_plus(client_id), unquote_plus(secret))


def _not_kept(response: JsonResponse) -> JsonResponse:
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response
