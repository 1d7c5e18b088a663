"""From the first factor to the tokens: what every way of signing in does once somebody has shown the first one."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest

from account_center.accounts.types import AccountFacts
from account_center.appapi.callers import visitor_of
from account_center.appapi.shown import SignInShown, account_brief, attempt_shown, tokens_shown
from account_center.kit.clock import now
from account_center.signin.services import attempts
from account_center.signin.services.app_sessions import start_app_session
from account_center.signin.services.devices import new_device
from account_center.signin.types import AttemptState, AttemptView, FirstWay, KnownDevice


def enter(
    request: HttpRequest,
    account: AccountFacts,
    *,
    way: FirstWay,
    device: str | None,
    app: str,
    known: Sequence[KnownDevice] | None = None,
) -> SignInShown:
    """Signed in, or the next step. ``known``: the account's devices, if the caller has just read them."""
    kept, actor = device or new_device(), visitor_of(request)
    view = attempts.begin_attempt(actor=actor, account=account, way=way, device=kept, known=known, now=now())
    if view.state is AttemptState.DONE:
        seconds = view.session_seconds
        return signed_in(request, view.account, way=way.value, device=kept, app=app, session_seconds=seconds)
    return waiting(view, kept)


def waiting(view: AttemptView, device: str) -> SignInShown:
    """What is still asked for."""
    return SignInShown(state="waiting", device=device, attempt=attempt_shown(view))


def finish(request: HttpRequest, attempt_id: UUID, *, device: str, trust: bool, app: str) -> SignInShown:
    """The last step. Raises StepMissing, AttemptOver, NetworkNotAllowed, OwnerOutsideNetworks."""
    view = attempts.attempt(attempt_id=attempt_id, device=device, now=now())
    actor = visitor_of(request)
    account = attempts.finish(actor=actor, attempt_id=attempt_id, device=device, trust=trust, now=now())
    seconds = view.session_seconds
    return signed_in(request, account, way=view.way.value, device=device, app=app, session_seconds=seconds)


def signed_in(
    request: HttpRequest, account: AccountFacts, *, way: str, device: str, app: str, session_seconds: int | None = None
) -> SignInShown:
    """Tokens for somebody who has shown everything."""
    actor = visitor_of(request)
    tokens = start_app_session(
        actor=actor, account=account, way=way, app=app, session_seconds=session_seconds, now=now()
    )
    return SignInShown(state="signed_in", device=device, tokens=tokens_shown(tokens), account=account_brief(account))
