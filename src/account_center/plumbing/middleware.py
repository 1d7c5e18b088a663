"""Middlewares of our own. `entry/settings.py` names them and their order."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from account_center.kit.refused import Refused
from account_center.plumbing.away import give_up_connections, is_away
from account_center.plumbing.refusals import answer_refusal, is_for_machines

GetResponse = Callable[[HttpRequest], HttpResponseBase]
DATABASE_RETRY_SECONDS = 15
BY_ITSELF = "X-By-Itself"
FOLLOWED = frozenset({301, 302, 303, 307, 308})

log = logging.getLogger(__name__)


class Sessions(SessionMiddleware):
    """Django's, which takes the cookie away when its session is no longer there.

    Between a sign-in and the answer to what was asked just before (a hint about a password, a look at a message's
    delivery) that would take the new session's cookie: only a request that ends its session itself takes the cookie.
    """

    def process_request(self, request: HttpRequest) -> None:
        """A page that follows by itself says so: it is not used, and ends with its session even if nobody closes it."""
        super().process_request(request)
        store: Any = request.session
        store.in_use = BY_ITSELF not in request.headers

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Adds or takes the cookie."""
        answered = super().process_response(request, response)
        store: Any = request.session
        left = answered.cookies.get(settings.SESSION_COOKIE_NAME)
        if left is not None and not left.value and not store.ended:
            del answered.cookies[settings.SESSION_COOKIE_NAME]
        return answered


def choose_language(get_response: GetResponse) -> GetResponse:
    """The language of a request: the cookie of the language switch, then Accept-Language, then the default."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = translation.get_language_from_request(request)
        # Restored afterwards, so that one request's language never reaches the next work of this thread.
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware


def private_pages(get_response: GetResponse) -> GetResponse:
    """No page is kept by a browser or proxy, unless its view said that it is public."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "public" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("Cookie",))
        return response

    return middleware


def parts_only(get_response: GetResponse) -> GetResponse:
    """A redirect of what htmx asks for leads the whole page: htmx would follow it, and put one page inside another.

    What was sent, and not only asked for, has no address to be shown at: then the page comes anew.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        by_htmx = request.headers.get("HX-Request") == "true"
        if by_htmx and isinstance(response, HttpResponse) and response.status_code in FOLLOWED:
            _lead_the_page(request, response)
        return response

    return middleware


def _lead_the_page(request: HttpRequest, response: HttpResponse) -> None:
    goal = response["Location"]
    del response["Location"]
    if request.method == "GET":
        response["HX-Redirect"] = goal
    else:
        response["HX-Refresh"] = "true"
    response.status_code, response.content = 204, b""


class _ShowRefusals:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return answer_refusal(request, exception) if isinstance(exception, Refused) else None


def show_refusals(get_response: GetResponse) -> GetResponse:
    """A refusal that a view let pass becomes a page, or problem details for machines."""
    return _ShowRefusals(get_response)


class _DatabaseAway:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Errors in other middlewares (session, sign-in) have become a plain 500 on their way out to here.
        if getattr(request, "database_is_away", False) and isinstance(response, HttpResponse):
            _become(response, away_answer(request))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not is_away(exception):
            return None
        log.error("The database is away: %s", request.path, exc_info=exception)
        give_up_connections()
        return away_answer(request)


def database_away(get_response: GetResponse) -> GetResponse:
    """The database does not answer, or only reads: 503 with a clear page or JSON, from wherever the error came."""
    return _DatabaseAway(get_response)


def away_answer(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After, made without session, account or database; in both languages, for none can be asked for."""
    answer = _away_json(request) if is_for_machines(request) else _away_page(request)
    answer["Retry-After"] = str(DATABASE_RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def _away_page(request: HttpRequest) -> HttpResponse:
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    return HttpResponse(
        render_to_string("look/away.html", {"changes": changes, "again": request.get_full_path()}), status=503
    )


def _away_json(request: HttpRequest) -> HttpResponse:
    problem = {
        "type": "urn:account-center:refusal:database_away",
        "title": "The service cannot reach its data at the moment.",
        "status": 503,
        "detail": "Nothing is half done. Send the request again after the time in Retry-After.",
        "code": "database_away",
        "instance": request.path,
    }
    return JsonResponse(problem, status=503, content_type="application/problem+json")


def _become(response: HttpResponse, other: HttpResponse) -> None:
    """Turns a response into another one, keeping the security headers that it has collected on its way."""
    response.status_code = other.status_code
    response.content = other.content
    for name, value in other.items():
        response[name] = value
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(other.content))


def _note_database_error(*, request: HttpRequest | None = None, **_: Any) -> None:
    if request is not None and is_away(sys.exception()):
        give_up_connections()
        request.database_is_away = True  # type: ignore[attr-defined]


got_request_exception.connect(_note_database_error)
