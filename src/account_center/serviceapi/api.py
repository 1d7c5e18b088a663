"""The HTTP interface for other services: OpenAPI 3.1 at /service/v1/openapi.json."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema

from account_center.audit.services import record
from account_center.clients.services import issue_token
from account_center.clients.types import IssuedToken, RefusedToken, Scope
from account_center.kit.actor import Actor, ActorKind
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import AGENT_LENGTH, client_address
from account_center.plumbing.refusals import problem_json
from account_center.serviceapi.callers import PROBLEM, ReasonShown, ServiceToken
from account_center.serviceapi.decisions import NAMES, answer_to, language_in, question_in
from account_center.serviceapi.errors import BodyTooLarge, ScopeMissing, TokenRefused, UnknownTenant
from account_center.serviceapi.sites import router as sites
from account_center.serviceapi.tokens import BadTokenRequest, Credentials, credentials_in, issued, refused, scopes_in

EXPLAINED = {
    RefusedToken.INVALID_CLIENT: "Unknown client, wrong secret, or the client was disabled.",
    RefusedToken.INVALID_SCOPE: "The client lacks a scope that was asked for, or the scope does not exist.",
}
ACTION: dict[str, Any] = {"type": "string", "enum": NAMES}
QUESTION = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["tenant"],
                "additionalProperties": False,
                "properties": {
                    "tenant": {"type": "string", "description": "The tenant ID."},
                    "action": ACTION,
                    "actions": {"type": "array", "items": ACTION, "minItems": 1},
                },
                "oneOf": [{"required": ["action"]}, {"required": ["actions"]}],
            }
        }
    },
}
TOKEN_FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"const": "client_credentials"},
                    "scope": {"type": "string", "description": "Separated by spaces; all of the client's if left out."},
                    "client_id": {"type": "string"},
                    "client_secret": {"type": "string"},
                },
            }
        }
    },
}


class DecisionShown(Schema):
    action: str
    allowed: bool
    reasons: list[ReasonShown]
    notes: list[ReasonShown]


class DecisionsShown(Schema):
    tenant: str
    decisions: list[DecisionShown]


class TokenShown(Schema):
    access_token: str
    token_type: str
    expires_in: int
    scope: str


api = NinjaAPI(
    title="Account center: service API",
    version="1",
    description="For other services of the operator. How to: docs/reference/service-api.md",
    docs_url=None,
    urls_namespace="serviceapi",
)


@api.exception_handler(Refused)
def show_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Problem details; with a challenge where the token is at fault (RFC 6750)."""
    response = problem_json(refusal, instance=request.path)
    if isinstance(refusal, TokenRefused):
        response["WWW-Authenticate"] = 'Bearer realm="account-center", error="invalid_token"'
    elif isinstance(refusal, ScopeMissing):
        scope = refusal.facts["scope"]
        response["WWW-Authenticate"] = f'Bearer realm="account-center", error="insufficient_scope", scope="{scope}"'
    return response


@api.post(
    "/token",
    response={200: TokenShown},
    summary="Get an access token (OAuth 2.0 client credentials)",
    openapi_extra={"requestBody": TOKEN_FORM, "responses": {400: {"description": "RFC 6749, 5.2"}, 429: PROBLEM}},
)
def token(request: HttpRequest) -> HttpResponse:
    """Authenticate with HTTP Basic or with client_id and client_secret in the form."""
    try:
        shown = credentials_in(request)
    except BadTokenRequest as bad:
        return refused(bad.error, bad.description)
    answer = issue_token(
        client_id=shown.client_id,
        secret=shown.secret,
        scopes=scopes_in(request),
        address=client_address(request),
        now=now(),
    )
    _note(request, shown, answer)
    return issued(answer) if isinstance(answer, IssuedToken) else refused(answer.value, EXPLAINED[answer])


@api.post(
    "/decisions",
    auth=ServiceToken(Scope.DECISIONS_READ),
    response={200: DecisionsShown},
    summary="May this tenant do this now?",
    openapi_extra={
        "requestBody": QUESTION,
        "responses": dict.fromkeys((401, 403, 404, 413, 422, 429, 503), PROBLEM),
    },
)
def decisions(request: HttpRequest) -> HttpResponse:
    """Per action: allowed, or every reason against it, in the language of Accept-Language."""
    question = question_in(_body(request))
    answer = answer_to(question, language=language_in(request.headers.get("Accept-Language", "")), now=now())
    if answer is None:
        raise UnknownTenant(field="tenant")
    response = HttpResponse(answer.body, content_type="application/json")
    response["Content-Language"] = answer.language
    response["Cache-Control"] = "no-store"
    return response


api.add_router("", sites)


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as too_big:
        raise BodyTooLarge(limit=settings.LIMITS.decision_body_bytes) from too_big


def _note(request: HttpRequest, shown: Credentials, answer: IssuedToken | RefusedToken) -> None:
    actor = Actor(
        kind=ActorKind.SERVICE,
        name=shown.client_id[:64] if shown.client_id.isprintable() else "",
        address=client_address(request),
        agent=request.headers.get("User-Agent", "")[:AGENT_LENGTH],
    )
    if isinstance(answer, IssuedToken):
        record(actor=actor, event="clients:token:issued", facts={"scopes": " ".join(sorted(answer.scopes))})
    else:
        record(actor=actor, event="clients:token:refused", facts={"error": answer.value})
