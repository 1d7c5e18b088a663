"""From the first factor to the session: what every door of the pages does once somebody has shown the first one."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from account_center.accounts.types import AccountFacts
from account_center.kit.clock import now
from account_center.kit.refused import Refused
from account_center.plumbing.actors import actor_of
from account_center.plumbing.sessions import start_session
from account_center.policy.queries import session_seconds
from account_center.portal.device_cookie import device_of, keep_device
from account_center.signin.errors import AttemptOver
from account_center.signin.services.attempts import attempt, begin_attempt, finish, send_attempt_code
from account_center.signin.services.devices import new_device
from account_center.signin.types import AttemptState, AttemptView, FirstWay, KnownDevice, Step

WHAT = "sign_in_attempt"
PAGES = {
    Step.CODE: "portal:sign_in_step_code",
    Step.APP: "portal:sign_in_step_app",
    Step.PASSKEY: "portal:sign_in_step_passkey",
    Step.NEW_PASSWORD: "portal:sign_in_step_password",
}


def enter(
    request: HttpRequest,
    account: AccountFacts,
    *,
    way: FirstWay,
    goal: str = "/",
    known: Sequence[KnownDevice] | None = None,
) -> HttpResponse:
    """Answers whoever has shown the first factor: signed in and on to ``goal``, or the next step of the sign-in.

    ``known``: the account's devices, if the caller has just read them.

    Raises NetworkNotAllowed, OwnerOutsideNetworks.
    """
    device = device_of(request) or new_device()
    view = begin_attempt(actor=actor_of(request), account=account, way=way, device=device, known=known, now=now())
    if view.state is AttemptState.DONE:
        response = _signed_in(request, view.account, way=way, goal=goal, seconds=view.session_seconds)
    else:
        # A new session id, so that nobody planted the one that goes on from here.
        request.session.cycle_key()
        request.session[WHAT] = {"attempt": str(view.id), "goal": goal}
        response = _next(request, view, device)
    keep_device(response, device)
    return response


def pending(request: HttpRequest) -> AttemptView:
    """The half-done sign-in of this browser. Raises AttemptOver."""
    return attempt(attempt_id=pending_id(request), device=device_of(request), now=now())


def is_under_way(request: HttpRequest) -> bool:
    """Whether this browser's sign-in still goes on."""
    try:
        pending(request)
    except AttemptOver:
        return False
    return True


def goal_of(request: HttpRequest) -> str:
    """Where this browser's sign-in leads."""
    return str(request.session.get(WHAT, {}).get("goal", "/"))


def pending_id(request: HttpRequest) -> UUID:
    """Its number. Raises AttemptOver if this session has begun none."""
    found = request.session.get(WHAT)
    if not isinstance(found, dict):
        raise AttemptOver
    return UUID(str(found["attempt"]))


def has_pending(request: HttpRequest) -> bool:
    """Whether this session has begun a sign-in and not finished it."""
    return WHAT in request.session


def forget_pending(request: HttpRequest) -> None:
    """The sign-in begins again."""
    request.session.pop(WHAT, None)


def go_on(request: HttpRequest, view: AttemptView) -> HttpResponse:
    """Answers whoever has shown a step: the next one, or signed in. Raises the refusals of ``finish``."""
    return _next(request, view, device_of(request))


def _next(request: HttpRequest, view: AttemptView, device: str) -> HttpResponse:
    if view.needs is Step.CODE:
        return _code_sent(request, view, device)
    if view.needs is not None:
        return redirect(PAGES[view.needs])
    if view.offers_trust:
        return redirect("portal:sign_in_trust")
    return end(request, view, device, trust=False)


def _code_sent(request: HttpRequest, view: AttemptView, device: str) -> HttpResponse:
    try:
        send_attempt_code(
            actor=actor_of(request), attempt_id=view.id, device=device, channel=view.channels[0], now=now()
        )
    except Refused:
        return redirect("portal:sign_in_step_channel")  # which says why, and offers the other one
    return redirect(PAGES[Step.CODE])


def end(request: HttpRequest, view: AttemptView, device: str, *, trust: bool) -> HttpResponse:
    """Signs in and leads to where the visitor wanted to go. Raises the refusals of ``finish``."""
    goal = goal_of(request)
    account = finish(actor=actor_of(request), attempt_id=view.id, device=device, trust=trust, now=now())
    return _signed_in(request, account, way=view.way, goal=goal, seconds=session_seconds(account.id))


def _signed_in(request: HttpRequest, account: AccountFacts, *, way: FirstWay, goal: str, seconds: int) -> HttpResponse:
    start_session(request, account.id, seconds=seconds, way=way.value, mark=account.mark)
    return redirect(goal)
