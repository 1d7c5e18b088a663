"""The one secret by which a browser is known again. It signs nobody in; it only spares its owner a code (1.47)."""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from account_center.kit.limits import DAY

SECRET_BYTES = 32
SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST = 400 * DAY  # browsers keep no cookie longer


def device_of(request: HttpRequest) -> str:
    """The secret this browser keeps; empty if it keeps none."""
    text = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return text if SHAPE.fullmatch(text) else ""


def new_device() -> str:
    """A secret for a browser that has none. It comes from nothing a page has ever shown."""
    return secrets.token_urlsafe(SECRET_BYTES)


def keep_device(response: HttpResponse, device: str) -> None:
    """Has the browser keep the secret, out of reach of scripts."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        device,
        max_age=LONGEST,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
