"""After a change that ends every session: the one that made it goes on."""

from django.http import HttpRequest

from account_center.appapi.callers import caller_in
from account_center.appapi.errors import SignInOver
from account_center.appapi.shown import TokensShown, tokens_shown
from account_center.kit.clock import now
from account_center.signin.services import app_sessions


def kept_tokens(request: HttpRequest, *, mark: str) -> TokensShown:
    """New tokens for this session; the old ones have just become worthless. Raises SignInOver if it was ended meanwhile."""
    caller = caller_in(request)
    tokens = app_sessions.keep_app_session(session=caller.session, account_id=caller.account.id, mark=mark, now=now())
    if tokens is None:
        raise SignInOver
    return tokens_shown(tokens)
