"""Letting a trusted site tell us who somebody is (2.4.10), or that somebody studies (2.1.16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import Explained, explain
from account_center.portal.besides import shown_status
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_sites import SiteForm
from account_center.portal.pages.document import WAITING
from account_center.realname.errors import AlreadyVerified, ConsentMissing
from account_center.realname.queries import applications_of, open_application_of, verification_of
from account_center.realname.services.agreements import agree, agreements_of, trusted_sites, withdraw_agreement
from account_center.realname.types import AgreementView, ApplicationState, ApplicationView, Party, Purpose, Way
from account_center.tenants.types import TenantFacts

HOMES = {Purpose.VERIFICATION: "portal:partner_sites", Purpose.STUDENT: "portal:student"}


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """An agreement as the page shows it; ``refusal`` is why what the site sent last did not count."""

    view: AgreementView
    refusal: Explained | None


@require_http_methods(["GET", "POST"])
@at_one_moment
def partner_sites(request: HttpRequest) -> HttpResponse:
    """A code for the site that verified the customer already; the site sends its result with it."""
    tenant = tenant_of_customer(request)
    if request.htmx:  # type: ignore[attr-defined]
        return _followed(request, tenant, Purpose.VERIFICATION)
    verification = verification_of(tenant.id)
    if verification is not None:
        if verification.partner is None:
            raise AlreadyVerified
        return redirect("portal:verification_application", verification.reference)
    waiting = open_application_of(tenant.id)
    if waiting is not None and waiting.state in WAITING:
        return redirect("portal:verification_application", waiting.reference)
    form = _form(request, Purpose.VERIFICATION)
    if form is not None and _agreed(request, form, tenant, Purpose.VERIFICATION):
        return redirect("portal:partner_sites")
    newest = _newest_from_outside(tenant.id)
    refused = newest if newest is not None and newest.state is ApplicationState.REFUSED else None
    return _page(request, "portal/partner_sites.html", form, tenant, Purpose.VERIFICATION, refused=refused)


@require_http_methods(["GET", "POST"])
@at_one_moment
def student(request: HttpRequest) -> HttpResponse:
    """The student status, and how to prove it: at an education service, or by ticket."""
    tenant = tenant_of_customer(request)
    if request.htmx:  # type: ignore[attr-defined]
        return _followed(request, tenant, Purpose.STUDENT)
    verification = verification_of(tenant.id)
    person = verification is not None and verification.party is Party.PERSON
    form = _form(request, Purpose.STUDENT) if person else None
    if form is not None and _agreed(request, form, tenant, Purpose.STUDENT):
        return redirect("portal:student")
    more = {
        "verification": verification,
        "person": person,
        "student": shown_status(tenant.id, now=now()) if person else None,
    }
    return _page(request, "portal/student.html", form, tenant, Purpose.STUDENT, **more)


@require_POST
def withdraw(request: HttpRequest, agreement: UUID) -> HttpResponse:
    """Ends an agreement that was not used yet."""
    tenant = tenant_of_customer(request)
    ended = withdraw_agreement(
        actor=actor_of(request), tenant_id=tenant.id, owner_id=tenant.owner_id, agreement_id=agreement, now=now()
    )
    if ended:
        messages.success(request, _("Withdrawn: the code counts no more."))
    else:
        messages.info(request, _("There was nothing to withdraw any more."))
    return redirect("portal:student" if request.POST.get("purpose") == Purpose.STUDENT else "portal:verification")


def _form(request: HttpRequest, purpose: Purpose) -> SiteForm | None:
    sites = trusted_sites(purpose)
    if not sites:
        return None
    # A partner site may link to its own name here.
    wanted = request.GET.get("site", sites[0].client_id if len(sites) == 1 else "")
    posted = request.POST if request.method == "POST" else None
    return SiteForm(posted, sites=sites, purpose=purpose, initial={"site": wanted})


def _agreed(request: HttpRequest, form: SiteForm, tenant: TenantFacts, purpose: Purpose) -> AgreementView | None:
    if request.method != "POST" or not form.is_valid():
        return None
    if not form.cleaned_data["consent"]:
        add_refusal(form, ConsentMissing(field="consent"))
        return None
    try:
        return agree(
            actor=actor_of(request),
            tenant_id=tenant.id,
            owner_id=tenant.owner_id,
            client_id=form.cleaned_data["site"],
            purpose=purpose,
            now=now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return None


def _page(
    request: HttpRequest, template: str, form: SiteForm | None, tenant: TenantFacts, purpose: Purpose, **more: object
) -> HttpResponse:
    agreements = agreements_of(tenant.id, purpose=purpose, now=now())
    context = {
        "form": form,
        "tenant": tenant,
        "agreements": [_shown(one) for one in agreements],
        "seen": _seen(agreements),
        "purpose": purpose.value,
        **more,
    }
    return render(request, template, context, status=422 if form is not None and form.errors else 200)


def _shown(one: AgreementView) -> ShownAgreement:
    refused = one.refused
    return ShownAgreement(one, explain(refused.code, refused.facts) if refused else None)


def _seen(agreements: Sequence[AgreementView]) -> str:
    """Another text as soon as a code was used or withdrawn, or is over, or what came with it was refused."""
    return "-".join(f"{one.refused.at.timestamp():.6f}" if one.refused else "0" for one in agreements)


def _followed(request: HttpRequest, tenant: TenantFacts, purpose: Purpose) -> HttpResponse:
    """What the open page asks every few seconds: nothing new, come anew, or see the application that a code has made."""
    agreements = agreements_of(tenant.id, purpose=purpose, now=now())
    if request.GET.get("seen") == _seen(agreements):
        return HttpResponse(status=204)
    came = None if agreements or purpose is Purpose.STUDENT else _newest_from_outside(tenant.id)
    if came is None:
        return HttpResponseClientRefresh()
    return HttpResponseClientRedirect(reverse("portal:verification_application", args=[came.reference]))


def _newest_from_outside(tenant_id: int) -> ApplicationView | None:
    """The tenant's newest application, if a partner site's result made it."""
    newest = applications_of(tenant_id)[:1]
    return newest[0] if newest and newest[0].way is Way.PARTNER else None
