"""Opening and changing accounts. Who may do it, and on which proof, is decided by the rooms above."""

from account_center.accounts.passwords import hash_password
from account_center.accounts.services.changing import choose_news, clear_phone, rename_account, set_email, set_phone
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
    end_everything_of_all,
    end_trust,
    keep_password,
    password_fits,
    password_is_of,
    prepare_password,
    require_new_password,
    require_strong_password,
    set_password,
    set_sign_in_check,
    was_used_before,
)
from account_center.accounts.services.upgrading import become_id_account

__all__ = [
    "allow_more_accounts",
    "become_id_account",
    "checked_name",
    "choose_news",
    "clear_phone",
    "delete_account",
    "end_everything",
    "end_everything_of_all",
    "end_trust",
    "hash_password",
    "hold_account",
    "keep_password",
    "open_account",
    "password_fits",
    "password_is_of",
    "prepare_password",
    "refuse_taken_name",
    "rename_account",
    "require_new_password",
    "require_strong_password",
    "set_email",
    "set_password",
    "set_phone",
    "set_sign_in_check",
    "was_used_before",
]
