"""Forms to print, sign and seal (2.3.21, 2.4.8): the list, each as a page, each as PDF.

What somebody types into one comes by POST and goes back on the page: never into the address, never into a table.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.paper.printing import may_be_pdf
from account_center.plumbing.paper.types import Paper
from account_center.portal.customer import customer_of, tenant_of_customer
from account_center.portal.forms_papers import FillForm
from account_center.portal.words import WAY_WORDS
from account_center.realname.services.forms import (
    form_words,
    forms_for,
    known_values,
    make_paper,
    make_record,
    print_paper,
)
from account_center.realname.types import PaperKind


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form in the list."""

    kind: PaperKind
    title: str
    purpose: str
    as_pdf: bool


@require_safe
@at_one_moment
def overview(request: HttpRequest) -> HttpResponse:
    """Every form, those of use to this account first."""
    fitting, others = forms_for(tenant_of_customer(request).id)
    groups = [[_shown(request, kind) for kind in kinds] for kinds in (fitting, others)]
    return render(request, "portal/paper_forms.html", {"fitting": groups[0], "others": groups[1]})


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, kind: str) -> HttpResponse:
    """One form, to be printed from the browser."""
    return _page(request, _kind(kind), _fill_form(request, _kind(kind)))


@require_http_methods(["GET", "HEAD", "POST"])
def pdf(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as PDF. What cannot be printed is said on the page where it was typed."""
    of = _kind(kind)
    fill = _fill_form(request, of)
    if fill.is_bound and not fill.is_valid():
        return _page(request, of, fill)
    return _as_file(request, _paper(request, of, fill))


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """What holds for the owner to keep: masked, with reference number, way and day."""
    paper = _record(request)
    if paper is None:
        return redirect("portal:verification")
    return render(request, "portal/paper_record.html", {"paper": paper, "as_pdf": may_be_pdf(paper)})


@require_safe
def record_pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF."""
    paper = _record(request)
    return _as_file(request, paper) if paper is not None else redirect("portal:verification")


@require_safe
def letter(_request: HttpRequest) -> HttpResponse:
    """Where the letter of authorisation was before there were other forms."""
    return redirect("portal:paper_form", PaperKind.LETTER.value)


def _shown(request: HttpRequest, kind: PaperKind) -> ShownForm:
    title, purpose = form_words(kind)
    return ShownForm(kind, title, purpose, may_be_pdf(_paper(request, kind, None)))


def _fill_form(request: HttpRequest, kind: PaperKind) -> FillForm:
    return FillForm(request.POST if request.method == "POST" else None, kind=kind)


def _page(request: HttpRequest, kind: PaperKind, fill: FillForm) -> HttpResponse:
    wrong = fill.is_bound and not fill.is_valid()
    paper = _paper(request, kind, None if wrong else fill)
    context = {
        "kind": kind,
        "form": fill,
        "paper": paper,
        "as_pdf": may_be_pdf(paper),
        "blank": "blank" in request.GET,
        "purpose": form_words(kind)[1],
    }
    return render(request, "portal/paper_form.html", context, status=422 if wrong else 200)


def _paper(request: HttpRequest, kind: PaperKind, fill: FillForm | None) -> Paper:
    """The form, filled with what is known (unless it is asked for blank) and with what was typed."""
    typed = fill.typed() if fill is not None and fill.is_bound and fill.is_valid() else {}
    tenant = tenant_of_customer(request)
    account_name = customer_of(request).account.name
    known = {} if "blank" in request.GET else known_values(kind=kind, account_name=account_name, tenant=tenant)
    return make_paper(kind=kind, known=known, typed=typed, language=_language(request), now=now())


def _record(request: HttpRequest) -> Paper | None:
    return make_record(
        account_name=customer_of(request).account.name,
        tenant=tenant_of_customer(request),
        way_words=WAY_WORDS,
        language=_language(request),
        now=now(),
    )


def _as_file(request: HttpRequest, paper: Paper) -> HttpResponse:
    made = print_paper(actor=actor_of(request), paper=paper, now=now())
    name = content_disposition_header(as_attachment=False, filename=f"{paper.title}.pdf")
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name or "inline"})


def _language(request: HttpRequest) -> str:
    """The language of the form, which may be another one than that of the page."""
    asked = request.POST.get("language") or request.GET.get("language") or ""
    return asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def _kind(text: str) -> PaperKind:
    try:
        return PaperKind(text)
    except ValueError:
        raise Http404 from None
