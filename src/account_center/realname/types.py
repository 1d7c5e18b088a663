"""Words of the realname room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from account_center.kit.refused import Fact
from account_center.kit.travel_document import DocumentKind


class Way(StrEnum):
    """How one can be verified (2.1.2, 2.1.10, 2.1.20)."""

    SCAN = "scan"
    BANK_CARD = "bank_card"
    DOCUMENT = "document"
    BANK_ACCOUNT = "bank_account"
    ENTERPRISE_PAPERS = "enterprise_papers"
    PARTNER = "partner"  # a trusted partner site did it, and sent the result (2.4.10)


class ApplicationState(StrEnum):
    DRAFT = "draft"  # the form is in, the phone is not proven yet
    CHECKING = "checking"  # bank and face comparer are asked
    REVIEWING = "reviewing"  # waits for staff, or a member of staff has it
    ASKED_AGAIN = "asked_again"  # staff want some pictures anew
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # nobody could tell in time


class Party(StrEnum):
    """Who is verified."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ChangeKind(StrEnum):
    """What a change of a verification changes (2.4)."""

    ANOTHER_PERSON = "another_person"  # 2.4.4
    TO_ORGANISATION = "to_organisation"  # 2.4.2, 2.4.9
    RENAMED = "renamed"  # 2.4.5: the same organisation under a new name
    ANOTHER_ORGANISATION = "another_organisation"  # 2.4.7


@dataclass(frozen=True, slots=True)
class Held:
    """What a tenant is verified as, beside what a form states."""

    party: Party
    same_number: bool
    same_name: bool


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """What the owner says has changed, the fresh proof that it is the owner, and the signed form where one is needed."""

    kind: ChangeKind
    proof: UUID
    form: bytes = field(default=b"", repr=False)


class Nature(StrEnum):
    """What kind of organisation it is (2.3.22, 2.3.24)."""

    ENTERPRISE = "enterprise"
    GOVERNMENT = "government"
    MILITARY = "military"
    PUBLIC_INSTITUTION = "public_institution"
    SOCIAL_ORGANISATION = "social_organisation"
    PRIVATE_NON_ENTERPRISE = "private_non_enterprise"
    FOUNDATION = "foundation"
    LAW_FIRM = "law_firm"
    FOREIGN_CULTURE_CENTRE = "foreign_culture_centre"
    MASS_ORGANISATION = "mass_organisation"
    FORENSIC_INSTITUTE = "forensic_institute"
    RELIGIOUS_BODY = "religious_body"
    OVERSEAS = "overseas"
    MEDICAL = "medical"
    NOTARY = "notary"


class Certificate(StrEnum):
    """The papers by which an organisation shows itself; which nature has which is ``rules.CERTIFICATES`` (2.3.24)."""

    BUSINESS_LICENCE = "business_licence"
    ORGANISATION_CODE = "organisation_code"
    FOREIGN_OFFICE = "foreign_office"
    CREDIT_CODE = "credit_code"
    MILITARY_UNIT = "military_unit"
    MILITARY_SERVICES = "military_services"
    INSTITUTION_LEGAL_PERSON = "institution_legal_person"
    SOCIAL_LEGAL_PERSON = "social_legal_person"
    PRIVATE_REGISTRATION = "private_registration"
    SOCIAL_SERVICE = "social_service"
    PRIVATE_SCHOOL = "private_school"
    FOUNDATION_LEGAL_PERSON = "foundation_legal_person"
    LAW_PRACTICE = "law_practice"
    CULTURE_CENTRE = "culture_centre"
    TOURISM_OFFICE = "tourism_office"
    EMBASSY_SCHOOL = "embassy_school"
    FORENSIC_LICENCE = "forensic_licence"
    RELIGIOUS_VENUE = "religious_venue"
    OVERSEAS_PAPER = "overseas_paper"
    MEDICAL_LICENCE = "medical_licence"
    NOTARY_LICENCE = "notary_licence"


class PaperKind(StrEnum):
    """Forms to print, sign and seal (2.3.21, 2.4.8)."""

    LETTER = "letter"  # of authorisation
    PERSON_TO_PERSON = "person_to_person"
    ORGANISATION_RENAMED = "organisation_renamed"
    ORGANISATION_TO_OTHER = "organisation_to_other"


class NumberForm(StrEnum):
    """How the number on a certificate is built."""

    CREDIT = "credit"  # unified social credit code, 18 characters
    ORGANISATION = "organisation"  # organisation code, 9 characters
    EITHER = "either"  # a credit code, or the number of the older paper as printed
    FREE = "free"  # as printed


class Acting(StrEnum):
    """Who acts for the organisation (2.3.17, 2.3.18)."""

    REPRESENTATIVE = "representative"  # the legal representative
    AUTHORISED = "authorised"  # somebody with a sealed letter of authorisation


class Slot(StrEnum):
    """Which picture of an application this is."""

    FRONT = "front"
    BACK = "back"
    HOLDING = "holding"  # the person holding the document
    CERTIFICATE = "certificate"  # of an organisation
    ID_FRONT = "id_front"  # of whoever acts for the organisation
    ID_BACK = "id_back"
    LETTER = "letter"  # of authorisation, sealed
    CHANGE_FORM = "change_form"  # 2.4.8: the application form of a change, signed (organisations: sealed)


class Verdict(StrEnum):
    """What staff say of one picture."""

    FINE = "fine"
    AGAIN = "again"  # can be mended by another picture
    REFUSED = "refused"  # cannot


class ReviewReason(StrEnum):
    """Why a picture is asked for again, or refused; each has words for the customer (2.1.12)."""

    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    REFLECTION = "reflection"
    OTHER_SIDE = "other_side"
    EXPIRED = "expired"
    OTHER_NAME = "other_name"
    OTHER_NUMBER = "other_number"
    PURPOSE = "purpose"  # 2.1.8: a limitation that does not name this operator
    NOT_THE_ORIGINAL = "not_the_original"  # a picture of a screen or of a copy
    HOLDER_UNCLEAR = "holder_unclear"
    SEAL_MISSING = "seal_missing"  # 2.3.17: a letter without the organisation's seal counts for nothing
    LETTER_INCOMPLETE = "letter_incomplete"
    OTHER_COMPANY = "other_company"
    COMPANY_NAME = "company_name"  # the certificate names it differently: another picture does not mend what was typed
    COMPANY_CANCELLED = "company_cancelled"  # 2.3.28
    NOT_SIGNED = "not_signed"  # the form of a change; that of an organisation has its seal as well
    OTHER_NAMES = "other_names"  # the form of a change names others than the application does
    NOT_THIS_FORM = "not_this_form"
    ANOTHER_PERSON = "another_person_holds"
    NOT_THIS_DOCUMENT = "not_this_document"
    FORGED = "forged"
    ERASED = "erased"  # its promised day came, or is near, before the decision: nobody's fault

    @property
    def verdict(self) -> Verdict:
        """A new picture helps, or it does not."""
        return Verdict.REFUSED if self in _FINAL_REASONS else Verdict.AGAIN


_FINAL_REASONS = frozenset(
    {
        ReviewReason.ANOTHER_PERSON,
        ReviewReason.FORGED,
        ReviewReason.COMPANY_NAME,
        ReviewReason.COMPANY_CANCELLED,
    }
)


def code_of(reason: ReviewReason, party: Party) -> str:
    """The entry of the catalogue that tells the customer what is wrong with a picture (2.1.12)."""
    return f"realname.{'paper' if party is Party.ORGANISATION else 'picture'}_{reason.value}"


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
    NO_IDENTITY_RECORD = "no_identity_record"  # nobody is known under this name with this number


class RegisterState(StrEnum):
    """What the register of organisations has under a number (2.3.28)."""

    ACTIVE = "active"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the register says of an organisation as stated, and the reference under which it finds the question again.

    ``representative_agrees``: name and identity number are those of the legal representative.
    """

    state: RegisterState
    name_agrees: bool
    representative_agrees: bool
    provider_reference: str


class Doubt(StrEnum):
    """Why the papers of an organisation need a second look by staff (2.3.1)."""

    OTHER_NAME = "other_name"
    OTHER_REPRESENTATIVE = "other_representative"
    NOT_REGISTERED = "not_registered"
    REGISTER_SILENT = "register_silent"
    UNUSUAL_NUMBER = "unusual_number"
    LETTER = "letter"  # 2.3.17: whether it is sealed only a reader can say
    CHANGE_FORM = "change_form"  # 2.4.8: whether the form of a change is signed only a reader can say
    NATURE = "nature"  # no public register knows organisations of this kind
    FROM_ABROAD = "from_abroad"
    NOT_AUTOMATIC = "not_automatic"  # the operator wants every case to be looked at


@dataclass(frozen=True, slots=True)
class RegisterFindings:
    """What the register said of an application, and what staff should look at. ``state`` is None when it said nothing."""

    state: RegisterState | None = None
    reference: str = ""
    doubts: tuple[Doubt, ...] = ()


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
    """What an individual states on the bank-card form, or on that of a scan, checked for its form. Never logged.

    Card and phone are empty on the latter.
    """

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    id_masked: str = field(repr=False)
    birth: date = field(repr=False)
    card_number: str = field(default="", repr=False)
    card_masked: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    phone_country: str = "CN"


@dataclass(frozen=True, slots=True)
class DocumentClaim:
    """What an individual states on the document form (2.2.10), checked for its form. Never logged.

    ``identity`` stays the same when the document is issued again; ``nationality`` is ISO 3166-1 alpha-2.
    """

    kind: DocumentKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    identity: str = field(repr=False)
    number_masked: str = field(repr=False)
    birth: date = field(repr=False)
    nationality: str
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class OrganisationClaim:
    """What is stated of an organisation, checked for its form. Never logged.

    ``identity`` is what the quota counts by: the same for every way of writing the number. ``number_is_usual``: nothing
    about the number needs a second look. The representative's number is asked by regulation (2.3.25).
    """

    nature: Nature
    certificate: Certificate
    name: str = field(repr=False)
    number: str = field(repr=False)
    identity: str = field(repr=False)
    number_masked: str = field(repr=False)
    number_is_usual: bool
    country: str
    representative: str = field(repr=False)
    representative_id: str = field(repr=False)
    acting: Acting
    agent: str = field(default="", repr=False)
    agent_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What a claim of an organisation is judged by besides its form."""

    barred: "Obstacle | None"  # what the rule of changes says against it
    busy: bool
    tried_today: int
    used: int
    allowed: int
    has_place: bool


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a document claim is judged by besides its form."""

    today: date
    barred: "Obstacle | None"  # what the rule of changes says against it
    busy: bool
    tried_today: int
    person_used: int
    person_allowed: int
    has_person_place: bool


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What a claim is judged by besides its form. Counts include this tenant's own places."""

    today: date
    barred: "Obstacle | None"  # what the rule of changes says against it
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
    EXPIRED_DOCUMENT = "realname.expired_document"
    ORGANISATION_FULL = "realname.organisation_full"
    SAME_AGAIN = "realname.same_again"  # 2.2.8
    ORGANISATION_STAYS = "realname.organisation_stays"  # 2.4.6
    OTHER_CHANGE = "realname.other_change"


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A picture that staff want anew, and why; ``code`` is the entry of the catalogue that says it to the customer."""

    slot: Slot
    reason: ReviewReason
    code: str
    at: datetime


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
    party: Party = Party.PERSON
    number_kind: str = "resident_id"
    submitted_at: datetime | None = None
    promised_by: datetime | None = None
    asked: tuple[AskedAgain, ...] = ()
    transfer: "TransferView | None" = None
    change: ChangeKind | None = None
    partner: "PartnerSource | None" = None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One application in the queue of the staff; oldest promise first."""

    id: int
    reference: str
    way: Way
    party: Party
    number_kind: str
    name_masked: str
    submitted_at: datetime
    promised_by: datetime
    reviewer_id: int | None
    claimed_at: datetime | None
    change: ChangeKind | None = None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One picture of an application, for the reviewer. ``image_id`` opens it; None once it is erased."""

    slot: Slot
    image_id: UUID | None
    uploaded_at: datetime
    verdict: Verdict | None
    reason: ReviewReason | None


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which waiting applications a reviewer wants to see; what is None makes no difference."""

    party: Party | None = None
    way: Way | None = None
    change: bool | None = None
    overdue_at: datetime | None = None  # promised before this moment
    mine: int | None = None  # taken by this member of staff


@dataclass(frozen=True, slots=True)
class PictureView:
    """One picture of an application, also one that was replaced, as staff see it without opening it."""

    slot: Slot
    uploaded_at: datetime
    verdict: Verdict | None
    reason: ReviewReason | None
    judged_by: int | None
    replaced_at: datetime | None
    erase_at: datetime
    erased_at: datetime | None
    held: bool


class Seen(StrEnum):
    """Whether what was typed was found again on a picture."""

    SAME = "same"
    OTHER = "other"  # something else was read in its place
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class ReadValue:
    """One stated value and what was read in its place."""

    key: str
    typed: str = field(repr=False)
    read: str = field(repr=False)
    seen: Seen


@dataclass(frozen=True, slots=True)
class ReadPurpose:
    """A limitation of purpose written on a document (2.1.8)."""

    text: str = field(repr=False)
    names_operator: bool


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What a machine read on one picture. ``is_read`` False: not yet, or it could not."""

    slot: Slot
    is_read: bool
    values: tuple[ReadValue, ...] = field(default=(), repr=False)
    purposes: tuple[ReadPurpose, ...] = field(default=(), repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """Everything a reviewer decides on. ``stated`` is what the customer typed, in clear: shown once, in the case only."""

    row: ReviewRow
    tenant_id: int
    owner_id: int
    state: ApplicationState
    stated: dict[str, str] = field(repr=False)
    evidence: tuple[EvidenceView, ...] = ()
    register: RegisterFindings | None = None
    change: "ChangeCase | None" = None
    readings: tuple[PictureReading, ...] = ()


@dataclass(frozen=True, slots=True)
class VerificationView:
    """What holds for a tenant, or held until ``replaced_at``. It can be changed, never removed (2.1.14, 2.1.24).

    ``change``: what it changed; None for a first verification. ``decided_by``: the member of staff, None if none was needed.
    """

    tenant_id: int
    way: Way
    name_masked: str
    id_masked: str
    verified_at: datetime
    reference: str
    party: Party = Party.PERSON
    change: ChangeKind | None = None
    replaced_at: datetime | None = None
    decided_by: int | None = None
    partner: "PartnerSource | None" = None


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """What a reviewer sees of a change: which, from whom, and what the quick way answered already, with references."""

    kind: ChangeKind
    before: VerificationView
    card_reference: str = ""
    face_reference: str = ""
    amount_right_at: datetime | None = None


class TransferState(StrEnum):
    """Where a transfer to a company's account is (2.3.1)."""

    CREATED = "created"
    SENDING = "sending"  # the bank is being told, or nobody knows yet whether it was
    SENT = "sent"  # the bank has the order
    AWAITING_AMOUNT = "awaiting_amount"  # the money has arrived, says the bank
    RETURNED = "returned"
    VERIFIED = "verified"
    FAILED = "failed"  # too many wrong amounts (2.3.9)
    EXPIRED = "expired"
    CANCELLED = "cancelled"  # 2.3.13


class ReturnReason(StrEnum):
    """Why a bank gives a transfer back (2.3.27)."""

    WRONG_HOLDER = "wrong_holder"
    NO_SUCH_ACCOUNT = "no_such_account"
    ACCOUNT_CLOSED = "account_closed"
    CANNOT_RECEIVE = "cannot_receive"
    OTHER = "other"


class TransferStep(StrEnum):
    """What a bank reports of a transfer."""

    TAKEN = "taken"
    CREDITED = "credited"
    RETURNED = "returned"


class AmountVerdict(StrEnum):
    """What a typed amount was."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # nothing waits for an amount any more
    TOO_EARLY = "too_early"  # nothing was sent yet


@dataclass(frozen=True, slots=True)
class AmountAnswer:
    """The verdict and how many wrong amounts are left; never how near it was."""

    verdict: AmountVerdict
    tries_left: int = 0


@dataclass(frozen=True, slots=True)
class AccountClaim:
    """An organisation and its bank account as stated, checked for its form. The holder is the organisation (2.3.3)."""

    organisation: OrganisationClaim
    account: str = field(repr=False)
    account_masked: str = field(repr=False)
    bank_code: str  # empty for a bank of the imported list only
    bank_name: str
    branch: str


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer as owner and staff see it: everything but the amount."""

    state: TransferState
    account_masked: str
    bank_code: str
    bank_name: str  # of a bank of the imported list only
    branch: str
    tries_left: int
    expected_by: datetime
    expires_at: datetime
    created_at: datetime
    sent_at: datetime | None
    credited_at: datetime | None
    ended_at: datetime | None

    @property
    def takes_amount(self) -> bool:
        """Whether an amount may be typed: banks credit before they report it."""
        return self.state in (TransferState.SENT, TransferState.AWAITING_AMOUNT)


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """Where a company may send the sum back (2.3.16)."""

    name: str
    bank: str
    account: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a company's bank statement in the sandbox; ``amount`` in yuan."""

    account: str
    holder: str
    amount: str
    remark: str
    at: datetime


class HandoverState(StrEnum):
    """Where the link that hands a verification by scan over to a phone is."""

    WAITING = "waiting"  # shown as a QR code
    TAKEN = "taken"  # one phone has it, every other is refused
    USED = "used"  # the phone has sent the picture
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A link as the computer that shows it sees it. ``phone_agent`` is what the phone's browser says of itself."""

    state: HandoverState
    expires_at: datetime
    taken_at: datetime | None
    phone_agent: str = ""


@dataclass(frozen=True, slots=True)
class ShownLink:
    """An application and the token of its new link: known here and now only, since no more than a digest is kept."""

    view: ApplicationView
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhoneView:
    """What a phone that is not signed in may see: masked, with the reference number that the computer shows too.

    ``expires_at`` is when the link, or the time for the picture, ends; ``refusal`` what was wrong, also with a picture
    that may be taken anew.
    """

    handover_id: UUID
    handover: HandoverState
    application: ApplicationState
    reference: str
    name_masked: str
    account_masked: str
    expires_at: datetime
    refusal: str = ""
    goes_on_at: UUID | None = None  # another picture is asked for there


class Purpose(StrEnum):
    """What a customer lets a trusted site send us."""

    VERIFICATION = "verification"  # 2.4.10
    STUDENT = "student"  # 2.1.16


class PartnerMethod(StrEnum):
    """How a partner site verified."""

    BANK_CARD = "bank_card"
    FACE = "face"
    DOCUMENT = "document"
    IN_PERSON = "in_person"
    BANK_ACCOUNT = "bank_account"
    PAPERS = "papers"


@dataclass(frozen=True, slots=True)
class TrustedSite:
    """Another site whose word we take. ``client_id`` is that of its service client."""

    client_id: str
    name: str


@dataclass(frozen=True, slots=True)
class RefusedResult:
    """Why what a site sent last was not taken: the refusal's code and facts, for the words of the catalogue."""

    at: datetime
    code: str
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class AgreementView:
    """A customer's agreement that a site sends one result; ``code`` is what the customer gives that site."""

    id: UUID
    site: TrustedSite
    purpose: Purpose
    code: str = field(repr=False)
    created_at: datetime
    expires_at: datetime
    refused: RefusedResult | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """By whom and under what number a trusted site told us something of a tenant, and the agreement that allows it.

    ``content`` is a digest of everything that was sent: the same reference with other content is a mistake.
    """

    site: TrustedSite
    tenant: str  # the public ID
    agreement: str = field(repr=False)
    reference: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartnerResult:
    """A verification that a partner site made, checked for its form."""

    told: Told
    method: PartnerMethod
    verified_on: date
    claim: PersonClaim | DocumentClaim | OrganisationClaim

    @property
    def party(self) -> Party:
        return Party.ORGANISATION if isinstance(self.claim, OrganisationClaim) else Party.PERSON


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What a partner's result is judged by besides its form."""

    same: bool  # the tenant is verified as this very person or organisation
    verified: bool
    busy: bool
    age: int | None
    expired: bool
    used: int
    allowed: int
    has_place: bool


@dataclass(frozen=True, slots=True)
class PartnerAnswer:
    """What a partner site is told of a result: our reference number and how far it is."""

    reference: str
    state: ApplicationState
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class PartnerSource:
    """Where a verification came from, as owner and staff see it."""

    site: TrustedSite
    reference: str
    method: PartnerMethod
    verified_on: date
    received_at: datetime


@dataclass(frozen=True, slots=True)
class VerifiedBySite:
    """One tenant that a partner site verified, for staff. ``id`` is the place in the list."""

    id: int
    tenant_id: int
    application: str
    name_masked: str
    party: Party
    state: ApplicationState
    source: PartnerSource
    findings: RegisterFindings | None


class StudentLevel(StrEnum):
    """What somebody studies for."""

    COLLEGE = "college"  # a diploma of a college
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Study:
    """What makes somebody a student, and the last day on which it counts."""

    school: str
    level: StudentLevel
    until: date


@dataclass(frozen=True, slots=True)
class StudentView:
    """A student status as owner and staff see it. ``site`` is empty where staff gave it by ``ticket``."""

    study: Study
    given_at: datetime
    site: str
    ticket: str
    ended_at: datetime | None = None
    ended_because: str = ""


@dataclass(frozen=True, slots=True)
class LegalHoldView:
    """A legal hold as staff see it; ``order`` is the reference of the order, ``reference`` that of the application."""

    id: int
    reference: str
    tenant_id: int
    order: str
    reason: str
    placed_by: int
    placed_at: datetime
    lifted_by: int | None
    lifted_at: datetime | None


class Counted(StrEnum):
    """What a limit of verifications counts by."""

    PERSON = "tenants_of_person"  # 2.2.9
    ORGANISATION = "tenants_of_organisation"  # 2.3.26
    CARD = "tenants_of_card"  # 2.2.5
    BANK_ACCOUNT = "failures_of_account"  # 2.3.5


@dataclass(frozen=True, slots=True)
class CountedNumber:
    """One number with what is used of its limit; ``digest`` is keyed, ``masked`` as people see it."""

    kind: Counted
    digest: bytes
    masked: str
    used: int
    allowed: int
