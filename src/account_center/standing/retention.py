"""What the standing room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from account_center.standing.models import StandingChange

CHANGES_KEPT = timedelta(days=1)  # processes look at changes for less than a second

KEPT: Mapping[str, str] = {
    "TenantStanding": "as long as its tenant",
    "Hold": "as long as its tenant, lifted ones too: they explain past answers; notes are the operator's own words",
    "StandingChange": "one day; it only tells running processes that an answer may differ",
}


def forget_changes(now: datetime) -> int:
    """Removes changes that every process has long seen. Returns how many."""
    gone, _ = StandingChange.objects.filter(at__lt=now - CHANGES_KEPT).delete()
    return gone
