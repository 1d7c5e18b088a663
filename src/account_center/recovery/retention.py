"""What the recovery room keeps, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings

from account_center.kit.limits import DAY
from account_center.recovery.models import EmergencyContact, HumanCheck, Recovery
from account_center.recovery.types import ContactState, RecoveryState

KEPT: Mapping[str, str] = {
    "HumanCheck": "one day: a keyed digest of an answer, nobody's name",
    "Recovery": "LIMITS.recovery_keep_days after it was begun: which account, which kinds of proof; no phone and no address",
    "EmergencyContact": "another person's name and phone or e-mail, sealed: until the owner or that person removes it, or as long as the account; LIMITS.contact_agrees_days without consent",
}


def erase_expired(*, now: datetime) -> int:
    """Removes what can decide nothing any more. Returns how many rows went."""
    limits = settings.LIMITS
    checks, _ = HumanCheck.objects.filter(created_at__lt=now - timedelta(seconds=DAY)).delete()
    old = now - timedelta(days=limits.recovery_keep_days)
    late = now - timedelta(seconds=limits.recovery_return_seconds)
    past = Recovery.objects.filter(created_at__lt=old)
    waiting = RecoveryState.WAITING.value
    ended, _ = past.exclude(state=waiting).delete()
    missed, _ = past.filter(state=waiting, wait_until__lt=late).delete()
    silent = EmergencyContact.objects.filter(
        state=ContactState.NAMED.value, named_at__lt=now - timedelta(days=limits.contact_agrees_days)
    )
    return checks + ended + missed + silent.delete()[0]


def erase_account(*, account_id: int) -> int:
    """Removes what a deleted account leaves here: its emergency contacts, sealed, and who wanted back in."""
    contacts, _ = EmergencyContact.objects.filter(account_id=account_id).delete()
    begun, _ = Recovery.objects.filter(account_id=account_id).delete()
    return contacts + begun
