"""Starting and ending a browser's session. The session id changes at every step up (ASVS 7.2.4)."""

from typing import Any

from django.contrib.auth import get_user_model, login, logout, update_session_auth_hash
from django.http import HttpRequest

BACKEND = "account_center.accounts.backend.AccountBackend"


def start_session(request: HttpRequest, account_id: int, *, seconds: int) -> None:
    """Signs the browser in under a new session id; whatever the visitor had pending is gone."""
    account = get_user_model()._default_manager.get(pk=account_id)
    request.session.flush()
    login(request, account, backend=BACKEND)
    request.session.set_expiry(seconds)


def end_session(request: HttpRequest) -> None:
    """Signs out; the old session id is worth nothing afterwards."""
    logout(request)


def keep_session(request: HttpRequest) -> None:
    """After a change of the password this session goes on under a new id, every other one ends (3.1.21)."""
    account: Any = get_user_model()._default_manager.get(pk=int(request.user.pk or 0))
    update_session_auth_hash(request, account)
