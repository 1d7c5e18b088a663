"""Pure decisions of real-name verification."""

from account_center.kit.limits import Limits
from account_center.realname.types import (
    ApplicationState,
    CardAnswer,
    ClaimFacts,
    FaceAnswer,
    Obstacle,
    PersonClaim,
    Way,
    WayFacts,
)

MOVES: dict[ApplicationState, set[ApplicationState]] = {
    ApplicationState.DRAFT: {ApplicationState.CHECKING, ApplicationState.CANCELLED, ApplicationState.LAPSED},
    ApplicationState.CHECKING: {ApplicationState.APPROVED, ApplicationState.REFUSED, ApplicationState.LAPSED},
    ApplicationState.APPROVED: set(),
    ApplicationState.REFUSED: set(),
    ApplicationState.CANCELLED: set(),
    ApplicationState.LAPSED: set(),
}


# 2.1.2, 2.1.10, 2.1.20: the quick ways are recommended; minutes at best, working days at worst.
WAYS: tuple[WayFacts, ...] = (
    WayFacts(Way.SCAN, instant=True, best_minutes=1, recommended=True),
    WayFacts(Way.BANK_CARD, instant=True, best_minutes=1, recommended=True),
    WayFacts(Way.DOCUMENT, shortest_working_days=1, longest_working_days=3, needs_uploads=True),
    WayFacts(Way.BANK_ACCOUNT, for_enterprise=True, best_minutes=30, longest_working_days=3, recommended=True),
    WayFacts(Way.ENTERPRISE_PAPERS, for_enterprise=True, longest_working_days=3, needs_uploads=True),
)


def judge_claim(claim: PersonClaim, facts: ClaimFacts, limits: Limits) -> list[Obstacle]:
    """Everything that stands in the way of a claim, not only the first; empty if nothing does."""
    found = []
    if facts.verified:
        found.append(Obstacle.ALREADY_VERIFIED)
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


def age_on(claim: PersonClaim, facts: ClaimFacts) -> int:
    """Full years on the calendar day ``facts.today`` (2.1.18): the birthday itself counts."""
    had_birthday = (facts.today.month, facts.today.day) >= (claim.birth.month, claim.birth.day)
    return facts.today.year - claim.birth.year - (0 if had_birthday else 1)


def refusal_of(card: CardAnswer, face: FaceAnswer | None) -> str:
    """The code of the refusal that these answers mean; empty if both agree. The card comes first."""
    if card is not CardAnswer.MATCH:
        return f"realname.{card.value}"
    if face is None or face is FaceAnswer.SAME_PERSON:
        return ""
    return f"realname.{face.value}"
