"""A refusal becomes a page, a form error or problem details. The words come from the one catalogue."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from account_center.kit.refused import Busy, Refused, TooOften
from account_center.plumbing.wording import Explained, explain_refusal

MACHINE_DOORS = ("/service/", "/api/")


class RefusedField(ValidationError):
    """An error of a form field that carries the whole explanation, not only its first sentence."""

    def __init__(self, explained: Explained) -> None:
        super().__init__(explained.what, code=explained.code)
        self.explained = explained


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A full page that says what happened, why and what to do, with the refusal's status."""
    context = {"refusal": explain_refusal(refusal), "status": refusal.status}
    response = render(request, "look/refused_page.html", context, status=refusal.status)
    _note_retry(response, refusal)
    return response


def problem_json(refusal: Refused, *, instance: str = "", **more: Any) -> JsonResponse:
    """Problem details (RFC 9457) in the active language. ``instance`` is the path that was asked, if known.

    ``more`` are further members.
    """
    explained = explain_refusal(refusal)
    problem: dict[str, Any] = {
        "type": f"urn:account-center:refusal:{explained.code}",
        "title": explained.what,
        "status": refusal.status,
        "detail": explained.why or explained.todo or explained.what,
        **explained.as_json(),
        **more,
    }
    if instance:
        problem["instance"] = instance
    if refusal.field:
        problem["field"] = refusal.field
    if explained.reference:
        problem["reference"] = explained.reference
    response = JsonResponse(problem, status=refusal.status, content_type="application/problem+json")
    _note_retry(response, refusal)
    return response


def add_refusal(form: BaseForm, refusal: Refused) -> None:
    """Shows a refusal where the person can mend it: at its field if the form has that field, else above the form.

    The form is not valid afterwards. `look/form.html` prints both kinds with their ways out, and all of them if
    there are several; ``form.refusal`` is the last one that no field could take.
    """
    explained = explain_refusal(refusal)
    if form.is_bound and refusal.field in form.fields:
        form.add_error(refusal.field, RefusedField(explained))
        return
    # A form that nobody has sent yet takes no errors; it can still say why it would be refused.
    if form.is_bound:
        form.add_error(None, RefusedField(explained))
    form.refusal = explained  # type: ignore[attr-defined]


def is_for_machines(request: HttpRequest) -> bool:
    """True for the doors that answer with JSON."""
    return request.path_info.startswith(MACHINE_DOORS)


def answer_refusal(request: HttpRequest, refusal: Refused) -> HttpResponseBase:
    """The page or the problem details, as the door that was used expects."""
    if is_for_machines(request):
        return problem_json(refusal, instance=request.path)
    return refusal_page(request, refusal)


def _note_retry(response: HttpResponse, refusal: Refused) -> None:
    if isinstance(refusal, TooOften | Busy):
        response["Retry-After"] = str(refusal.retry_after)
