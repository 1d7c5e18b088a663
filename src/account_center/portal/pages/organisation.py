"""Verification of an organisation by papers: what kind it is, by which certificate, who acts, then form and pictures."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.again import fill_in, filled
from account_center.portal.changing import ChangeMode, ask_for_form, asked_change, change_mode, first_or_change
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_organisation import PapersForm
from account_center.portal.full_numbers import remember_full
from account_center.portal.pages.document import waiting_application
from account_center.portal.pictures import uploads_of
from account_center.portal.words import ACTING_HELP, ACTING_WORDS
from account_center.realname.errors import PapersConsentMissing
from account_center.realname.queries import (
    CERTIFICATE_WORDS,
    NATURE_HELP,
    NATURE_WORDS,
    certificates_of,
    papers_needed,
)
from account_center.realname.services import submit_papers
from account_center.realname.services.organisations import read_organisation
from account_center.realname.types import Acting, ApplicationView, Certificate, Nature, Party, Way
from account_center.tenants.types import TenantFacts

Kind = tuple[Nature, Certificate, Acting]


@require_safe
@first_or_change(Party.ORGANISATION, proof=False)
def choose_nature(request: HttpRequest) -> HttpResponse:
    """What kind of organisation it is (2.3.22, 2.3.24)."""
    waiting = waiting_application(tenant_of_customer(request))
    if waiting is not None:
        return redirect("portal:verification_application", waiting.reference)
    choices = [
        (_to(request, "portal:organisation_certificate", nature.value), words, NATURE_HELP.get(nature, ""))
        for nature, words in NATURE_WORDS.items()
    ]
    context = {"choices": choices, "days": settings.LIMITS.review_working_days, "change": change_mode(request)}
    return render(request, "portal/organisation.html", context)


@require_safe
@first_or_change(Party.ORGANISATION, proof=False)
def choose_certificate(request: HttpRequest, nature: str) -> HttpResponse:
    """By which papers it shows itself; where there is one kind only, nothing is asked (2.3.24)."""
    tenant_of_customer(request)
    of = _nature(nature)
    papers = certificates_of(of)
    if len(papers) == 1:
        return redirect(_to(request, "portal:organisation_acting", of.value, papers[0].value))
    choices = [
        (_to(request, "portal:organisation_acting", of.value, one.value), CERTIFICATE_WORDS[one], "") for one in papers
    ]
    context = {
        "choices": choices,
        "nature": NATURE_WORDS[of],
        "question": _("Which certificate does it have?"),
        "change": change_mode(request),
    }
    return render(request, "portal/organisation_choose.html", context)


@require_safe
@first_or_change(Party.ORGANISATION, proof=False)
def choose_acting(request: HttpRequest, nature: str, certificate: str) -> HttpResponse:
    """Whose identity document can be shown: the legal representative's, or that of somebody with a letter (2.3.18)."""
    tenant_of_customer(request)
    of, paper = _nature(nature), _certificate(nature, certificate)
    choices = [
        (_to(request, "portal:organisation_form", of.value, paper.value, one.value), words, ACTING_HELP[one])
        for one, words in ACTING_WORDS.items()
    ]
    context = {
        "choices": choices,
        "nature": NATURE_WORDS[of],
        "question": _("Whose identity document can you show?"),
        "from_abroad": of is Nature.OVERSEAS,
        "change": change_mode(request),
    }
    return render(request, "portal/organisation_choose.html", context)


def _to(request: HttpRequest, name: str, *args: str) -> str:
    """The next question's address; that something is to be changed goes with it."""
    mode = change_mode(request)
    return reverse(name, args=args) + (mode.query if mode else "")


@require_http_methods(["GET", "POST"])
@first_or_change(Party.ORGANISATION)
def begin(request: HttpRequest, nature: str, certificate: str, acting: str) -> HttpResponse:
    """The form. Everything wrong is told at once, and nothing typed is lost."""
    tenant = tenant_of_customer(request)
    kind = (_nature(nature), _certificate(nature, certificate), _acting(acting))
    waiting = waiting_application(tenant)
    if waiting is not None:
        return redirect("portal:verification_application", waiting.reference)
    of, paper, role = kind
    mode = change_mode(request)
    form = PapersForm(
        request.POST or None,
        request.FILES or None,
        nature=of,
        certificate=paper,
        acting=role,
        initial={"name": tenant.organisation_name},
    )
    ask_for_form(form, mode)
    fill_in(request, form, Way.ENTERPRISE_PAPERS)
    if request.method == "POST":
        view = _submit(request, form, tenant, kind, mode)
        if view is not None:
            return redirect("portal:verification_application", view.reference)
    context = {
        "form": form,
        "certificate": CERTIFICATE_WORDS[paper],
        "authorised": role is Acting.AUTHORISED,
        "from_abroad": of is Nature.OVERSEAS,
        "days": settings.LIMITS.review_working_days,
        "change": mode,
    }
    return render(request, "portal/organisation_form.html", context, status=422 if form.errors else 200)


def _submit(
    request: HttpRequest,
    form: PapersForm,
    tenant: TenantFacts,
    kind: Kind,
    mode: ChangeMode | None,
) -> ApplicationView | None:
    if not form.is_valid():
        return None
    nature, certificate, acting = kind
    typed = filled(request, form)
    names = ("name", "number", "representative", "representative_id", "agent", "agent_id")
    claim, wrong = read_organisation(
        nature=nature,
        certificate=certificate,
        acting=acting,
        country=typed.get("country") or "CN",
        now=now(),
        **{name: typed.get(name, "") for name in names},
    )
    uploads = uploads_of(request, papers_needed(acting), wrong)
    if not typed["consent_data"]:
        wrong.append(PapersConsentMissing(field="consent_data"))
    change, view = asked_change(request, mode, wrong), None
    if claim is not None and not wrong:
        view, wrong = submit_papers(
            actor=actor_of(request),
            tenant_id=tenant.id,
            owner_id=tenant.owner_id,
            claim=claim,
            uploads=uploads,
            now=now(),
            change=change,
        )
    remember_full(request, claim, wrong)
    for reason in wrong:
        add_refusal(form, reason)
    return view


def _nature(text: str) -> Nature:
    try:
        return Nature(text)
    except ValueError:
        raise Http404 from None


def _certificate(nature: str, text: str) -> Certificate:
    for one in certificates_of(_nature(nature)):
        if one.value == text:
            return one
    raise Http404


def _acting(text: str) -> Acting:
    try:
        return Acting(text)
    except ValueError:
        raise Http404 from None
