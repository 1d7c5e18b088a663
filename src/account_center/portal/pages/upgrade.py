"""A legacy account becomes an ID account, or stays as it is for now (1.29 to 1.36)."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.kit.clock import now
from account_center.kit.countries import country_name
from account_center.kit.masking import mask_email, mask_phone
from account_center.kit.refused import Refused
from account_center.onboarding.queries import candidates_of
from account_center.onboarding.services import name_is_free, stays_legacy, upgrade_account, upgrade_obstacles
from account_center.onboarding.types import Candidate, CandidateVerdict
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.wording import explain_refusal
from account_center.portal.customer import Customer, customer_of
from account_center.portal.forms_upgrade import UpgradeForm
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.signin.types import SensitiveAction

LATER = "upgrade_later"
VERDICTS = {
    CandidateVerdict.FITS: ("info", _("free")),
    CandidateVerdict.OTHER_COUNTRY: ("no", _("another country or region")),
    CandidateVerdict.HAS_TENANT: ("no", _("has a tenant already")),
    CandidateVerdict.FROZEN: ("no", _("frozen")),
}


@require_safe
@at_one_moment
def offer(request: HttpRequest) -> HttpResponse:
    """What the upgrade changes and what stays; how to go on without it."""
    customer = customer_of(request)
    if customer.is_id_account:
        return _done(request, customer)
    refusals = [explain_refusal(refusal) for refusal in stays_legacy(customer.account)]
    context = {"customer": customer, "obstacles": refusals, **_contacts(customer)}
    return render(request, "portal/upgrade.html", context)


@require_POST
def later(request: HttpRequest) -> HttpResponse:
    """Not now: nothing changes, and the offer rests until the next sign-in (1.30)."""
    request.session[LATER] = True
    return redirect("portal:home")


def confirm(request: HttpRequest) -> HttpResponse:
    """The upgrade itself. Whoever has an ID account already, as after the first of two clicks, sees that."""
    customer = customer_of(request)
    if customer.is_id_account:
        return _done(request, customer)
    return _confirm(request)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(SensitiveAction.UPGRADE)
def _confirm(request: HttpRequest) -> HttpResponse:
    customer = customer_of(request)
    form = UpgradeForm(request.POST or None, initial={"name": customer.account.name})
    if request.method == "POST" and form.is_valid():
        try:
            upgrade_account(
                actor=actor_of(request),
                account_id=customer.account.id,
                name=form.cleaned_data["name"],
                proof=proof_for(request, SensitiveAction.UPGRADE),
                now=now(),
            )
        except Refused as refusal:
            _refuse_on(form, refusal)
        else:
            return redirect("portal:upgrade")
    return _confirm_page(request, customer, form)


def _refuse_on(form: UpgradeForm, refusal: Refused) -> None:
    """Shows the refusal at the name; what has to do with the account as a whole stands on the page already."""
    if refusal.field == "name":
        add_refusal(form, refusal)
    elif not refusal.code.startswith("onboarding."):
        raise refusal


def _confirm_page(request: HttpRequest, customer: Customer, form: UpgradeForm) -> HttpResponse:
    refusals = upgrade_obstacles(customer.account)
    context = {
        "customer": customer,
        "form": form,
        "name_is_free": name_is_free(customer.account) and not form.errors,
        "obstacles": [explain_refusal(refusal) for refusal in refusals],
        "candidates": _told(candidates_of(customer.account)),
        "accounts_per_phone": settings.LIMITS.accounts_per_phone,
        **_contacts(customer),
    }
    refused = form.is_bound and (form.errors or refusals)
    return render(request, "portal/upgrade_confirm.html", context, status=422 if refused else 200)


def _told(candidates: Sequence[Candidate]) -> list[dict[str, object]]:
    language = get_language() or "en"
    return [
        {
            "name": one.name,
            "country": country_name(one.country, language),
            "same_phone": one.same_phone,
            "same_email": one.same_email,
            "kind": VERDICTS[one.verdict][0],
            "verdict": VERDICTS[one.verdict][1],
        }
        for one in candidates
    ]


def _done(request: HttpRequest, customer: Customer) -> HttpResponse:
    return render(request, "portal/upgrade_done.html", {"customer": customer, **_contacts(customer)})


def _contacts(customer: Customer) -> dict[str, str]:
    account = customer.account
    return {
        "phone": mask_phone(account.phone) if account.phone else "",
        "email": mask_email(account.email) if account.email else "",
    }
