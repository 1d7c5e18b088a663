"""What stands in front of every address of the app's interface: no cookies, the caller's language, no large bodies."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from account_center.appapi.errors import BodyTooLarge, MethodNotThere
from account_center.kit.refused import Refused
from account_center.plumbing.refusals import problem_json

View = Callable[..., HttpResponse]
NOT_ALLOWED = 405


def at_the_door(view: View) -> View:
    """The view without anything a browser sends by itself: a signed-in browser gets here no more than a stranger."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        request.user = AnonymousUser()
        # Chosen again, since a cookie may have chosen it before.
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = _answer(view, request, *args, **kwargs)
        response["Content-Language"] = language
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ("Accept-Language", "Authorization"))
        return response

    return guarded


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if _length(request) > settings.LIMITS.app_body_bytes:
        return show(request, BodyTooLarge(limit=settings.LIMITS.app_body_bytes))
    response = view(request, *args, **kwargs)
    if response.status_code == NOT_ALLOWED:
        allowed = response.headers.get("Allow", "")
        response = show(request, MethodNotThere())
        response["Allow"] = allowed
    return response


def show(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal as problem details."""
    return problem_json(refusal, instance=request.path)


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if str(length).isdecimal() else 0
