"""Pure decisions of the console."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from account_center.console.types import TermKind, Waiting
from account_center.kit.limits import Limits
from account_center.kit.masking import mask_email, mask_number
from account_center.kit.phone import BadPhone, parse_phone
from account_center.kit.typed import tidy

HOME_COUNTRY = "CN"
NOTE_LENGTH = 200
# A person's number and an organisation's unified code (2.3.22), in full or as masked.
_DOCUMENT = re.compile(
    r"[0-9]{3}\*{4,}[0-9]{3}[0-9X]|[0-9]{15}|[0-9]{17}[0-9X]"
    r"|[1-9ANY][1-9][0-9A-Z]{2}\*{4,}[0-9A-Z]{4}|[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}",
    re.IGNORECASE,
)
_GAPS = re.compile(r"[\s\-]")
_EMAIL_IN_TEXT = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.[^\s@,;:<>()]+")
# Phones and document numbers, also grouped by spaces or hyphens. A ticket's number is shorter or has letters.
_NUMBER_IN_TEXT = re.compile(r"\+?\d(?:[ \-]?\d){9,}[Xx]?")


class Step(StrEnum):
    """What a member of staff owes next at sign-in."""

    BEGIN = "begin"
    SET_UP = "set_up"
    CODE = "code"


def kind_of_term(text: str) -> TermKind:
    """What the term looks like. What is no phone, e-mail or document is looked up as a name or tenant ID."""
    term = tidy(text)
    if "@" in term:
        return TermKind.EMAIL
    if _is_phone(term):
        return TermKind.PHONE
    return TermKind.DOCUMENT if _DOCUMENT.fullmatch(_GAPS.sub("", term)) else TermKind.NAME


def _is_phone(term: str) -> bool:
    try:
        parse_phone(term, country=HOME_COUNTRY)
    except BadPhone:
        return False
    return True


def kept_note(text: str) -> str:
    """A note as the event keeps it for years: phones, e-mails and document numbers in it are masked."""
    without_emails = _EMAIL_IN_TEXT.sub(lambda found: mask_email(found[0]), tidy(text))
    return _NUMBER_IN_TEXT.sub(lambda found: mask_number(found[0]), without_emails)[:NOTE_LENGTH]


def next_step(waiting: Waiting | None, *, has_factor: bool, now: datetime, limits: Limits) -> Step:
    """The page of the sign-in that this browser may see now."""
    if waiting is None or now - waiting.since >= timedelta(seconds=limits.staff_pending_seconds):
        return Step.BEGIN
    return Step.CODE if has_factor else Step.SET_UP
