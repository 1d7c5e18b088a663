"""The link in the message about an unusual sign-in: "this was not me". It works without being signed in (3.1.19)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from account_center.kit.agents import agent_words
from account_center.kit.clock import now
from account_center.plumbing.actors import actor_of
from account_center.plumbing.places import place_of
from account_center.plumbing.sessions import end_session
from account_center.portal.strangers import report_stranger
from account_center.recovery.services import forget_contacts_since
from account_center.signin.services.unusual import not_me, unusual_sign_in
from account_center.signin.types import UnusualFacts


@login_not_required
@require_http_methods(["GET", "POST"])
def disown(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the sign-in and asks; the press ends everything and leads to a new password.

    A GET changes nothing: mail programs open links before their readers do.
    """
    found = unusual_sign_in(token=token, now=now())
    if request.method == "GET":
        return render(request, "portal/not_me.html", {**_shown(found), "days": settings.LIMITS.not_me_days})
    actor = actor_of(request)
    account_id = not_me(actor=actor, token=token, now=now())
    forget_contacts_since(actor=actor, account_id=account_id, since=found.at)
    reference = report_stranger(
        actor=actor, account_id=account_id, at=found.at, address=found.address, agent=found.agent, now=now()
    )
    end_session(request)  # also here, whoever sits at this browser
    return render(request, "portal/not_me_done.html", {"reference": reference})


def _shown(found: UnusualFacts) -> dict[str, object]:
    place = place_of(found.address)
    return {
        "at": found.at,
        "address": found.address,
        "browser": agent_words(found.agent).text,
        "place": place.text(get_language() or "en") if place else "",
    }
