"""Words of the onboarding room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CandidateVerdict(StrEnum):
    """Whether a legacy account could be joined to an ID account of the same phone or e-mail, and if not, why (1.32, 1.33)."""

    FITS = "fits"
    OTHER_COUNTRY = "other_country"
    HAS_TENANT = "has_tenant"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """What is known of an ID account that shares the phone or the e-mail of a legacy account."""

    account_id: int
    name: str
    country: str
    is_frozen: bool
    has_tenant: bool
    same_phone: bool
    same_email: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An ID account of the same phone or e-mail as the page shows it. ``name`` is masked, ``country`` a code."""

    name: str
    country: str
    same_phone: bool
    same_email: bool
    verdict: CandidateVerdict


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What became of a legacy account: how one signs in from now on. ``at`` is empty if it had been upgraded before."""

    account_id: int
    name: str
    at: datetime | None = None
