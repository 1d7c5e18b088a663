"""Django's session asks here for the account of a session."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from account_center.accounts.models import Account
from account_center.plumbing.prepared import LookUp

_BY_ID = LookUp(Account, by=("id",))  # for every page of whoever is signed in


class AccountBackend(BaseBackend):
    """Loads the account of a session; signing in itself is the signin room's work."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody signs in past the signin room."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account, unless it was deleted meanwhile."""
        account = _BY_ID.one(user_id)
        return account if account is not None and account.is_active else None
