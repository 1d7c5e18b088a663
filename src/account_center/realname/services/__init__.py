"""Being verified: a file per journey. ``claims``, ``quotas`` and ``settling`` are entered by name."""

from account_center.realname.services.bank_card import (
    ask_again,
    begin_bank_card,
    cancel_application,
    confirm_bank_card,
    lapse_drafts,
    send_card_code_again,
)

__all__ = [
    "ask_again",
    "begin_bank_card",
    "cancel_application",
    "confirm_bank_card",
    "lapse_drafts",
    "send_card_code_again",
]
