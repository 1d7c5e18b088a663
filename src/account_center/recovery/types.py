"""Words of the recovery room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from account_center.accounts.types import AccountFacts
from account_center.signin.types import Channel


class RecoveryState(StrEnum):
    BEGUN = "begun"  # a code went, or seemed to go, to phone or e-mail
    FURTHER = "further"  # the account is chosen; on a new device something more has to be shown
    READY = "ready"  # everything is shown: the new password may be set, once
    WAITING = "waiting"  # nothing more can be shown: the waiting time runs, and the owner was told
    DONE = "done"  # it served
    STOPPED = "stopped"  # the owner stopped it, or another one was faster


class FurtherWay(StrEnum):
    """What is shown on a new device besides the first code (1.16)."""

    CONTACT = "contact"  # an emergency contact confirms
    OTHER = "other"  # a code to the account's other phone or e-mail
    PASSKEY = "passkey"
    APP = "app"
    RECOVERY_CODE = "recovery_code"
    WAIT = "wait"


class ContactState(StrEnum):
    NAMED = "named"  # by the owner; has not agreed yet
    CONFIRMED = "confirmed"  # agreed, with a code of his or her own


class CheckKind(StrEnum):
    """How a visitor shows that he is no program."""

    PICTURE = "picture"
    QUESTION = "question"  # needs no eyes


@dataclass(frozen=True, slots=True)
class FurtherFacts:
    """What the rule of the further ways looks at."""

    contacts: int
    other_channel: bool
    passkeys: bool = False
    app: bool = False
    recovery_codes: bool = False


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A fresh human check: a picture (PNG) or a question in the reader's language. Its answer stands nowhere."""

    id: UUID
    kind: CheckKind
    picture: bytes = b""
    question: str = ""


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """How far a recovery is. ``account`` is None until its phone or e-mail is proven; then it may be shown."""

    id: UUID
    state: RecoveryState
    by_name: bool
    account: AccountFacts | None
    challenge: UUID | None
    further: FurtherWay | None
    further_challenge: UUID | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ContactView:
    """An emergency contact as its owner sees it: masked. ``id`` is random."""

    id: UUID
    name: str
    contact: str
    channel: Channel
    state: ContactState
    since: datetime
    challenge: UUID | None


@dataclass(frozen=True, slots=True)
class FurtherChoice:
    """What may be shown on this new device, and the words for it. ``waits_until``: a waiting time runs already."""

    ways: tuple[FurtherWay, ...]
    contacts: tuple[ContactView, ...] = ()
    other: str = ""
    waits_until: datetime | None = None
