"""Words of the realname room."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Way(StrEnum):
    """How one can be verified (2.1.2, 2.1.10, 2.1.20)."""

    SCAN = "scan"
    BANK_CARD = "bank_card"
    DOCUMENT = "document"
    BANK_ACCOUNT = "bank_account"
    ENTERPRISE_PAPERS = "enterprise_papers"


class ApplicationState(StrEnum):
    DRAFT = "draft"  # the form is in, the phone is not proven yet
    CHECKING = "checking"  # bank and face comparer are asked
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # nobody could tell in time


class CardAnswer(StrEnum):
    """What the bank says about a card claim (2.1.5, 2.1.9, 2.2.1)."""

    MATCH = "match"
    WRONG_NAME = "wrong_name"
    WRONG_PHONE = "wrong_phone"
    WRONG_ID_NUMBER = "wrong_id_number"
    UNSUPPORTED_BANK = "unsupported_bank"
    UNIONPAY_ONLINE_NOT_OPEN = "unionpay_online_not_open"
    CARD_NOT_VALID = "card_not_valid"
    NO_RECORD = "no_record"


class FaceAnswer(StrEnum):
    """What the comparison of a picture with the person's identity record says (2.2.6)."""

    SAME_PERSON = "same_person"
    ANOTHER_PERSON = "another_person"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    POOR_PICTURE = "poor_picture"


@dataclass(frozen=True, slots=True)
class WayFacts:
    """What the page says of a way: for whom, how long it takes (working days, or minutes at best), what one needs."""

    way: Way
    for_enterprise: bool = False
    instant: bool = False
    best_minutes: int = 0
    shortest_working_days: int = 0
    longest_working_days: int = 0
    needs_uploads: bool = False
    recommended: bool = False


@dataclass(frozen=True, slots=True)
class PersonClaim:
    """What an individual states on the bank-card form, checked for its form. Never logged."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    id_masked: str = field(repr=False)
    birth: date = field(repr=False)
    card_number: str = field(repr=False)
    card_masked: str = field(repr=False)
    phone: str = field(repr=False)
    phone_country: str = "CN"


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim is judged by besides its form. Counts include this tenant's own places."""

    today: date
    verified: bool
    checking: bool
    tried_today: int
    person_used: int
    person_allowed: int
    card_used: int
    card_allowed: int
    has_person_place: bool
    has_card_place: bool


class Obstacle(StrEnum):
    """Why a claim cannot be taken."""

    TOO_YOUNG = "realname.too_young"
    PERSON_FULL = "realname.person_full"
    CARD_FULL = "realname.card_full"
    ALREADY_VERIFIED = "realname.already_verified"
    BEING_CHECKED = "realname.being_checked"
    TOO_MANY_TRIES = "realname.too_many_tries"


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """One attempt as its owner and the staff see it: masked, with its reference number."""

    reference: str
    tenant_id: int
    way: Way
    state: ApplicationState
    name_masked: str
    id_masked: str
    card_masked: str
    phone_masked: str
    bank_code: str
    refusal: str
    created_at: datetime
    confirmed_at: datetime | None
    decided_at: datetime | None
    challenge_uuid: UUID | None = None
    face_erased: bool = False
    card_reference: str = ""  # under which the provider finds the case again
    face_reference: str = ""


@dataclass(frozen=True, slots=True)
class VerificationView:
    """What holds now for a tenant. It can be changed, never removed (2.1.14, 2.1.24)."""

    tenant_id: int
    way: Way
    name_masked: str
    id_masked: str
    verified_at: datetime
    reference: str
