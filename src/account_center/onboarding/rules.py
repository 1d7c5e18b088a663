"""Which ID accounts a legacy account could be joined to."""

from account_center.onboarding.types import CandidateFacts, CandidateVerdict


def judge_candidate(candidate: CandidateFacts, *, country: str) -> CandidateVerdict:
    """Same country, not frozen, not yet bound or activated (1.32, 1.33); the first reason against it, if any."""
    if candidate.country != country:
        return CandidateVerdict.OTHER_COUNTRY
    if candidate.has_tenant:
        return CandidateVerdict.HAS_TENANT
    if candidate.is_frozen:
        return CandidateVerdict.FROZEN
    return CandidateVerdict.FITS
