"""Services that may call us: registering them, their tokens, their signatures.

This room stands beside the audit room, so it records nothing itself: the room or door above does.
"""

from account_center.clients.services.registering import (
    count_failure,
    disable_client,
    end_all_tokens,
    issue_token,
    register_client,
    revoke_token,
    rotate_secret,
    set_scopes,
)
from account_center.clients.services.signing import new_signing_key, require_signed

__all__ = [
    "count_failure",
    "disable_client",
    "end_all_tokens",
    "issue_token",
    "new_signing_key",
    "register_client",
    "require_signed",
    "revoke_token",
    "rotate_secret",
    "set_scopes",
]
