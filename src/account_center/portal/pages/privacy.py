"""The privacy centre: what one agreed to, a copy of one's data, and deleting the ID account (1.7, 1.12)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from account_center.accounts.types import AccountFacts
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.refusals import add_refusal
from account_center.plumbing.sessions import end_session
from account_center.plumbing.wording import Explained, explain_refusal
from account_center.portal.customer import customer_of
from account_center.portal.forms_privacy import DeleteForm
from account_center.portal.fresh import needs_fresh_proof, proof_for
from account_center.privacy.queries import CHECKS, deletion_obstacles
from account_center.privacy.services import all_tenants, consents_part, delete_id_account, take_copy
from account_center.privacy.types import DeletionCheck
from account_center.signin.types import SensitiveAction

LEFT = "has_left"
CHECK_WORDS = {
    DeletionCheck.ID_ACCOUNT: _("It is an ID account."),
    DeletionCheck.NOT_FROZEN: _("It is not frozen."),
    DeletionCheck.NO_TENANT: _("No tenant belongs to it, open or in its retention period."),
    DeletionCheck.NO_VERIFICATION_RUNNING: _("No real-name verification is under way."),
    DeletionCheck.NO_TICKET_OPEN: _("No ticket and no appeal is open."),
    DeletionCheck.NO_RECOVERY_WAITING: _("Nobody waits to set a new password."),
}


@require_safe
@at_one_moment
def centre(request: HttpRequest) -> HttpResponse:
    """What one agreed to, and the ways to a copy and to deletion."""
    customer = customer_of(request)
    rows = consents_part(customer.account, all_tenants(customer.account)).rows
    agreed = [row for row in rows if row["to"] != "advertising"]
    advertising = next((row["agreed"] for row in rows if row["to"] == "advertising"), None)
    context = {"customer": customer, "agreed": agreed, "advertising": advertising}
    return render(request, "portal/privacy.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@needs_fresh_proof(SensitiveAction.COPY_OF_DATA)
def copy(request: HttpRequest) -> HttpResponse:
    """Says what the file holds; then gives it, once for each proof."""
    customer = customer_of(request)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return _file(request, customer.account)
        except Refused as refused:
            if refused.code.startswith("signin."):
                raise
            refusal = refused
    context = {
        "refusal": explain_refusal(refusal) if refusal else None,
        "limit": settings.LIMITS.copies_of_data_per_day,
    }
    return render(request, "portal/privacy_copy.html", context, status=refusal.status if refusal else 200)


def _file(request: HttpRequest, owner: AccountFacts) -> HttpResponse:
    archive = take_copy(
        actor=actor_of(request),
        account_id=owner.id,
        proof=proof_for(request, SensitiveAction.COPY_OF_DATA),
        now=now(),
    )
    headers = {"Content-Disposition": f'attachment; filename="{archive.name}"'}
    return HttpResponse(archive.content, content_type="application/zip", headers=headers)


@require_safe
@at_one_moment
def delete(request: HttpRequest) -> HttpResponse:
    """Every check with its result and way out, what is erased and what is kept; only then the way on."""
    customer = customer_of(request)
    obstacles = _explained(customer.account)
    checks = [(words, obstacles.get(check)) for check, words in CHECK_WORDS.items()]
    context = {
        "customer": customer,
        "checks": checks,
        "obstacles": list(obstacles.values()),
        "rest_days": settings.LIMITS.deleted_name_rest_days,
        "message_days": settings.LIMITS.message_keep_days,
    }
    return render(request, "portal/privacy_delete.html", context)


def _explained(owner: AccountFacts) -> dict[DeletionCheck, Explained]:
    found = deletion_obstacles(owner)
    return {check: explain_refusal(found[check]) for check in CHECKS if check in found}


@require_http_methods(["GET", "POST"])
@needs_fresh_proof(SensitiveAction.DELETE_ACCOUNT)
def delete_confirm(request: HttpRequest) -> HttpResponse:
    """The last step: the name is typed, and the account is gone."""
    customer = customer_of(request)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            delete_id_account(
                actor=actor_of(request),
                account_id=customer.account.id,
                typed_name=form.cleaned_data["name"],
                proof=proof_for(request, SensitiveAction.DELETE_ACCOUNT),
                now=now(),
            )
        except Refused as refusal:
            if refusal.code.startswith("signin."):
                raise
            add_refusal(form, refusal)
        else:
            return _leave(request)
    context = {"customer": customer, "form": form, "rest_days": settings.LIMITS.deleted_name_rest_days}
    return render(request, "portal/privacy_delete_confirm.html", context, status=422 if form.errors else 200)


def _leave(request: HttpRequest) -> HttpResponse:
    end_session(request)
    request.session[LEFT] = True
    return redirect("portal:goodbye")


@login_not_required
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """After the deletion, for whoever has just left here; nobody else has a reason to be here."""
    if not request.session.get(LEFT):
        return redirect("portal:home")
    return render(request, "portal/goodbye.html", {"rest_days": settings.LIMITS.deleted_name_rest_days})
