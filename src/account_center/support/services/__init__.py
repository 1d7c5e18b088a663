"""Helping people: a file per journey. ``desk`` and ``remedies`` (staff), ``appeals`` (strangers) are entered by name."""

from account_center.support.services.appeals import open_appeal_after_stranger
from account_center.support.services.asking import (
    Request,
    add_message,
    add_picture,
    close_own,
    close_quiet,
    open_ticket,
    prove_new_phone,
)

__all__ = [
    "Request",
    "add_message",
    "add_picture",
    "close_own",
    "close_quiet",
    "open_appeal_after_stranger",
    "open_ticket",
    "prove_new_phone",
]
