"""Which number a customer met a limit with, so that nobody has to type it again to ask for more (2.1.22)."""

from datetime import datetime

from account_center.kit.masking import mask_name, mask_number, mask_organisation
from account_center.kit.organisation_code import BadOrganisationCode, parse_credit_code, parse_organisation_code
from account_center.kit.refused import Refused
from account_center.kit.resident_id import BadResidentId, parse_resident_id
from account_center.kit.typed import tidy
from account_center.realname.errors import (
    CardFull,
    OrganisationFull,
    PersonFull,
    id_refusal,
    organisation_code_refusal,
)
from account_center.realname.services.claims import MAINLAND
from account_center.realname.services.quotas import counted, uncounted
from account_center.realname.subjects import (
    card_digest,
    document_digest,
    organisation_digest,
    person_digest,
)
from account_center.realname.types import (
    AccountClaim,
    Counted,
    CountedNumber,
    DocumentClaim,
    OrganisationClaim,
    PersonClaim,
)

Claim = PersonClaim | DocumentClaim | OrganisationClaim | AccountClaim
_LONGEST_OLD_CODE = 10  # nine characters, and the dash that some papers print


def full_number(refusal: Refused, claim: Claim) -> tuple[CountedNumber, str] | None:
    """The number whose limit this refusal is about, and the masked name to it; None for any other refusal."""
    match refusal, claim:
        case PersonFull(), PersonClaim():
            number = counted(Counted.PERSON, digest=person_digest(claim.id_number), masked=claim.id_masked)
            return number, mask_name(claim.name)
        case PersonFull(), DocumentClaim():
            number = counted(Counted.PERSON, digest=document_digest(claim.identity), masked=claim.number_masked)
            return number, mask_name(claim.name)
        case CardFull(), PersonClaim():
            number = counted(Counted.CARD, digest=card_digest(claim.card_number), masked=claim.card_masked)
            return number, mask_name(claim.name)
        case OrganisationFull(), OrganisationClaim():
            return _of_organisation(claim)
        case OrganisationFull(), AccountClaim():
            return _of_organisation(claim.organisation)
        case _:
            return None


def _of_organisation(claim: OrganisationClaim) -> tuple[CountedNumber, str]:
    digest = organisation_digest(claim.identity)
    return counted(Counted.ORGANISATION, digest=digest, masked=claim.number_masked), mask_organisation(claim.name)


def number_typed(kind: Counted, text: str, *, now: datetime) -> CountedNumber:
    """The number of a person (resident identity number) or organisation as typed. Raises what is wrong with it.

    How often it is in use, and whether it may be used more often than others, is not told: anybody may type anybody's.
    """
    if kind is Counted.ORGANISATION:
        return _organisation_typed(text)
    try:
        person = parse_resident_id(text, today=now.astimezone(MAINLAND).date())
    except BadResidentId as bad:
        refusal = id_refusal(bad.problem)
        refusal.field = "number"
        raise refusal from bad
    return uncounted(Counted.PERSON, digest=person_digest(person.number), masked=person.masked)


def _organisation_typed(text: str) -> CountedNumber:
    short = len("".join(tidy(text).split())) <= _LONGEST_OLD_CODE
    try:
        code = parse_organisation_code(text) if short else parse_credit_code(text).number
    except BadOrganisationCode as bad:
        raise organisation_code_refusal(bad.problem) from bad
    digest = organisation_digest(f"CN:{code}")
    return uncounted(Counted.ORGANISATION, digest=digest, masked=mask_number(code, head=4, tail=4))
