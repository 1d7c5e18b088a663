"""The tenant's security policy: what holds, and a page for each change (1.22, 1.23, 3.1.20)."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from account_center.kit.clock import now
from account_center.kit.limits import MINUTE
from account_center.kit.networks import Network, is_allowed
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import this_session
from account_center.policy.queries import policy_of_tenant
from account_center.policy.services import close_way_back, read_networks
from account_center.policy.types import LeastCheck, PolicyFacts
from account_center.portal.customer import customer_of, tenant_of_customer
from account_center.portal.forms_policy import (
    CHECK_WORDS,
    LeastCheckForm,
    NetworksForm,
    PasswordRulesForm,
    PolicyForm,
    SessionLengthForm,
    length_text,
)
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.signin.errors import FreshProofMissing
from account_center.signin.services import tenant_policy
from account_center.signin.types import SensitiveAction

POLICY = SensitiveAction.SECURITY_POLICY
COUNTED = 2**24  # a network with more addresses is only called large


@require_safe
@at_one_moment
def overview(request: HttpRequest) -> HttpResponse:
    """What the tenant asks of its users; without a tenant, what it could."""
    tenant = customer_of(request).tenant
    if tenant is None:
        return render(request, "portal/policy_none.html", {"customer": customer_of(request)})
    policy, address = policy_of_tenant(tenant.id), actor_of(request).address
    context = {
        "policy": policy,
        "networks": _shown(policy.networks, address),
        "address": address,
        "inside": is_allowed(address, policy.networks),
        "session": length_text(policy.session_minutes or settings.LIMITS.session_seconds // MINUTE),
        "check": CHECK_WORDS[policy.least_check],
        "way_back_open": policy.way_back_until is not None and policy.way_back_until > now(),
    }
    return render(request, "portal/policy.html", context)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(POLICY)
def networks(request: HttpRequest) -> HttpResponse:
    """The list of networks: first shown as it would be kept, then saved (1.23)."""
    policy, address = _policy(request), actor_of(request).address
    typed = "\n".join(network.text for network in policy.networks)
    form = NetworksForm(request.POST or None, initial={"networks": typed, "version": policy.version})
    read: list[Network] = []

    def save() -> None:
        read.extend(read_networks(form.cleaned_data["networks"], address=address))
        if "save" in request.POST:
            tenant_policy.change_networks(
                **_who(request), text=form.cleaned_data["networks"], session=this_session(request), **_version(form)
            )

    if _done(request, form, save) and "save" in request.POST:
        return _saved(request, _("The list of networks is saved. It counts from now on."))
    context = {
        "form": form,
        "address": address,
        "listed": bool(policy.networks),
        "inside": is_allowed(address, policy.networks),
        "looked": form.is_bound and form.is_valid(),
        "read": _shown(read, address),
        "most": settings.LIMITS.policy_networks,
        "way_back_minutes": settings.LIMITS.way_back_seconds // MINUTE,
    }
    return render(request, "portal/policy_networks.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(POLICY)
def passwords(request: HttpRequest) -> HttpResponse:
    """How long passwords count, and which may come back (3.1.20)."""
    policy = _policy(request)
    initial = {
        "days": policy.password_days,
        "history": policy.password_history,
        "min_hours": policy.password_min_hours,
        "version": policy.version,
    }
    form = PasswordRulesForm(request.POST or None, initial=initial)

    def save() -> None:
        rules = {name: form.cleaned_data[name] for name in ("days", "history", "min_hours")}
        tenant_policy.change_password_rules(**_who(request), **rules, **_version(form))

    if _done(request, form, save):
        return _saved(request, _("The rules for passwords are saved."))
    lead = _(
        "They hold for every user of the tenant. A password that is older than you allow now is replaced at its owner's next sign-in; nobody is signed out."
    )
    return _page(request, form, title=_("Rules for passwords"), lead=lead)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(POLICY)
def session(request: HttpRequest) -> HttpResponse:
    """After how long without use one signs in again."""
    policy = _policy(request)
    form = SessionLengthForm(
        request.POST or None,
        present=policy.session_minutes,
        initial={"minutes": policy.session_minutes, "version": policy.version},
    )

    def save() -> None:
        tenant_policy.change_session_length(**_who(request), minutes=form.cleaned_data["minutes"], **_version(form))

    if _done(request, form, save):
        return _saved(request, _("The length of sessions is saved."))
    lead = _("It holds for every user of the tenant, from the next sign-in on.")
    return _page(request, form, title=_("Length of sessions"), lead=lead)


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(POLICY)
def check(request: HttpRequest) -> HttpResponse:
    """What every sign-in asks for at least (1.22)."""
    policy = _policy(request)
    form = LeastCheckForm(request.POST or None, initial={"check": policy.least_check.value, "version": policy.version})

    def save() -> None:
        wanted = LeastCheck(form.cleaned_data["check"])
        tenant_policy.change_least_check(**_who(request), check=wanted, **_version(form))

    if _done(request, form, save):
        return _saved(request, _("The check at sign-in is saved."))
    lead = _(
        "It holds for every user of the tenant, from the next sign-in on. Who has no second factor yet is asked for a code until he has set one up."
    )
    return _page(request, form, title=_("Check at sign-in"), lead=lead)


@require_POST
def end_way_back(request: HttpRequest) -> HttpResponse:
    """Ends the owner's way back before its time."""
    close_way_back(actor=actor_of(request), account_id=customer_of(request).account.id)
    return _saved(request, _("The way back is closed."))


def _policy(request: HttpRequest) -> PolicyFacts:
    return policy_of_tenant(tenant_of_customer(request).id)


def _who(request: HttpRequest) -> dict[str, Any]:
    proof: UUID = proof_for(request, POLICY)
    account_id = customer_of(request).account.id
    return {"actor": actor_of(request), "account_id": account_id, "proof": proof, "now": now()}


def _version(form: PolicyForm) -> Mapping[str, Any]:
    return {"version": form.cleaned_data["version"]}


def _done(request: HttpRequest, form: PolicyForm, save: Callable[[], None]) -> bool:
    """Whether the form was sent and nothing stood in its way; what did stands on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save()
    except FreshProofMissing:
        raise  # the page asks for it and comes back
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _saved(request: HttpRequest, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("portal:security_policy")


def _page(request: HttpRequest, form: PolicyForm, *, title: str, lead: str) -> HttpResponse:
    context = {"form": form, "title": title, "lead": lead}
    return render(request, "portal/policy_task.html", context, status=_status(form))


def _status(form: PolicyForm) -> int:
    return 422 if form.errors else 200


def _shown(listed: tuple[Network, ...] | list[Network], address: str) -> list[dict[str, Any]]:
    return [{"text": one.text, "size": _size_text(one.size), "here": is_allowed(address, (one,))} for one in listed]


def _size_text(size: int) -> str:
    if size > COUNTED:
        return _("more than 16 million addresses")
    return ngettext("%(count)s address", "%(count)s addresses", size) % {"count": intcomma(size)}
