"""Words of the accounts room."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NoReturn


class AccountKind(StrEnum):
    ID = "id"  # one sign-in for every site of the operator (1.1)
    LEGACY = "legacy"  # the old sign-in that belongs to exactly one tenant
    IAM = "iam"  # created by a tenant's administrator
    STAFF = "staff"  # the operator's own people


class SignInCheck(StrEnum):
    """What is asked at sign-in after the password (1.22, 1.47)."""

    NONE = "none"  # discouraged
    CODE = "code"  # to phone or e-mail, unless the device is trusted
    APP = "app"  # authenticator app, each time
    PASSKEY = "passkey"  # each time


class AccountState(StrEnum):
    OPEN = "open"
    FROZEN = "frozen"
    DELETED = "deleted"


class StoredPassword:
    """The stored form of a password on its way to being checked: never shown, compared, pickled or kept in a cache."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """For the check only."""
        return self._text

    def __repr__(self) -> str:
        """Says nothing."""
        return "<stored password>"

    def __reduce__(self) -> NoReturn:
        """Stays in this process."""
        raise TypeError("a stored password is not copied anywhere")


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What other rooms may know of an account. ``phone`` is E.164 or empty; ``email`` as the owner typed it or empty.

    ``password`` lets a sign-in check it without reading the account twice.

    ``mark`` changes with the password, phone or e-mail, and when all sessions are ended: what was begun, trusted or
    handed out under another mark counts no more. ``trust_mark`` changes with it, and when the trust in devices is ended.
    """

    id: int
    kind: AccountKind
    name: str
    country: str
    phone: str
    email: str
    state: AccountState
    created_at: datetime
    language: str
    check: SignInCheck = SignInCheck.CODE
    must_change_password: bool = False
    password_changed_at: datetime | None = None
    mark: str = ""
    trust_mark: str = ""
    password: StoredPassword | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PasswordStrength:
    """How hard a password is to guess: ``score`` 0 to 4. ``problem`` says why it is refused, empty if it is not.

    ``hints`` say what would make it better, in the reader's language.
    """

    score: int
    problem: str = ""
    hints: tuple[str, ...] = ()
