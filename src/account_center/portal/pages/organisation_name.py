"""The name of an organisation: edited freely while it is not verified, afterwards only by a new verification (3.1.7)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.portal.customer import tenant_of_customer
from account_center.portal.forms_organisation import OrganisationNameForm
from account_center.realname.queries import verification_of
from account_center.realname.services.organisation_names import state_organisation_name
from account_center.realname.types import Party


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """The form; for a verified organisation the way to a new verification instead."""
    tenant = tenant_of_customer(request)
    held = verification_of(tenant.id)
    if held is not None and held.party is Party.ORGANISATION:
        return redirect("portal:change_kind", "renamed")
    form = OrganisationNameForm(request.POST or None, initial={"name": tenant.organisation_name})
    if request.method == "POST" and form.is_valid():
        try:
            state_organisation_name(actor=actor_of(request), tenant_id=tenant.id, name=form.cleaned_data["name"])
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The name of the organisation is changed."))
            return redirect("portal:account")
    return render(request, "portal/organisation_name.html", {"form": form}, status=422 if form.errors else 200)
