"""Activating the cloud: what stands in the way, and the tenant's name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from account_center.kit.clock import now
from account_center.kit.countries import country_name
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.onboarding.errors import ActivationIsForIdAccounts
from account_center.onboarding.services import activate_cloud, obstacles
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import explain_refusal
from account_center.portal.customer import Customer, customer_of
from account_center.portal.forms import TenantNameForm
from account_center.portal.words import SITE_WORDS
from account_center.realname.queries import verification_of
from account_center.tenants.queries import site_for
from account_center.tenants.types import TenantFacts


@require_http_methods(["GET", "POST"])
@at_one_moment
def activate(request: HttpRequest) -> HttpResponse:
    """Shows every obstacle with its way out (1.10), or creates the tenant. Can be repeated at will (1.41)."""
    customer = customer_of(request)
    if not customer.is_id_account:
        raise ActivationIsForIdAccounts
    if customer.tenant is not None:
        return _activated(request, customer.tenant, fresh=False)
    form = TenantNameForm(request.POST or None, initial={"name": customer.account.name})
    if request.method == "POST" and form.is_valid():
        try:
            tenant = activate_cloud(
                actor=actor_of(request), account_id=customer.account.id, name=form.cleaned_data["name"], now=now()
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return _activated(request, tenant, fresh=True)
    return _page(request, customer, form)


def _activated(request: HttpRequest, tenant: TenantFacts, *, fresh: bool) -> HttpResponse:
    context = {"tenant": tenant, "fresh": fresh, "verified": verification_of(tenant.id) is not None}
    return render(request, "portal/activated.html", context)


def _page(request: HttpRequest, customer: Customer, form: TenantNameForm) -> HttpResponse:
    account = customer.account
    in_the_way = [explain_refusal(refusal) for refusal in obstacles(account.id)]
    context = {
        "form": form,
        "obstacles": in_the_way,
        "country": country_name(account.country, get_language() or "en"),
        "site": SITE_WORDS[site_for(account.country)],
        "phone": mask_phone(account.phone) if account.phone else "",
        "email": mask_email(account.email) if account.email else "",
    }
    return render(request, "portal/activate.html", context, status=422 if form.errors else 200)
