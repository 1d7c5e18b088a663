"""Pages that ask first whether it is still the owner: ``@needs_fresh_proof(SensitiveAction.X)`` and ``proof_for``."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from account_center.kit.clock import now
from account_center.plumbing.sessions import renew_session
from account_center.signin.errors import FreshProofMissing
from account_center.signin.services.fresh import require_fresh_proof
from account_center.signin.types import SensitiveAction

Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Given], HttpResponse]
PROOFS = "fresh_proofs"
RENEW = "fresh_proofs_new"


def needs_fresh_proof(action: SensitiveAction, *, back: str = "") -> Callable[[Page[Given]], Page[Given]]:
    """The view runs only with a fresh proof for ``action``; without one the person proves it and comes back.

    The task itself uses the proof up: ``use_fresh_proof(proof=proof_for(request, action), …)`` in its transaction.
    ``back`` is the URL name to come back to; without it the page's own address, which must then answer GET.
    """

    def guard(view: Page[Given]) -> Page[Given]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            if not has_proof(request, action):
                return ask_for_proof(request, action, back=back)
            if not _renew_session(request):
                return redirect(request.get_full_path())
            try:
                return view(request, *args, **kwargs)
            except FreshProofMissing:  # it ran out, or the other of two clicks has just used it
                return ask_for_proof(request, action, back=back)

        return guarded

    return guard


def proof_for(request: HttpRequest, action: SensitiveAction) -> UUID:
    """The proof this session holds for ``action``. Raises FreshProofMissing."""
    text = _proofs(request).get(action.value)
    if not isinstance(text, str):
        raise FreshProofMissing
    return UUID(text)


def has_proof(request: HttpRequest, action: SensitiveAction) -> bool:
    """Whether this session holds a proof that still counts."""
    try:
        proof = proof_for(request, action)
        require_fresh_proof(account_id=int(request.user.pk or 0), proof=proof, action=action, now=now())
    except FreshProofMissing:
        return False
    return True


def keep_proof(request: HttpRequest, action: SensitiveAction, proof: UUID) -> None:
    """Notes a proof in this session, which gets a new id at the next page: what it may do has grown (ASVS 7.2.4)."""
    request.session[PROOFS] = {**_proofs(request), action.value: str(proof)}
    request.session[RENEW] = True


def _renew_session(request: HttpRequest) -> bool:
    """False if this session is over: the next request shows whether another one has renewed it, or somebody has ended it."""
    # Not at once: the second of two clicks on the page that asks still comes with the old id, and must find its session.
    return request.method != "GET" or not request.session.pop(RENEW, False) or renew_session(request)


def ask_for_proof(request: HttpRequest, action: SensitiveAction, *, back: str = "") -> HttpResponse:
    """Leads to the page that asks for the proof, and from there back."""
    goal = reverse(back) if back else request.get_full_path()
    if request.method == "POST":
        messages.info(request, _("First show that it is still you, then send the form once more."))
    way = f"{reverse('portal:prove', args=[action.value])}?{urlencode({'next': goal})}"
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": way})
    return redirect(way)


def own_path(text: str, *, secure: bool) -> str:
    """``text`` if it is a path of our own customers' pages, else the security page."""
    own = url_has_allowed_host_and_scheme(text, allowed_hosts=None, require_https=secure)
    return text if own and text.startswith("/") and not text.startswith("/console") else reverse("portal:security")


def _proofs(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(PROOFS)
    return dict(found) if isinstance(found, dict) else {}
