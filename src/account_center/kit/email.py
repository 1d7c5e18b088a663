"""E-mail addresses: one mailbox, one spelling (RFC 5321 mailbox without quoting, domain in IDNA 2008)."""

import re
from dataclasses import dataclass
from enum import StrEnum

import idna

from account_center.kit.masking import mask_email
from account_center.kit.typed import tidy

MAX_CHARACTERS = 254
_MAX_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}")
_IDEOGRAPHIC_FULL_STOP = "\u3002"


class EmailProblem(StrEnum):
    """Why a text is not an e-mail address that we take."""

    EMPTY = "empty"
    NO_AT = "no_at"
    NOT_ASCII_LOCAL = "not_ascii_local"
    BAD_DOMAIN = "bad_domain"
    TOO_LONG = "too_long"
    SHAPE = "shape"


class BadEmail(ValueError):
    """The text is not an e-mail address; ``problem`` says why. Never carries the text itself."""

    def __init__(self, problem: EmailProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """``text`` to write to (local part as typed, domain lower case and ASCII), ``key`` to find it by (all lower case)."""

    text: str
    key: str

    @property
    def masked(self) -> str:
        """What may be shown to somebody who has not proven the address."""
        return mask_email(self.text)


def parse_email(text: str) -> EmailAddress:
    """The one address in ``text``: at most 254 characters, no display name, quotes or line ends. Raises BadEmail."""
    typed = tidy(text)
    if not typed:
        raise BadEmail(EmailProblem.EMPTY)
    if "@" not in typed:
        raise BadEmail(EmailProblem.NO_AT)
    if len(typed) > MAX_CHARACTERS:
        raise BadEmail(EmailProblem.TOO_LONG)
    local, _, domain = typed.rpartition("@")
    _check_local(local)
    address = f"{local}@{_ascii_domain(domain)}"
    if len(address) > MAX_CHARACTERS:
        raise BadEmail(EmailProblem.TOO_LONG)
    return EmailAddress(text=address, key=address.lower())


def _check_local(local: str) -> None:
    """ASCII only: a mailbox with a Cyrillic letter looks like another person's and most mail servers refuse it."""
    if not local.isascii():
        raise BadEmail(EmailProblem.NOT_ASCII_LOCAL)
    if not _LOCAL.fullmatch(local):
        raise BadEmail(EmailProblem.SHAPE)
    if len(local) > _MAX_LOCAL:
        raise BadEmail(EmailProblem.TOO_LONG)


def _ascii_domain(domain: str) -> str:
    try:
        encoded = idna.encode(domain.replace(_IDEOGRAPHIC_FULL_STOP, "."), uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError as wrong:
        raise BadEmail(EmailProblem.BAD_DOMAIN) from wrong
    if not _DOMAIN.fullmatch(encoded):
        raise BadEmail(EmailProblem.BAD_DOMAIN)
    return encoded
