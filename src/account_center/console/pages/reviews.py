"""Reviewing applications: the queue, a case with its pictures, the verdicts."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from account_center.console.forms_review import FilterForm, VerdictForm
from account_center.console.guard import posted, staff_page
from account_center.console.keyset import key_of
from account_center.console.labels import label
from account_center.console.showing_applications import timeline_of
from account_center.console.showing_organisations import StatedLine, organisation_lines
from account_center.console.showing_readings import read_pictures
from account_center.kit.clock import now
from account_center.kit.countries import country_name
from account_center.kit.limits import MINUTE
from account_center.kit.refused import Refused
from account_center.kit.travel_document import DocumentKind
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.realname.queries import CERTIFICATE_WORDS, is_taken, review_queue
from account_center.realname.services import claim_case, decide_case, open_case, open_picture, release_case
from account_center.realname.services.reviewing import require_reviewer
from account_center.realname.types import ApplicationState, Certificate, Party, ReviewCase, ReviewRow, Slot

PAGE = 20
_STATED_WORDS = {
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("Document number"),
    "birth": gettext_lazy("Date of birth"),
    "nationality": gettext_lazy("Issued by"),
    "expires": gettext_lazy("Valid until"),
}


@staff_page(methods=("GET",))
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for staff, the oldest promise first."""
    actor, moment = actor_of(request), now()
    require_reviewer(actor)
    form = FilterForm(request.GET)
    rows = review_queue(form.wanted(staff_id=actor.account_id, now=moment), after=_after(request), limit=PAGE)
    query = request.GET.copy()
    query["after"] = f"{rows[-1].promised_by.isoformat()},{rows[-1].id}" if rows else ""
    context = {
        "form": form,
        "rows": [_shown(row, by=actor.account_id or 0, moment=moment) for row in rows],
        "older": query.urlencode() if len(rows) == PAGE else "",
        "claim_minutes": settings.LIMITS.review_claim_seconds // MINUTE,
    }
    return render(request, "console/reviews.html", context)


def _after(request: HttpRequest) -> tuple[datetime, int] | None:
    return key_of(request.GET.get("after", ""))


def _shown(row: ReviewRow, *, by: int, moment: datetime) -> dict[str, object]:
    taken = is_taken(row, by=by, now=moment)
    return {
        "row": row,
        "document": _document(row),
        "late": row.promised_by < moment,
        "by": timesince(row.promised_by, moment, depth=1) if row.promised_by < moment else "",
        "left": timeuntil(row.promised_by, moment, depth=1) if row.promised_by >= moment else "",
        "taken": taken,
        "mine": row.reviewer_id == by and not taken,
    }


def _document(row: ReviewRow) -> str | Promise:
    if row.party is Party.ORGANISATION:
        return CERTIFICATE_WORDS[Certificate(row.number_kind)]
    if row.number_kind in list(DocumentKind):
        return label(DocumentKind(row.number_kind))
    return _("Resident identity card")


@staff_page(methods=("POST",))
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes a case from the queue."""
    claim_case(actor=actor_of(request), reference=reference, now=now())
    return redirect("console:review", reference)


@staff_page(methods=("POST",))
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives it back."""
    release_case(actor=actor_of(request), reference=reference)
    return redirect("console:reviews")


@staff_page()
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The papers beside what was typed; a verdict for each picture decides together."""
    opened = open_case(actor=actor_of(request), reference=reference, now=now())
    form = VerdictForm(posted(request), slots=tuple(one.slot for one in opened.evidence))
    if request.method == "POST" and form.is_valid():
        try:
            decided = decide_case(actor=actor_of(request), reference=reference, verdicts=form.verdicts(), now=now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _decided_words(decided.state))
            return redirect("console:reviews")
    context = {
        "case": opened,
        "stated": _stated(opened),
        "machine": read_pictures(opened),
        "organisation": opened.row.party is Party.ORGANISATION,
        "register": _register(opened),
        "change": label(opened.change.kind) if opened.change else "",
        "before_way": label(opened.change.before.way) if opened.change else "",
        "document": _document(opened.row),
        "form": form,
        "pictures": [(one, label(one.slot), form[one.slot.value]) for one in opened.evidence],
        "late": opened.row.promised_by < now(),
        "timeline": timeline_of(opened.tenant_id, reference),
    }
    return render(request, "console/review.html", context, status=422 if form.errors else 200)


def _stated(opened: ReviewCase) -> list[StatedLine]:
    if opened.row.party is Party.ORGANISATION:
        return organisation_lines(opened.stated, opened.register)
    stated = dict(opened.stated)
    if stated.get("nationality"):
        stated["nationality"] = country_name(stated["nationality"], get_language() or "en")
    return [StatedLine(str(words), stated[key]) for key, words in _STATED_WORDS.items() if stated.get(key)]


def _register(opened: ReviewCase) -> dict[str, object] | None:
    found = opened.register
    if found is None:
        return None
    doubts = [label(doubt) for doubt in found.doubts]
    return {"state": label(found.state) if found.state else "", "reference": found.reference, "doubts": doubts}


def _decided_words(state: ApplicationState) -> str:
    match state:
        case ApplicationState.APPROVED:
            return _("Approved. The tenant is verified, and the customer is told.")
        case ApplicationState.REFUSED:
            return _("Refused. The customer is told the reason.")
        case _:
            return _("Asked again. The customer is told which pictures, and why.")


@staff_page(methods=("GET",))
def picture(request: HttpRequest, reference: str, slot: str) -> HttpResponse:
    """One picture, for the reviewer who has the case; the look is an event."""
    if slot not in list(Slot):
        raise Http404
    jpeg = open_picture(actor=actor_of(request), reference=reference, slot=Slot(slot), now=now())
    response = HttpResponse(jpeg, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
