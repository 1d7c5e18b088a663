"""Changing a verification (2.4): what has changed, what then happens, and the ways that lead there."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from account_center.plumbing.moment import at_one_moment
from account_center.plumbing.wording import explain
from account_center.portal.changing import ChangeMode
from account_center.portal.customer import tenant_of_customer
from account_center.portal.pages.verification import ShownWay, shown_ways
from account_center.portal.words import CHANGE_HELP, CHANGE_WORDS
from account_center.realname.queries import (
    change_pictures,
    changes_from,
    open_application_of,
    party_after,
    verification_of,
)
from account_center.realname.types import ApplicationState, ChangeKind, Party, VerificationView, Way
from account_center.tenants.types import TenantFacts


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may have changed. Without ``kind`` it cannot be changed, and ``help`` says why."""

    words: str | Promise
    help: str | Promise
    kind: ChangeKind | None = None


@require_safe
@at_one_moment
def choose(request: HttpRequest) -> HttpResponse:
    """What has changed: what is possible can be chosen, what is not is shown with its reason (2.4.1-2.4.7)."""
    tenant = tenant_of_customer(request)
    held = verification_of(tenant.id)
    if held is None:
        return redirect("portal:verification")
    possible = [Choice(CHANGE_WORDS[kind], CHANGE_HELP[kind], kind) for kind in changes_from(held.party)]
    context = {
        "verification": held,
        "possible": possible,
        "impossible": _impossible(held),
        "waiting": open_application_of(tenant.id),
    }
    return render(request, "portal/change.html", context)


def _impossible(held: VerificationView) -> list[Choice]:
    found = []
    if held.party is Party.ORGANISATION:
        said = explain("realname.organisation_stays", {})
        found.append(Choice(_("An individual instead of the organisation"), f"{said.what} {said.why} {said.todo}"))
    if held.way is Way.BANK_CARD:
        found.append(
            Choice(
                _("Another bank card, or none"),
                _(
                    "The card answered one question and is bound to nothing. It can neither be exchanged nor unbound; cancelling it changes nothing."
                ),
            )
        )
    found.append(
        Choice(
            _("Removing the verification"),
            _("A verification cannot be removed: somebody must stand behind an account that buys services."),
        )
    )
    return found


@require_safe
@at_one_moment
def one(request: HttpRequest, kind: str) -> HttpResponse:
    """One change: what stays, what happens, which papers it takes and how long, and by which ways."""
    tenant = tenant_of_customer(request)
    held = verification_of(tenant.id)
    if held is None:
        return redirect("portal:verification")
    change = _kind(kind)
    if change not in changes_from(held.party):
        return redirect("portal:change")
    waiting = _waiting(tenant)
    mode = ChangeMode.of(change)
    context = {
        "verification": held,
        "change": mode,
        "ways": _ways(change),
        "with_form": bool(change_pictures(change)),
        "days": settings.LIMITS.review_working_days,
        "waiting": waiting,
    }
    return render(request, "portal/change_one.html", context)


def _kind(text: str) -> ChangeKind:
    try:
        return ChangeKind(text)
    except ValueError:
        raise Http404 from None


def _waiting(tenant: TenantFacts) -> object:
    waiting = open_application_of(tenant.id)
    return waiting if waiting is not None and waiting.state is not ApplicationState.DRAFT else None


def _ways(change: ChangeKind) -> list[ShownWay]:
    """The ways of whom it becomes; where staff read a form, none is answered at once."""
    ways = [way for way in shown_ways() if way.facts.for_enterprise is (party_after(change) is Party.ORGANISATION)]
    if not change_pictures(change):
        return ways
    takes = _("at most %(days)d working days: staff read the form") % {"days": settings.LIMITS.review_working_days}
    # None is quicker than another then, so none is marked as such.
    return [replace(way, takes=takes, facts=replace(way.facts, recommended=False)) for way in ways]
