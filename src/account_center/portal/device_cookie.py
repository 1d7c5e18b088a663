"""The one secret by which a browser is known again. It signs nobody in; it only spares its owner a code (1.47)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from account_center.kit.limits import DAY
from account_center.signin.services.devices import read_device

LONGEST = 400 * DAY  # browsers keep no cookie longer


def device_of(request: HttpRequest) -> str:
    """The secret this browser keeps; empty if it keeps none."""
    return read_device(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))


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
