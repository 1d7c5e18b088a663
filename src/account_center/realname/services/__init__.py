"""Being verified: a file per journey. ``claims``, ``quotas`` and ``settling`` are entered by name."""

from account_center.realname.services.bank_card import (
    ask_again,
    begin_bank_card,
    cancel_application,
    confirm_bank_card,
    lapse_drafts,
    send_card_code_again,
)
from account_center.realname.services.documents import (
    lapse_asked_again,
    refusals_of_document,
    send_pictures_again,
    submit_document,
    withdraw,
)
from account_center.realname.services.papers import submit_papers
from account_center.realname.services.reviewing import (
    claim_case,
    decide_case,
    open_case,
    open_picture,
    release_case,
)

__all__ = [
    "ask_again",
    "begin_bank_card",
    "cancel_application",
    "claim_case",
    "confirm_bank_card",
    "decide_case",
    "lapse_asked_again",
    "lapse_drafts",
    "open_case",
    "open_picture",
    "refusals_of_document",
    "release_case",
    "send_card_code_again",
    "send_pictures_again",
    "submit_document",
    "submit_papers",
    "withdraw",
]
