"""Words of the signin room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from account_center.accounts.types import AccountFacts, SignInCheck

# Keeps the session that makes a change which ends all others, given the account's mark as the change has left it.
GoOn = Callable[[str], object]


class Purpose(StrEnum):
    """What a code is for. A code proves one thing for one purpose only."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    SECOND_STEP = "second_step"  # after the password (1.47)
    WAY_BACK = "way_back"  # past the owner's own list of networks (1.23)
    PROVE_OLD = "prove_old"  # that a signed-in person is the owner, before a sensitive task
    NEW_CONTACT = "new_contact"
    BANK_CARD = "bank_card"  # the phone that the bank knows (2.2)
    RECOVER = "recover"  # the phone or e-mail of a forgotten password (1.16)
    CONTACT_NAME = "contact_name"  # that somebody agrees to be an emergency contact
    APPEAL = "appeal"  # where an appellant can be reached, or the phone of a ticket that replaces a lost one (1.18)
    CONTACT_HELP = "contact_help"  # that an emergency contact knows the owner asks for a new password


class Change(StrEnum):
    """What the owner is told of."""

    PASSWORD = "password"  # noqa: S105 - names what was changed
    PHONE = "phone"
    EMAIL = "email"
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    SIGN_IN_CHECK = "sign_in_check"
    POLICY = "policy"  # of the tenant's security
    WAY_BACK = "way_back"  # past the list of networks
    APP_TOKEN = "app_token"  # noqa: S105 - a token of the app came back after its use: somebody has a copy


class SensitiveAction(StrEnum):
    """A task of a signed-in person that asks first whether it is still the owner. A proof is good for one of them."""

    PASSWORD = "password"  # noqa: S105 - names the task
    CONTACTS = "contacts"
    SECOND_FACTORS = "second_factors"
    SIGN_IN_CHECK = "sign_in_check"
    DEVICES = "devices"
    EMERGENCY_CONTACTS = "emergency_contacts"
    SECURITY_POLICY = "security_policy"
    COPY_OF_DATA = "copy_of_data"
    DELETE_ACCOUNT = "delete_account"
    UPGRADE = "upgrade"
    CHANGE_VERIFICATION = "change_verification"


class WayToProve(StrEnum):
    """How a signed-in person shows that it is still the owner."""

    SMS = "sms"
    EMAIL = "email"
    APP = "app"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    PASSWORD = "password"  # noqa: S105 - names the way; open only where there is no other


class PasskeyUse(StrEnum):
    """What the browser's answer to a passkey question is for. A question is answered for one use only."""

    ADD = "add"
    SIGN_IN = "sign_in"
    CHECK = "check"  # after the password
    PROVE = "prove"  # before a sensitive task


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class ChallengeState(StrEnum):
    WAITING = "waiting"  # a code was sent and may be typed
    SPENT = "spent"  # too many wrong codes
    PROVEN = "proven"  # the right code came; waits to be used
    USED = "used"  # the proof was used, once


class CodeVerdict(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
    EXPIRED = "expired"
    TOO_MANY_TODAY = "too_many_today"


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What came of a typed code, and how many tries this challenge has left. ``retry_after`` in seconds, if limited."""

    verdict: CodeVerdict
    tries_left: int = 0
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """What the page that waits for a code shows. ``recipient`` is the whole address: for services, never for a page."""

    id: UUID
    purpose: Purpose
    channel: Channel
    recipient: str
    country: str
    masked: str
    state: ChallengeState
    expires_at: datetime
    resend_at: datetime
    tries_left: int
    message_id: UUID | None
    account_id: int | None
    action: SensitiveAction | None = None


class SignInOutcome(StrEnum):
    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device as the rules see it; ``number`` is its row's."""

    number: int
    account_id: int
    digest: bytes
    agent: str
    address: str
    last_used: datetime
    trusted_at: datetime | None
    trusted_mark: str


@dataclass(frozen=True, slots=True)
class SignInVerdict:
    """What came of a name and a password. A wrong one is a value, so that the spent try is remembered.

    ``known``: the account's devices, if they were read on the way; ``begin_attempt`` need not read them again.
    """

    outcome: SignInOutcome
    account: AccountFacts | None = None
    locked_until: datetime | None = None
    tries_left: int = 0
    known: tuple[KnownDevice, ...] | None = None


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What is known about earlier tries under one key."""

    tries: int
    last_try_at: datetime | None
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class GuardVerdict:
    """Whether one more try may be evaluated, and what to remember of it."""

    allowed: bool
    tries: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class PasskeyAsk:
    """A question to a passkey: ``options`` is what ``navigator.credentials`` takes, as JSON with base64url for bytes."""

    id: UUID
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a browser has made, checked and not yet kept. ``public_key`` is COSE in CBOR."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


@dataclass(frozen=True, slots=True)
class PasskeyFacts:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can show besides password and codes."""

    app: bool = False
    passkeys: int = 0
    recovery_codes: int = 0

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all. Recovery codes alone are none."""
        return self.app or self.passkeys > 0


class FirstWay(StrEnum):
    """What a sign-in began with."""

    PASSWORD = "password"  # noqa: S105 - names the way
    CODE = "code"
    PASSKEY = "passkey"  # with user verification: two factors in one
    RECOVERY = "recovery"


class Step(StrEnum):
    """What a sign-in still asks for."""

    CODE = "code"
    APP = "app"
    PASSKEY = "passkey"
    NEW_PASSWORD = "new_password"  # noqa: S105 - names the step


class SecondWay(StrEnum):
    """What may answer a step that asks who it is."""

    CODE = "code"
    APP = "app"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"


class AttemptState(StrEnum):
    WAITING = "waiting"  # something is still asked for, or only to be finished
    DONE = "done"  # it became a sign-in, once
    DEAD = "dead"  # guessed out, or given up


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the rule of the next step looks at. ``shown`` is the second factor that was shown already."""

    check: SignInCheck
    first_way: FirstWay
    factors: Factors = Factors()
    device_trusted: bool = False
    can_receive_code: bool = True
    must_change_password: bool = False
    password_expired: bool = False
    shown: SecondWay | None = None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """A sign-in after its first factor.

    ``state`` DONE: it was signed in at once, because nothing is asked. ``needs`` None while WAITING: only ``finish`` is
    missing, which asks whether to trust the device if ``offers_trust``. ``answers`` may answer the step, ``channels`` can
    receive a code; ``challenge`` is the code that was sent last. ``session_seconds``: how long a session lasts unused.
    """

    id: UUID
    account: AccountFacts
    way: FirstWay
    state: AttemptState
    needs: Step | None
    answers: frozenset[SecondWay]
    channels: tuple[Channel, ...]
    challenge: UUID | None
    offers_trust: bool
    session_seconds: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """A browser or app that signed in to an account. ``place`` is a place in words, or empty; ``trusted_until`` None: not."""

    id: UUID
    browser: str
    system: str
    address: str
    place: str
    first_seen: datetime
    last_used: datetime
    trusted_until: datetime | None
    this_one: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """One sign-in as the rule about unusual ones sees it. ``place`` names a place, or a network where no place is known."""

    at: datetime
    place: str
    degrees: tuple[float, float] | None = None
    new_device: bool = False


@dataclass(frozen=True, slots=True)
class UnusualFacts:
    """A sign-in that the owner was asked about."""

    account_id: int
    agent: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppTokens:
    """What an app gets and nobody else ever sees again. Seconds count from the moment of the answer."""

    session: UUID
    access_token: str
    access_seconds: int
    refresh_token: str
    refresh_seconds: int
    ends_at: datetime

    def __repr__(self) -> str:
        return f"AppTokens(session={self.session})"


class AppRefusal(StrEnum):
    """Why a refresh token gave no new pair. Both have to be remembered, so they are values."""

    OVER = "over"  # unknown, ended, run out, or the account has changed
    REUSED = "reused"  # it was used long ago: somebody has a copy, so the session was ended


@dataclass(frozen=True, slots=True)
class AppCaller:
    """Who calls with an access token."""

    session: UUID
    account: AccountFacts


@dataclass(frozen=True, slots=True)
class AppSessionFacts:
    """A session of the app that lives, as its owner sees it. ``app`` is what the app says of itself and its device."""

    id: UUID
    app: str
    way: str
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
