"""The one secret by which a browser is known again. It signs nobody in; it only spares its owner a code (1.47)."""

import re
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from account_center.kit.limits import DAY
from account_center.plumbing.keys import keyring

SECRET_BYTES = 32
SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST = 400 * DAY  # browsers keep no cookie longer


def device_of(request: HttpRequest) -> str:
    """The secret this browser keeps; empty if it keeps none."""
    text = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return text if SHAPE.fullmatch(text) else ""


def new_device(request: HttpRequest) -> str:
    """A secret for a browser that has none; of two clicks at one moment both get the same.

    It is made of another secret that only this browser has, and of a key of ours. Whoever can plant that can plant this, too.
    """
    own = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    if not own:
        return secrets.token_urlsafe(SECRET_BYTES)
    return urlsafe_b64encode(keyring().digest("new_device", own)).decode().rstrip("=")


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
