"""What becomes of what a trusted site says (2.4.10). Pure."""

from account_center.kit.limits import Limits
from account_center.realname.rules import judge_register
from account_center.realname.types import (
    Acting,
    ApplicationState,
    Doubt,
    Nature,
    Obstacle,
    PartnerFacts,
    Party,
    RegisterAnswer,
)

REGISTER_DISAGREES = "realname.partner_register_disagrees"
ORGANISATION_CANCELLED = "realname.organisation_cancelled"
# The register contradicts the site. Everything else is what the site has seen and we have not: its word counts.
_CONTRADICTIONS = frozenset({Doubt.OTHER_NAME, Doubt.OTHER_REPRESENTATIVE})
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, none of which is taken for another
CODE_LENGTH, CODE_GROUP = 12, 4  # 60 bits


def judge_partner(facts: PartnerFacts, party: Party, limits: Limits) -> list[Obstacle]:
    """Everything that stands in the way of a partner's result; the same rules as for our own ways.

    A verified tenant's verification is changed by its owner, never by a site (2.4).
    """
    found = []
    if facts.same:
        found.append(Obstacle.SAME_AGAIN)
    elif facts.verified:
        found.append(Obstacle.ALREADY_VERIFIED)
    if facts.busy:
        found.append(Obstacle.BEING_CHECKED)
    if facts.age is not None and facts.age < limits.adult_age_years:
        found.append(Obstacle.TOO_YOUNG)
    if facts.expired:
        found.append(Obstacle.EXPIRED_DOCUMENT)
    if not facts.has_place and facts.used >= facts.allowed:
        found.append(Obstacle.ORGANISATION_FULL if party is Party.ORGANISATION else Obstacle.PERSON_FULL)
    return found


def judge_partner_register(
    said: RegisterAnswer | None, *, nature: Nature, acting: Acting, number_is_usual: bool
) -> tuple[ApplicationState, tuple[Doubt, ...], str]:
    """What the register's answer means for an organisation that a site verified: state, doubts, code of the refusal.

    Ended (2.3.28) or contradicting: refused. Silent or not knowing it: the site has seen the papers, so it is approved,
    and the doubts are kept for staff.
    """
    outcome, doubts = judge_register(
        said, nature=nature, acting=acting, number_is_usual=number_is_usual, automatic=True
    )
    if outcome is ApplicationState.REFUSED:
        return outcome, doubts, ORGANISATION_CANCELLED
    if _CONTRADICTIONS.intersection(doubts):
        return ApplicationState.REFUSED, doubts, REGISTER_DISAGREES
    return ApplicationState.APPROVED, doubts, ""


def code_from(digest: bytes) -> str:
    """A code that people can read out, from a keyed digest: ``AB3D-9KQ2-7XFM``."""
    number = int.from_bytes(digest[:8], "big")
    signs = "".join(CODE_ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    return "-".join(signs[at : at + CODE_GROUP] for at in range(0, CODE_LENGTH, CODE_GROUP))


def bare(code: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(sign for sign in code.upper() if sign in CODE_ALPHABET)
