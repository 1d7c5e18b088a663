"""Who may enter the console: staff whose second factor was shown in this very session."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from account_center.accounts.types import AccountState
from account_center.console.types import Waiting
from account_center.kit.actor import StaffRole
from account_center.kit.clock import now
from account_center.kit.refused import Busy, Refused, TooOften
from account_center.plumbing.actors import actor_of
from account_center.plumbing.sessions import start_session
from account_center.plumbing.wording import explain_refusal
from account_center.tenants.services import require_customer_manager

DOOR = "console:sign_in"
HOME = "/console/"
WAITING = "console_waiting"
PROVEN_AT = "console_second_factor_at"

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_page(
    *, role: StaffRole | None = None, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[Page[P]], Page[P]]:
    """A page for staff with their second factor, and with ``role`` if one is named. Others get 404, the sign-in or 403."""

    def decorate(view: Page[P]) -> Page[P]:
        accepting = require_http_methods(methods)(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.user.is_authenticated and not request.user.is_staff:
                raise Http404
            if not is_inside(request):
                return redirect_to_login(request.get_full_path() if request.method == "GET" else HOME, DOOR)
            if request.method == "GET" and "GET" not in methods:
                return redirect(HOME)  # where a sign-in leads that interrupted a post
            return _answer(accepting, role, request, *args, **kwargs)

        guarded.login_url = DOOR  # type: ignore[attr-defined]
        return cast("Page[P]", guarded)

    return decorate


def _answer(
    view: Page[P], role: StaffRole | None, request: HttpRequest, *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        if role is StaffRole.CUSTOMER_MANAGER:
            require_customer_manager(actor_of(request))
        return view(request, *args, **kwargs)
    except Refused as refusal:
        return refused(request, refusal)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal in the console's frame, with its status."""
    context = {"refusal": explain_refusal(refusal)}
    response = render(request, "console/refused.html", context, status=refusal.status)
    if isinstance(refusal, TooOften | Busy):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def is_inside(request: HttpRequest) -> bool:
    """Staff, still in use, with a second factor shown in this session and not too long ago."""
    user: Any = request.user
    if not (user.is_authenticated and user.is_staff and user.state == AccountState.OPEN):
        return False
    proven_at = _moment(request.session.get(PROVEN_AT))
    return proven_at is not None and now() - proven_at < timedelta(seconds=settings.LIMITS.staff_session_seconds)


def let_in(request: HttpRequest, account_id: int) -> None:
    """Starts the session of somebody who has shown both factors, under a new session id."""
    whole = settings.LIMITS.staff_session_seconds
    start_session(request, account_id, seconds=whole, longest=whole, way="second_factor")
    request.session[PROVEN_AT] = int(now().timestamp())


def wait_for_code(request: HttpRequest, account_id: int, goal: str) -> None:
    """Notes that the password was right. A new session id, so that nobody planted the one that goes on from here."""
    request.session.cycle_key()
    request.session[WAITING] = {"account": account_id, "at": int(now().timestamp()), "goal": goal}


def waiting(request: HttpRequest) -> Waiting | None:
    """Who typed the right password in this browser and has not shown the second factor."""
    found = request.session.get(WAITING)
    if not isinstance(found, dict):
        return None
    since = _moment(found.get("at"))
    return Waiting(int(found["account"]), since, str(found["goal"])) if since else None


def forget_waiting(request: HttpRequest) -> None:
    """The sign-in begins again with the password."""
    request.session.pop(WAITING, None)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: the body of a POST, also an empty one."""
    return request.POST if request.method == "POST" else None


def own_goal(request: HttpRequest) -> str:
    """Where to go after the sign-in: only to a page of the console."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if own and wanted.startswith(HOME) else HOME


def _moment(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) else None
