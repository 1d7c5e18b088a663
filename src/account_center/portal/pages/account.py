"""Basic information, names and password."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from account_center.accounts.services import rename_account
from account_center.kit.clock import now
from account_center.kit.countries import country_name
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import keep_session
from account_center.policy.queries import sign_in_rules
from account_center.portal.customer import Customer, customer_of, tenant_of_customer
from account_center.portal.forms import AccountNameForm, PasswordForm, TenantNameForm
from account_center.portal.words import SITE_WORDS
from account_center.realname.queries import verification_of
from account_center.signin.services import change_password
from account_center.standing.queries import standing_of
from account_center.tenants.services import rename_tenant


@require_safe
@at_one_moment
def information(request: HttpRequest) -> HttpResponse:
    """Who one is here: the ID account, and the cloud's view of it (1.3, 1.7, 1.13)."""
    customer = customer_of(request)
    tenant = customer.tenant
    context = {
        "customer": customer,
        "phone": mask_phone(customer.account.phone) if customer.account.phone else "",
        "email": mask_email(customer.account.email) if customer.account.email else "",
        "country": country_name(customer.account.country, get_language() or "en"),
        "site": SITE_WORDS[tenant.site] if tenant else "",
        "tenant_country": country_name(tenant.country, get_language() or "en") if tenant else "",
        "verification": verification_of(tenant.id) if tenant else None,
        "kind": standing_of(tenant.id).kind if tenant else "",
        **_where_cloud_differs(customer),
    }
    return render(request, "portal/account.html", context)


def _where_cloud_differs(customer: Customer) -> dict[str, object]:
    """The cloud's own name and contacts stand on the page only where they differ (1.3, 1.4, 1.6)."""
    tenant, account = customer.tenant, customer.account
    if tenant is None:
        return {}
    return {
        "name_differs": tenant.name != account.name,
        "email_differs": tenant.contact_email != account.email,
        "phone_differs": tenant.contact_phone != account.phone,
        "business_email": mask_email(tenant.contact_email) if tenant.contact_email else "",
        "business_phone": mask_phone(tenant.contact_phone) if tenant.contact_phone else "",
        "country_differs": tenant.country != account.country,
    }


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest) -> HttpResponse:
    """Changes the account name (3.1.6)."""
    customer = customer_of(request)
    form = AccountNameForm(request.POST or None, initial={"name": customer.account.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_account(actor=actor_of(request), account_id=customer.account.id, name=form.cleaned_data["name"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The account name is changed. From now on sign in with the new one."))
            return redirect("portal:account")
    return render(request, "portal/account_name.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rename_tenant_page(request: HttpRequest) -> HttpResponse:
    """Changes the tenant name (1.3)."""
    tenant = tenant_of_customer(request)
    form = TenantNameForm(request.POST or None, initial={"name": tenant.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_tenant(actor=actor_of(request), tenant_id=tenant.id, name=form.cleaned_data["name"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The tenant name is changed."))
            return redirect("portal:account")
    return render(request, "portal/tenant_name.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Changes the password; every other session ends (3.1.21)."""
    customer = customer_of(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(
                actor=actor_of(request),
                account_id=customer.account.id,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["password"],
                now=now(),
                go_on=partial(keep_session, request),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The new password counts from now on, and every other session has ended."))
            return redirect("portal:security")
    context = {"form": form, "rules": sign_in_rules(customer.account.id)}
    return render(request, "portal/password.html", context, status=422 if form.errors else 200)
