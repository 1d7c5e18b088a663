"""What staff do for a customer: each act is a form of its own and needs a reason."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from account_center.accounts.types import AccountFacts
from account_center.console import services
from account_center.console.forms import BecauseForm, CountryForm, HoldForm
from account_center.console.guard import posted, staff_page
from account_center.console.labels import label
from account_center.console.queries import customer, tenant_and_owner
from account_center.console.showing import country, phone_of
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.refusals import add_refusal
from account_center.standing.errors import NoSuchHold
from account_center.standing.queries import standing_of
from account_center.standing.types import HoldReason
from account_center.support.services.desk import refuse_own_account

MANAGER = StaffRole.CUSTOMER_MANAGER


def act_page(
    request: HttpRequest,
    form: Form,
    account: AccountFacts,
    act: Callable[[], str],
    *,
    title: str,
    says: tuple[str | Promise, ...],
    submit: str,
    back: str = "",
) -> HttpResponse:
    """The form; after a valid post the act, then ``back`` (else to the customer) with the sentence that it returns.

    Raises OwnCase: whoever lifts a hold or gives a status does so for others.
    """
    refuse_own_account(actor=actor_of(request), customer=account)
    page = back or reverse("console:customer", args=[account.id])
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(page)
    context = {"form": form, "account": account, "title": title, "says": says, "submit": submit, "page": page}
    return render(request, "console/act.html", context, status=422 if form.errors else 200)


@staff_page()
def send_names(request: HttpRequest, account_id: int) -> HttpResponse:
    """Sends the names of a phone's accounts to the phone itself (1.45)."""
    account, form = customer(account_id), BecauseForm(posted(request))

    def act() -> str:
        sent = services.send_names_to_phone(
            actor=actor_of(request), account_id=account_id, because=form.because(), now=now()
        )
        words = ngettext(
            "The list with %(names)d name is on its way.", "The list with %(names)d names is on its way.", sent
        )
        return words % {"names": sent}

    says = (
        _("A text message with the names of all accounts of %(phone)s goes to this very phone.")
        % {"phone": phone_of(account.phone)},
        _("Nobody else gets the list: not you, and not the caller by phone."),
    )
    title = _("Send the account names to the phone")
    return act_page(request, form, account, act, title=title, says=says, submit=_("Send the list"))


@staff_page(role=MANAGER)
def tenant_country(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another country for the tenant, on proof of identity; the ID account keeps its own (1.7)."""
    tenant, account = tenant_and_owner(public_id)
    form = CountryForm(posted(request))

    def act() -> str:
        data = form.cleaned_data
        services.change_tenant_country(
            actor=actor_of(request), tenant=tenant, country=data["country"], proof=data["proof"], because=form.because()
        )
        return _("The tenant's country is %(country)s now. The ID account keeps its own.") % {
            "country": country(data["country"])
        }

    says = (
        _("Tenant: %(tenant)s, %(country)s") % {"tenant": tenant.name, "country": country(tenant.country)},
        _(
            "Only the tenant changes. The country of the ID account (%(country)s) stays for good, and the site stays too."
        )
        % {"country": country(account.country)},
    )
    title = _("Change the tenant's country or region")
    return act_page(request, form, account, act, title=title, says=says, submit=_("Change the country"))


@staff_page()
def place_hold(request: HttpRequest, public_id: str) -> HttpResponse:
    """Freezes or restricts a tenant (1.39, 1.40)."""
    tenant, account = tenant_and_owner(public_id)
    form = HoldForm(posted(request))

    def act() -> str:
        reason = HoldReason(form.cleaned_data["hold"])
        services.hold_tenant(
            actor=actor_of(request),
            tenant=tenant,
            reason=reason,
            until=form.cleaned_data["until"],
            because=form.because(),
            now=now(),
        )
        return _("Placed on %(tenant)s: %(hold)s.") % {"tenant": tenant.name, "hold": label(reason)}

    says = (
        _("Tenant: %(tenant)s, %(country)s") % {"tenant": tenant.name, "country": country(tenant.country)},
        _("It counts at once, everywhere. Signing in, bills and the account itself stay open: they are the way out."),
    )
    title = _("Freeze or restrict the tenant")
    return act_page(request, form, account, act, title=title, says=says, submit=_("Place the hold"))


@staff_page()
def lift_hold(request: HttpRequest, public_id: str, hold_id: int) -> HttpResponse:
    """Lifts one hold; others stay."""
    tenant, account = tenant_and_owner(public_id)
    form = BecauseForm(posted(request))
    hold = next((one for one in standing_of(tenant.id).holds if one.id == hold_id), None)
    if hold is None:
        raise NoSuchHold

    def act() -> str:
        services.release_tenant(
            actor=actor_of(request), tenant=tenant, hold_id=hold_id, because=form.because(), now=now()
        )
        return _("Lifted: %(hold)s.") % {"hold": label(hold.reason)}

    says = (f"{tenant.name}: {label(hold.reason)}", _("Other holds on the tenant stay in force."))
    return act_page(request, form, account, act, title=_("Lift the hold"), says=says, submit=_("Lift the hold"))
