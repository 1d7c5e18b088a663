"""The interface of the operator's app: OpenAPI 3.1 at /api/v1/openapi.json. How to: docs/reference/app-api.md."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from account_center.appapi.api import (
    codes,
    contacts,
    devices,
    emergency,
    factors,
    history,
    me,
    proofs,
    recovery,
    registering,
    sessions,
    sign_in,
    steps,
    tickets,
)
from account_center.appapi.door import show
from account_center.appapi.errors import (
    AppTokenRefused,
    BodyNotJson,
    BodyWrong,
    NoSuchAddress,
    SignInCopied,
    SignInOver,
)
from account_center.kit.refused import Refused

ENDED = (AppTokenRefused, SignInOver, SignInCopied)
TOLD = 5  # of more mistakes in one request the rest is left out
LONGEST_PLACE = 60


class PlainJson(JSONRenderer):
    """Chinese as it is, which takes half the room of its escapes."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


api = NinjaAPI(
    title="Account center: app API",
    version="1",
    description="For the operator's app and the person signed in to it; no cookies. How to: docs/reference/app-api.md. "
    "Closing the cloud, a copy of one's data and deleting the account are offered on the pages only.",
    docs_url=None,
    urls_namespace="appapi",
    renderer=PlainJson(),
)
api.add_router("/sign-in", sign_in.router)
api.add_router("/sign-in", steps.router)
api.add_router("/codes", codes.router)
api.add_router("", sessions.router)
api.add_router("/registrations", registering.router)
api.add_router("/recoveries", recovery.router)
api.add_router("/me", me.router)
api.add_router("/me", devices.router)
api.add_router("/me", history.router)
api.add_router("/me/proofs", proofs.router)
api.add_router("/me/contacts", contacts.router)
api.add_router("/me/factors", factors.router)
api.add_router("/me/emergency-contacts", emergency.router)
api.add_router("/me/tickets", tickets.router)


@api.exception_handler(Refused)
def show_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Problem details; with a challenge where the token is at fault (RFC 6750)."""
    response = show(request, refusal)
    if isinstance(refusal, ENDED):
        response["WWW-Authenticate"] = 'Bearer realm="account-center", error="invalid_token"'
    return response


@api.exception_handler(ValidationError)
def show_mistakes(request: HttpRequest, mistakes: ValidationError) -> HttpResponse:
    """Which members of the request do not fit, and why; never what they held."""
    if any(one["loc"][0] == "path" for one in mistakes.errors):
        return show(request, NoSuchAddress())
    problems = [f"{_place(one['loc'])}: {one['msg']}" for one in mistakes.errors[:TOLD]]
    return show(request, BodyWrong(field=_member(mistakes), problems=problems))


def _place(parts: tuple[str | int, ...]) -> str:
    # The name of an unknown member is the caller's own text: short, and as text only.
    return ".".join(str(part)[:LONGEST_PLACE] for part in parts if part != "body")


def _member(mistakes: ValidationError) -> str:
    return str(mistakes.errors[0]["loc"][-1])[:LONGEST_PLACE] if mistakes.errors else ""


@api.exception_handler(HttpError)
def show_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that cannot be read at all."""
    return show(request, BodyNotJson())
