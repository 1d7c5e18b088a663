"""Django's session asks here for the account of a session."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from account_center.accounts.models import Account


class AccountBackend(BaseBackend):
    """Loads the account of a session; signing in itself is the signin room's work."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody signs in past the signin room."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account, unless it was deleted meanwhile."""
        account = Account.objects.filter(pk=user_id).first()
        return account if account is not None and account.is_active else None
