"""Two secrets of a scan that browsers keep: the computer the token it draws the code of, the phone that it is the one."""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from account_center.kit.limits import DAY

_PREFIX = "__Secure-" if settings.HTTPS else ""
TOKEN_COOKIE, PHONE_COOKIE = f"{_PREFIX}scan", f"{_PREFIX}phone"
TOKEN_PATH, PHONE_PATH = "/verification/", "/scan/"
SHAPE = re.compile(r"[A-Za-z0-9_-]{27,64}", re.ASCII)
SECRET_BYTES = 32


def token_of(request: HttpRequest) -> str:
    """The token of the code that this computer shows; empty if it shows none."""
    return _read(request, TOKEN_COOKIE)


def keep_token(response: HttpResponse, token: str) -> None:
    """Has the computer keep the token as long as the link may count, since we keep no more than its digest."""
    _keep(response, TOKEN_COOKIE, token, seconds=settings.LIMITS.handover_seconds, path=TOKEN_PATH)


def phone_of(request: HttpRequest) -> str:
    """The secret by which this phone's browser is known again; empty if it has none."""
    return _read(request, PHONE_COOKIE)


def new_phone() -> str:
    """A secret for a browser that has none."""
    return secrets.token_urlsafe(SECRET_BYTES)


def keep_phone(response: HttpResponse, phone: str) -> None:
    """Has the browser keep it. Given with the first look already, so that both of two clicks come from one phone."""
    _keep(response, PHONE_COOKIE, phone, seconds=DAY, path=PHONE_PATH)


def _read(request: HttpRequest, name: str) -> str:
    text = request.COOKIES.get(name, "")
    return text if SHAPE.fullmatch(text) else ""


def _keep(response: HttpResponse, name: str, text: str, *, seconds: int, path: str) -> None:
    response.set_cookie(name, text, max_age=seconds, path=path, secure=settings.HTTPS, httponly=True, samesite="Lax")
