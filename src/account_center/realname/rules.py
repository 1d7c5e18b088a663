"""Pure decisions of real-name verification."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from account_center.kit.limits import Limits
from account_center.kit.travel_document import DocumentKind
from account_center.realname.types import (
    Acting,
    ApplicationState,
    CardAnswer,
    Certificate,
    ClaimFacts,
    DocumentClaim,
    DocumentFacts,
    Doubt,
    FaceAnswer,
    HandoverState,
    Nature,
    NumberForm,
    Obstacle,
    OrganisationFacts,
    PersonClaim,
    RegisterAnswer,
    RegisterState,
    ReviewReason,
    Slot,
    TransferState,
    TransferStep,
    Verdict,
    Way,
    WayFacts,
)

MOVES: dict[ApplicationState, set[ApplicationState]] = {
    ApplicationState.DRAFT: {ApplicationState.CHECKING, ApplicationState.CANCELLED, ApplicationState.LAPSED},
    ApplicationState.CHECKING: {
        ApplicationState.APPROVED,
        ApplicationState.REFUSED,
        ApplicationState.REVIEWING,
        ApplicationState.CANCELLED,
        ApplicationState.LAPSED,
        ApplicationState.DRAFT,
    },
    ApplicationState.REVIEWING: {
        ApplicationState.APPROVED,
        ApplicationState.REFUSED,
        ApplicationState.ASKED_AGAIN,
        ApplicationState.CANCELLED,
    },
    ApplicationState.ASKED_AGAIN: {
        ApplicationState.REVIEWING,
        ApplicationState.CANCELLED,
        ApplicationState.LAPSED,
    },
    ApplicationState.APPROVED: set(),
    # Staff take a refused one up again, and two of them agree to that.
    ApplicationState.REFUSED: {ApplicationState.REVIEWING, ApplicationState.ASKED_AGAIN},
    ApplicationState.CANCELLED: set(),
    ApplicationState.LAPSED: set(),
}

# Where nothing waits for the customer, he may think better of it. The ways that are answered at once have no such time.
WITHDRAWABLE = frozenset({ApplicationState.REVIEWING, ApplicationState.ASKED_AGAIN})
# 2.2.10: which pictures each document needs. A passport has one page with everything on it.
EVIDENCE: dict[DocumentKind, tuple[Slot, ...]] = {
    DocumentKind.PASSPORT: (Slot.FRONT, Slot.HOLDING),
    DocumentKind.HKM_PERMIT: (Slot.FRONT, Slot.BACK, Slot.HOLDING),
    DocumentKind.TAIWAN_PERMIT: (Slot.FRONT, Slot.BACK, Slot.HOLDING),
    DocumentKind.RESIDENCE_PERMIT: (Slot.FRONT, Slot.BACK, Slot.HOLDING),
    DocumentKind.DRIVING_LICENCE: (Slot.FRONT, Slot.BACK, Slot.HOLDING),
}
# A picture of a person must be a photo; everything else may come as PDF, too.
PHOTOS: frozenset[Slot] = frozenset({Slot.HOLDING})
# 2.3.24: which papers an organisation of which nature may show.
CERTIFICATES: dict[Nature, tuple[Certificate, ...]] = {
    Nature.ENTERPRISE: (
        Certificate.BUSINESS_LICENCE,
        Certificate.ORGANISATION_CODE,
        Certificate.FOREIGN_OFFICE,
    ),
    Nature.GOVERNMENT: (Certificate.ORGANISATION_CODE, Certificate.CREDIT_CODE),
    Nature.MILITARY: (Certificate.MILITARY_UNIT, Certificate.MILITARY_SERVICES),
    Nature.PUBLIC_INSTITUTION: (Certificate.ORGANISATION_CODE, Certificate.INSTITUTION_LEGAL_PERSON),
    Nature.SOCIAL_ORGANISATION: (Certificate.SOCIAL_LEGAL_PERSON, Certificate.ORGANISATION_CODE),
    Nature.PRIVATE_NON_ENTERPRISE: (
        Certificate.ORGANISATION_CODE,
        Certificate.PRIVATE_REGISTRATION,
        Certificate.SOCIAL_SERVICE,
        Certificate.PRIVATE_SCHOOL,
    ),
    Nature.FOUNDATION: (Certificate.ORGANISATION_CODE, Certificate.FOUNDATION_LEGAL_PERSON),
    Nature.LAW_FIRM: (Certificate.ORGANISATION_CODE, Certificate.LAW_PRACTICE),
    Nature.FOREIGN_CULTURE_CENTRE: (
        Certificate.CULTURE_CENTRE,
        Certificate.TOURISM_OFFICE,
        Certificate.EMBASSY_SCHOOL,
    ),
    Nature.MASS_ORGANISATION: (Certificate.CREDIT_CODE,),
    Nature.FORENSIC_INSTITUTE: (Certificate.FORENSIC_LICENCE,),
    Nature.RELIGIOUS_BODY: (Certificate.RELIGIOUS_VENUE,),
    Nature.OVERSEAS: (Certificate.OVERSEAS_PAPER,),
    Nature.MEDICAL: (Certificate.MEDICAL_LICENCE,),
    Nature.NOTARY: (Certificate.NOTARY_LICENCE,),
}
_STRICT_NUMBERS = {
    Certificate.BUSINESS_LICENCE: NumberForm.CREDIT,
    Certificate.CREDIT_CODE: NumberForm.CREDIT,
    Certificate.ORGANISATION_CODE: NumberForm.ORGANISATION,
    Certificate.MILITARY_UNIT: NumberForm.FREE,
    Certificate.MILITARY_SERVICES: NumberForm.FREE,
    Certificate.OVERSEAS_PAPER: NumberForm.FREE,
}
# GB 32100: department and kind that such an organisation's credit code usually begins with. A hint for the reviewer,
# never a refusal: old papers carry other numbers, and new pairs are added.
USUAL_PAIRS: dict[Nature, frozenset[str]] = {
    Nature.ENTERPRISE: frozenset({"91", "92", "93"}),
    Nature.GOVERNMENT: frozenset({"11"}),
    Nature.MILITARY: frozenset({"A1", "A9"}),
    Nature.PUBLIC_INSTITUTION: frozenset({"12"}),
    Nature.SOCIAL_ORGANISATION: frozenset({"51"}),
    Nature.PRIVATE_NON_ENTERPRISE: frozenset({"52"}),
    Nature.FOUNDATION: frozenset({"53"}),
    Nature.LAW_FIRM: frozenset({"31"}),
    Nature.FOREIGN_CULTURE_CENTRE: frozenset({"41", "61", "62"}),
    Nature.MASS_ORGANISATION: frozenset({"13", "81"}),
    Nature.FORENSIC_INSTITUTE: frozenset({"34", "12", "91"}),
    Nature.RELIGIOUS_BODY: frozenset({"71", "72", "51"}),
    Nature.MEDICAL: frozenset({"12", "52", "91"}),
    Nature.NOTARY: frozenset({"32"}),
}
# 2.3.17, 2.3.18: an authorised person instead of the representative needs the sealed letter besides his own document.
PAPERS: dict[Acting, tuple[Slot, ...]] = {
    Acting.REPRESENTATIVE: (Slot.CERTIFICATE, Slot.ID_FRONT, Slot.ID_BACK),
    Acting.AUTHORISED: (Slot.CERTIFICATE, Slot.LETTER, Slot.ID_FRONT, Slot.ID_BACK),
}
# No public register of organisations knows these: staff look at their papers in any case.
LOOKED_AT: frozenset[Nature] = frozenset({Nature.MILITARY, Nature.FOREIGN_CULTURE_CENTRE, Nature.OVERSEAS})
_OF_A_PICTURE = (ReviewReason.BLURRED, ReviewReason.CUT_OFF, ReviewReason.REFLECTION, ReviewReason.PURPOSE)
_OF_AN_IDENTITY_CARD = (
    *_OF_A_PICTURE,
    ReviewReason.OTHER_SIDE,
    ReviewReason.EXPIRED,
    ReviewReason.OTHER_NAME,
    ReviewReason.OTHER_NUMBER,
    ReviewReason.NOT_THE_ORIGINAL,
    ReviewReason.NOT_THIS_DOCUMENT,
    ReviewReason.FORGED,
)
_OF_A_PERSON = (*_OF_AN_IDENTITY_CARD, ReviewReason.HOLDER_UNCLEAR, ReviewReason.ANOTHER_PERSON)
# What may be wrong with which picture (2.1.12). 2.3.20: an expired licence of an organisation is no reason at all.
REASONS: dict[Slot, tuple[ReviewReason, ...]] = {
    Slot.FRONT: _OF_A_PERSON,
    Slot.BACK: _OF_A_PERSON,
    Slot.HOLDING: _OF_A_PERSON,
    Slot.ID_FRONT: _OF_AN_IDENTITY_CARD,
    Slot.ID_BACK: _OF_AN_IDENTITY_CARD,
    Slot.CERTIFICATE: (
        *_OF_A_PICTURE,
        ReviewReason.OTHER_COMPANY,
        ReviewReason.OTHER_NUMBER,
        ReviewReason.NOT_THIS_DOCUMENT,
        ReviewReason.COMPANY_NAME,
        ReviewReason.COMPANY_CANCELLED,
        ReviewReason.FORGED,
    ),
    Slot.LETTER: (
        *_OF_A_PICTURE,
        ReviewReason.SEAL_MISSING,
        ReviewReason.LETTER_INCOMPLETE,
        ReviewReason.OTHER_COMPANY,
        ReviewReason.OTHER_NAME,
        ReviewReason.NOT_THIS_DOCUMENT,
        ReviewReason.FORGED,
    ),
    Slot.CHANGE_FORM: (
        *_OF_A_PICTURE,
        ReviewReason.NOT_SIGNED,
        ReviewReason.OTHER_NAMES,
        ReviewReason.NOT_THIS_FORM,
        ReviewReason.FORGED,
    ),
}
_STOPPED = {TransferState.EXPIRED, TransferState.CANCELLED}
_ANSWERED = {TransferState.RETURNED, TransferState.VERIFIED, TransferState.FAILED, *_STOPPED}
TRANSFER_MOVES: dict[TransferState, set[TransferState]] = {
    TransferState.CREATED: {TransferState.SENDING, *_STOPPED},
    TransferState.SENDING: {TransferState.SENT, TransferState.RETURNED, *_STOPPED},
    # Some banks never report that money arrived, so the amount counts from here on.
    TransferState.SENT: {TransferState.AWAITING_AMOUNT, *_ANSWERED},
    TransferState.AWAITING_AMOUNT: _ANSWERED,
    TransferState.RETURNED: set(),
    TransferState.VERIFIED: set(),
    TransferState.FAILED: set(),
    TransferState.EXPIRED: set(),
    TransferState.CANCELLED: set(),
}
HANDOVER_MOVES: dict[HandoverState, set[HandoverState]] = {
    HandoverState.WAITING: {HandoverState.TAKEN, HandoverState.EXPIRED, HandoverState.CANCELLED},
    HandoverState.TAKEN: {HandoverState.USED, HandoverState.EXPIRED, HandoverState.CANCELLED},
    HandoverState.USED: set(),
    HandoverState.EXPIRED: set(),
    HandoverState.CANCELLED: set(),
}
_STEPS: dict[TransferStep, tuple[TransferState, ...]] = {
    TransferStep.TAKEN: (TransferState.SENT,),
    TransferStep.CREDITED: (TransferState.SENT, TransferState.AWAITING_AMOUNT),
    TransferStep.RETURNED: (TransferState.RETURNED,),
}
# Which certificate a credit code belongs to by its first two characters; any other is an enterprise's licence.
_NATURES: dict[str, tuple[Nature, Certificate]] = {
    "11": (Nature.GOVERNMENT, Certificate.CREDIT_CODE),
    "12": (Nature.PUBLIC_INSTITUTION, Certificate.INSTITUTION_LEGAL_PERSON),
    "13": (Nature.MASS_ORGANISATION, Certificate.CREDIT_CODE),
    "81": (Nature.MASS_ORGANISATION, Certificate.CREDIT_CODE),
    "31": (Nature.LAW_FIRM, Certificate.LAW_PRACTICE),
    "51": (Nature.SOCIAL_ORGANISATION, Certificate.SOCIAL_LEGAL_PERSON),
    "52": (Nature.PRIVATE_NON_ENTERPRISE, Certificate.PRIVATE_REGISTRATION),
    "53": (Nature.FOUNDATION, Certificate.FOUNDATION_LEGAL_PERSON),
}
_LONGEST_OLD_CODE = 10  # nine characters, and the dash that some papers print


# 2.1.2, 2.1.10, 2.1.20: the quick ways are recommended; minutes at best, working days at worst.
WAYS: tuple[WayFacts, ...] = (
    WayFacts(Way.SCAN, instant=True, best_minutes=1, recommended=True),
    WayFacts(Way.BANK_CARD, instant=True, best_minutes=1, recommended=True),
    WayFacts(Way.DOCUMENT, shortest_working_days=1, longest_working_days=3, needs_uploads=True),
    WayFacts(Way.BANK_ACCOUNT, for_enterprise=True, best_minutes=30, longest_working_days=3, recommended=True),
    WayFacts(Way.ENTERPRISE_PAPERS, for_enterprise=True, longest_working_days=3, needs_uploads=True),
)


def may_be_withdrawn(way: Way, state: ApplicationState) -> bool:
    """While staff look, and at papers also while the register is asked, which may take an hour."""
    return state in WITHDRAWABLE or (way is Way.ENTERPRISE_PAPERS and state is ApplicationState.CHECKING)


def judge_claim(claim: PersonClaim, facts: ClaimFacts, limits: Limits) -> list[Obstacle]:
    """Everything that stands in the way of a claim, not only the first; empty if nothing does."""
    found = [facts.barred] if facts.barred else []
    if facts.checking:
        found.append(Obstacle.BEING_CHECKED)
    if age_on(claim, facts) < limits.adult_age_years:
        found.append(Obstacle.TOO_YOUNG)
    if not facts.has_person_place and facts.person_used >= facts.person_allowed:
        found.append(Obstacle.PERSON_FULL)
    if not facts.has_card_place and facts.card_used >= facts.card_allowed:
        found.append(Obstacle.CARD_FULL)
    if facts.tried_today >= limits.applications_per_day:
        found.append(Obstacle.TOO_MANY_TRIES)
    return found


def judge_document(claim: DocumentClaim, facts: DocumentFacts, limits: Limits) -> list[Obstacle]:
    """Everything that stands in the way of a document (2.2.8, 2.2.10); empty if nothing does."""
    found = [facts.barred] if facts.barred else []
    if facts.busy:
        found.append(Obstacle.BEING_CHECKED)
    if full_years(claim.birth, facts.today) < limits.adult_age_years:
        found.append(Obstacle.TOO_YOUNG)
    if claim.expires is not None and claim.expires < facts.today:
        found.append(Obstacle.EXPIRED_DOCUMENT)
    if not facts.has_person_place and facts.person_used >= facts.person_allowed:
        found.append(Obstacle.PERSON_FULL)
    if facts.tried_today >= limits.applications_per_day:
        found.append(Obstacle.TOO_MANY_TRIES)
    return found


def number_form(certificate: Certificate) -> NumberForm:
    """How the number on a certificate is built (2.3.22)."""
    return _STRICT_NUMBERS.get(certificate, NumberForm.EITHER)


def judge_organisation(facts: OrganisationFacts, limits: Limits) -> list[Obstacle]:
    """Everything that stands in the way of verifying an organisation (2.3.26); empty if nothing does."""
    found = [facts.barred] if facts.barred else []
    if facts.busy:
        found.append(Obstacle.BEING_CHECKED)
    if not facts.has_place and facts.used >= facts.allowed:
        found.append(Obstacle.ORGANISATION_FULL)
    if facts.tried_today >= limits.applications_per_day:
        found.append(Obstacle.TOO_MANY_TRIES)
    return found


def judge_register(
    said: RegisterAnswer | None,
    *,
    nature: Nature,
    acting: Acting,
    number_is_usual: bool,
    automatic: bool,
    change_form: bool = False,
) -> tuple[ApplicationState, tuple[Doubt, ...]]:
    """What becomes of papers once the register spoke (2.3.1), or stayed silent (None), and what staff should look at.

    A cancelled or revoked organisation is refused (2.3.28). Where everything agrees and nothing needs a second look,
    no staff are needed; anything else is for them.
    """
    if said is not None and said.state in (RegisterState.CANCELLED, RegisterState.REVOKED):
        return ApplicationState.REFUSED, ()
    doubts = [*_doubts_of(said), *_doubts_anyway(nature, acting, number_is_usual=number_is_usual)]
    if change_form:
        doubts.append(Doubt.CHANGE_FORM)
    if not automatic:
        doubts.append(Doubt.NOT_AUTOMATIC)
    return (ApplicationState.REVIEWING if doubts else ApplicationState.APPROVED), tuple(doubts)


def _doubts_of(said: RegisterAnswer | None) -> list[Doubt]:
    if said is None:
        return [Doubt.REGISTER_SILENT]
    if said.state is RegisterState.UNKNOWN:
        return [Doubt.NOT_REGISTERED]
    found = [] if said.name_agrees else [Doubt.OTHER_NAME]
    return found if said.representative_agrees else [*found, Doubt.OTHER_REPRESENTATIVE]


def _doubts_anyway(nature: Nature, acting: Acting, *, number_is_usual: bool) -> list[Doubt]:
    found = []
    if nature in LOOKED_AT:
        found.append(Doubt.FROM_ABROAD if nature is Nature.OVERSEAS else Doubt.NATURE)
    elif not number_is_usual:
        found.append(Doubt.UNUSUAL_NUMBER)
    if acting is Acting.AUTHORISED:
        found.append(Doubt.LETTER)
    return found


def outcome_of(verdicts: Iterable[tuple[Verdict, ReviewReason | None]]) -> ApplicationState | None:
    """What the verdicts on all pictures together mean: refused before asked again before approved; None if one is missing."""
    said = [verdict for verdict, _reason in verdicts]
    if not said:
        return None
    if Verdict.REFUSED in said:
        return ApplicationState.REFUSED
    return ApplicationState.ASKED_AGAIN if Verdict.AGAIN in said else ApplicationState.APPROVED


def is_claimed(*, reviewer_id: int | None, claimed_at: datetime | None, by: int, now: datetime, limits: Limits) -> bool:
    """Whether somebody other than ``by`` has the case at present."""
    return reviewer_id not in (None, by) and claimed_at is not None and claimed_at > claims_before(now, limits)


def claims_before(now: datetime, limits: Limits) -> datetime:
    """A case that was taken then, or earlier, may be taken by a colleague."""
    return now - timedelta(seconds=limits.review_claim_seconds)


def age_on(claim: PersonClaim, facts: ClaimFacts) -> int:
    """Full years on the calendar day ``facts.today`` (2.1.18)."""
    return full_years(claim.birth, facts.today)


def full_years(birth: date, today: date) -> int:
    """An age by the calendar: the birthday itself counts."""
    had_birthday = (today.month, today.day) >= (birth.month, birth.day)
    return today.year - birth.year - (0 if had_birthday else 1)


def another_picture_helps(face: FaceAnswer) -> bool:
    """Whether the picture was at fault and not the person: then a phone may send another one at once."""
    return face in (FaceAnswer.NO_FACE, FaceAnswer.SEVERAL_FACES, FaceAnswer.POOR_PICTURE)


def refusal_of_scan(face: FaceAnswer) -> str:
    """The code of the refusal that this answer means for a scan; empty if it is the person."""
    return "" if face is FaceAnswer.SAME_PERSON else f"realname.scan_{face.value}"


def refusal_of(card: CardAnswer, face: FaceAnswer | None) -> str:
    """The code of the refusal that these answers mean; empty if both agree. The card comes first."""
    if card is not CardAnswer.MATCH:
        return f"realname.{card.value}"
    if face is None or face is FaceAnswer.SAME_PERSON:
        return ""
    return f"realname.{face.value}"


def kind_of_number(number: str) -> tuple[Nature, Certificate]:
    """What kind of organisation a typed credit or organisation code belongs to (2.3.4); the form does not ask twice."""
    if len(number) <= _LONGEST_OLD_CODE:
        return Nature.ENTERPRISE, Certificate.ORGANISATION_CODE
    return _NATURES.get(number[:2], (Nature.ENTERPRISE, Certificate.BUSINESS_LICENCE))


def steps_to(step: TransferStep, state: TransferState) -> tuple[TransferState, ...]:
    """The states that a bank's report leads through from ``state``; empty if it says nothing new."""
    way = _STEPS[step]
    rest = way[way.index(state) + 1 :] if state in way else way
    return rest if rest and rest[0] in TRANSFER_MOVES[state] else ()


def is_over(state: TransferState) -> bool:
    """Whether a transfer has its end."""
    return not TRANSFER_MOVES[state]


def counts_as_failed(state: TransferState, wrong_tries: int) -> bool:
    """What counts towards the six failures (2.3.5): giving up after a wrong amount too, or guessing would be free."""
    if state in (TransferState.RETURNED, TransferState.FAILED):
        return True
    return state in _STOPPED and wrong_tries > 0
