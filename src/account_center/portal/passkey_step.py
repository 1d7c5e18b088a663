"""Asking a browser for a passkey: the question as JSON, remembered in the session, and the answer that comes back."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from account_center.kit.refused import Refused
from account_center.plumbing.refusals import problem_json
from account_center.signin.errors import PasskeyTooLate
from account_center.signin.types import PasskeyAsk, PasskeyUse


def question(request: HttpRequest, use: PasskeyUse, ask: Callable[[], PasskeyAsk]) -> HttpResponse:
    """What ``navigator.credentials`` takes; a refusal as problem details, which the script shows."""
    try:
        asked = ask()
    except Refused as refusal:
        return problem_json(refusal)
    request.session[_what(use)] = str(asked.id)
    return JsonResponse(dict(asked.options))


def question_id(request: HttpRequest, use: PasskeyUse) -> UUID:
    """The question that this browser was asked last. Raises PasskeyTooLate."""
    text = request.session.pop(_what(use), None)
    if not isinstance(text, str):
        raise PasskeyTooLate
    return UUID(text)


def answer_of(request: HttpRequest) -> str:
    """The passkey's answer, as the script has sent it."""
    return request.POST.get("passkey", "")


def _what(use: PasskeyUse) -> str:
    return f"passkey_{use.value}"
