"""How hard a password is to guess, told while it is typed. Nothing of it is kept, written down or sent on."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from account_center.accounts.queries import password_strength
from account_center.kit.clock import now
from account_center.kit.limits import HOUR
from account_center.plumbing.actors import client_address
from account_center.plumbing.limiter import Budget, network_of, spend

OWN_WORDS = ("name", "recipient")
LONGEST_WORD = 254
MOST_CHARACTERS = 1_000


@login_not_required  # whoever registers or has forgotten his password is not signed in
@sensitive_post_parameters()
@require_POST
def hints(request: HttpRequest) -> HttpResponse:
    """The part of a page that shows the strength; empty for an empty field."""
    limit = settings.LIMITS.password_hints_per_address_hour
    budget = Budget("password_hints", network_of(client_address(request)), limit, HOUR)
    if spend([budget], now=now()) is not None:
        return render(request, "portal/password_strength.html", {"too_many": True})
    typed = request.POST.get("password", "")[:MOST_CHARACTERS]
    if not typed:
        return HttpResponse("")
    strength = password_strength(typed, about=_own_words(request))
    context = {"strength": strength, "word": _score_words()[strength.score], "taken": not strength.problem}
    return render(request, "portal/password_strength.html", context)


def _score_words() -> tuple[str, ...]:
    return _("very weak"), _("weak"), _("middling"), _("good"), _("strong")


def _own_words(request: HttpRequest) -> list[str]:
    typed = [request.POST.get(name, "")[:LONGEST_WORD] for name in OWN_WORDS]
    user: Any = request.user
    known = [user.name, user.phone, user.email] if user.is_authenticated else []
    return [word for word in (*typed, *known) if word]
