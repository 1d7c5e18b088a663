"""What plumbing keeps, and how long."""

from collections.abc import Mapping

from account_center.kit.clock import now
from account_center.plumbing.session_row import Session
from account_center.plumbing.work.report import forget_finished

KEPT: Mapping[str, str] = {
    "Job": "Ids only. Done jobs for LIMITS.job_keep_days; given-up jobs until somebody has dealt with them.",
    "LimitCounter": "Keyed digests only, until no limit looks at their window any more.",
    "Turn": "Keyed digests only, until the pause after it is long over.",
    "Session": "Until it ends: who is signed in since when, with which browser and from which address.",
    "Recurrence": "For ever: one row per recurring job, no personal data.",
}


def forget_finished_jobs() -> int:
    """Removes jobs that were done long ago; returns how many."""
    return forget_finished(now())


def forget_ended_sessions() -> int:
    """Removes sessions whose time is over; returns how many."""
    gone, _ = Session.objects.filter(expire_date__lt=now()).delete()
    return gone


def erase_account(*, account_id: int) -> int:
    """Ends and removes every session of a deleted account; returns how many."""
    gone, _ = Session.objects.filter(account_id=account_id).delete()
    return gone
