"""Sign-ins after their first factor, as rows: one mechanism for pages and app (1.47, 3.1.20).

A half-done sign-in is bound to one browser, lives a quarter of an hour, ends when the account changes, and becomes one
session at most. What is still asked for is judged anew each time.
"""

from account_center.signin.services.attempts.journey import attempt, begin_attempt, finish, set_new_password
from account_center.signin.services.attempts.steps import (
    ask_passkey,
    pass_app,
    pass_code,
    pass_passkey,
    pass_recovery_code,
    send_attempt_code,
)

__all__ = [
    "ask_passkey",
    "attempt",
    "begin_attempt",
    "finish",
    "pass_app",
    "pass_code",
    "pass_passkey",
    "pass_recovery_code",
    "send_attempt_code",
    "set_new_password",
]
