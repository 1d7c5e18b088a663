"""Opening and changing accounts. Who may do it, and on which proof, is decided by the rooms above."""

from account_center.accounts.services.changing import rename_account, set_email, set_phone
from account_center.accounts.services.leaving import delete_account
from account_center.accounts.services.opening import (
    allow_more_accounts,
    checked_name,
    hold_account,
    open_account,
    refuse_taken_name,
)
from account_center.accounts.services.safety import (
    end_everything,
    end_trust,
    keep_password,
    password_fits,
    prepare_password,
    require_new_password,
    set_password,
    set_sign_in_check,
)
from account_center.accounts.services.upgrading import become_id_account

__all__ = [
    "allow_more_accounts",
    "become_id_account",
    "checked_name",
    "delete_account",
    "end_everything",
    "end_trust",
    "hold_account",
    "keep_password",
    "open_account",
    "password_fits",
    "prepare_password",
    "refuse_taken_name",
    "rename_account",
    "require_new_password",
    "set_email",
    "set_password",
    "set_phone",
    "set_sign_in_check",
]
