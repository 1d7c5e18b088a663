"""From what was typed to a claim, and everything that stands in its way."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from account_center.accounts.errors import name_problem_text
from account_center.kit.bank_card import BadCard, BankCard, parse_card
from account_center.kit.limits import DAY
from account_center.kit.names import BadName, parse_person_name
from account_center.kit.phone import BadPhone, PhoneNumber, PhoneProblem, parse_phone
from account_center.kit.refused import Refused
from account_center.kit.resident_id import BadResidentId, ResidentId, parse_resident_id
from account_center.kit.travel_document import (
    FOREIGN_ONLY,
    BadDocumentNumber,
    DocumentKind,
    DocumentNumber,
    parse_document_number,
)
from account_center.plumbing.limiter import Budget, seconds_left, spend, spent
from account_center.plumbing.quota import has_place, places
from account_center.realname.errors import (
    BadCardPhone,
    BadPersonName,
    BeingChecked,
    BirthDateMissing,
    CardFull,
    IssuedInChina,
    OtherDocument,
    PersonFull,
    ScanOtherDocument,
    TooManyTries,
    TooYoung,
    card_refusal,
    document_refusal,
    id_refusal,
)
from account_center.realname.models import OPEN_STATES, Application, CardQuota, PersonQuota
from account_center.realname.rules import judge_claim
from account_center.realname.services.changes import bar_of, refusal_of_bar
from account_center.realname.services.gate import refusals_at_the_gate
from account_center.realname.subjects import card_digest, person_digest
from account_center.realname.types import (
    ApplicationState,
    ChangeAsked,
    ClaimFacts,
    DocumentClaim,
    Obstacle,
    Party,
    PersonClaim,
)
from account_center.signin.errors import phone_problem_text

MAINLAND = ZoneInfo("Asia/Shanghai")  # an age is counted by the calendar of the place that issued the number


def read_claim(
    *, name: str, id_number: str, card: str, phone: str, now: datetime
) -> tuple[PersonClaim | None, list[Refused]]:
    """The claim, or every refusal of what was typed, each naming its field."""
    wrong: list[Refused] = []
    person = _read_name(name, wrong)
    number = _read_id(id_number, now, wrong)
    bank_card = _read_card(card, wrong)
    mobile = _read_phone(phone, wrong)
    if wrong or not (person and number and bank_card and mobile):
        return None, wrong
    claim = PersonClaim(
        name=person,
        id_number=number.number,
        id_masked=number.masked,
        birth=number.birth,
        card_number=bank_card.number,
        card_masked=bank_card.masked,
        phone=mobile.e164,
        phone_country=mobile.country,
    )
    return claim, []


def read_scan_claim(*, name: str, id_number: str, now: datetime) -> tuple[PersonClaim | None, list[Refused]]:
    """The claim of the form of a scan, or every refusal of what was typed, each naming its field."""
    wrong: list[Refused] = []
    person = _read_name(name, wrong)
    number = _read_id(id_number, now, wrong)
    if wrong or number is None:
        return None, [_at_a_scan(one) for one in wrong]
    claim = PersonClaim(name=person, id_number=number.number, id_masked=number.masked, birth=number.birth)
    return claim, []


def _at_a_scan(refusal: Refused) -> Refused:
    if isinstance(refusal, OtherDocument):
        return ScanOtherDocument(field=refusal.field, **refusal.facts)
    return refusal


def read_document(
    *,
    kind: DocumentKind,
    name: str,
    number: str,
    birth: date | None,
    nationality: str,
    expires: date | None,
    now: datetime,
) -> tuple[DocumentClaim | None, list[Refused]]:
    """The claim of a document form (2.2.10), or every refusal of what was typed, each naming its field."""
    wrong: list[Refused] = []
    person = _read_name(name, wrong)
    read = _read_document_number(number, kind, now, wrong)
    born = read.birth if read and read.birth else birth
    if born is None:
        wrong.append(BirthDateMissing(field="birth"))
    if kind in FOREIGN_ONLY and nationality == "CN":
        wrong.append(IssuedInChina(field="nationality"))
    if wrong or read is None or born is None:
        return None, wrong
    claim = DocumentClaim(
        kind=kind,
        name=person,
        number=read.number,
        identity=read.identity,
        number_masked=read.masked,
        birth=born,
        nationality=nationality,
        expires=expires,
    )
    return claim, []


def _read_document_number(text: str, kind: DocumentKind, now: datetime, wrong: list[Refused]) -> DocumentNumber | None:
    try:
        return parse_document_number(text, kind=kind, today=now.astimezone(MAINLAND).date())
    except BadDocumentNumber as bad:
        wrong.append(document_refusal(bad.problem))
        return None


def _read_name(text: str, wrong: list[Refused]) -> str:
    try:
        return parse_person_name(text)
    except BadName as bad:
        wrong.append(BadPersonName(field="name", problem=name_problem_text(bad.problem)))
        return ""


def _read_id(text: str, now: datetime, wrong: list[Refused]) -> ResidentId | None:
    try:
        return parse_resident_id(text, today=now.astimezone(MAINLAND).date())
    except BadResidentId as bad:
        wrong.append(id_refusal(bad.problem))
        return None


def _read_card(text: str, wrong: list[Refused]) -> BankCard | None:
    try:
        return parse_card(text)
    except BadCard as bad:
        wrong.append(card_refusal(bad.problem))
        return None


def _read_phone(text: str, wrong: list[Refused]) -> PhoneNumber | None:
    try:
        phone = parse_phone(text, country="CN")
        if phone.is_mainland_mobile:
            return phone
        problem = PhoneProblem.WRONG_COUNTRY
    except BadPhone as bad:
        problem = bad.problem
    wrong.append(BadCardPhone(field="phone", problem=phone_problem_text(problem)))
    return None


def tries_budget(tenant_id: int) -> Budget:
    """How many checks a tenant has in a day."""
    return Budget("realname_tries", str(tenant_id), settings.LIMITS.applications_per_day, DAY)


def spend_form(tenant_id: int, *, now: datetime) -> list[Refused]:
    """Takes one of the forms that a tenant may send in a day; the refusal if they are used up.

    A refused form tells how often a person's number is in use, and drawing its pictures costs us.
    """
    limit = settings.LIMITS.application_forms_per_day
    exhausted = spend([Budget("realname_forms", str(tenant_id), limit, DAY)], now=now)
    return [TooManyTries(retry_after=exhausted[1], limit=limit)] if exhausted is not None else []


def claim_facts(claim: PersonClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None) -> ClaimFacts:
    """What the rule needs to know."""
    limits = settings.LIMITS
    person = person_digest(claim.id_number)
    person_used, person_allowed = places(PersonQuota, digest=person, allowed=limits.verifications_per_person)
    card = card_digest(claim.card_number) if claim.card_number else b""  # a scan has none, and so takes no place of one
    card_used, card_allowed = places(CardQuota, digest=card, allowed=limits.verifications_per_card)
    busy = [state for state in OPEN_STATES if state != ApplicationState.DRAFT]
    checking = Application.objects.filter(tenant_id=tenant_id, state__in=busy)
    return ClaimFacts(
        today=now.astimezone(MAINLAND).date(),
        barred=bar_of(tenant_id=tenant_id, party=Party.PERSON, digest=person, name=claim.name, asked=change),
        checking=checking.exists(),
        tried_today=spent(tries_budget(tenant_id), now=now),
        person_used=person_used,
        person_allowed=person_allowed,
        card_used=card_used,
        card_allowed=card_allowed,
        has_person_place=has_place(PersonQuota, digest=person, holder=tenant_id),
        has_card_place=has_place(CardQuota, digest=card, holder=tenant_id),
    )


def refusals_of(
    claim: PersonClaim, *, tenant_id: int, now: datetime, change: ChangeAsked | None = None
) -> list[Refused]:
    """Everything that stands in the way of this claim, with its figures; empty if nothing does."""
    facts = claim_facts(claim, tenant_id=tenant_id, now=now, change=change)
    found = judge_claim(claim, facts, settings.LIMITS)
    return [
        *refusals_at_the_gate(tenant_id),
        *(_refusal(obstacle, facts, tenant_id=tenant_id, now=now) for obstacle in found),
    ]


def too_many_tries(tenant_id: int, *, now: datetime) -> TooManyTries:
    """The refusal with the time until tries count anew."""
    left = seconds_left(tries_budget(tenant_id), now=now)
    return TooManyTries(retry_after=left, limit=settings.LIMITS.applications_per_day)


def _refusal(obstacle: Obstacle, facts: ClaimFacts, *, tenant_id: int, now: datetime) -> Refused:
    limits = settings.LIMITS
    match obstacle:
        case Obstacle.TOO_YOUNG:
            return TooYoung(field="id_number", age=limits.adult_age_years)
        case Obstacle.PERSON_FULL:
            return PersonFull(field="id_number", used=facts.person_used, allowed=facts.person_allowed)
        case Obstacle.CARD_FULL:
            return CardFull(field="card", used=facts.card_used, allowed=facts.card_allowed)
        case Obstacle.BEING_CHECKED:
            return BeingChecked()
        case Obstacle.TOO_MANY_TRIES:
            return too_many_tries(tenant_id, now=now)
        case _:
            return refusal_of_bar(obstacle)
