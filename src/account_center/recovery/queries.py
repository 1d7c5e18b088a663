"""Reading for the pages."""

from datetime import datetime
from uuid import UUID

from account_center.recovery.models import EmergencyContact, Recovery
from account_center.recovery.types import RecoveryState


def waits_until(account_id: int) -> datetime | None:
    """Until when somebody waits to set a new password for this account; None if nobody does."""
    waiting = Recovery.objects.filter(account_id=account_id, state=RecoveryState.WAITING.value)
    return waiting.values_list("wait_until", flat=True).first()


def count_of_contacts(account_id: int) -> tuple[int, int]:
    """(confirmed, named but not confirmed yet) emergency contacts."""
    times = list(EmergencyContact.objects.filter(account_id=account_id).values_list("confirmed_at", flat=True))
    confirmed = sum(1 for at in times if at is not None)
    return confirmed, len(times) - confirmed


def has_contact(account_id: int, contact_id: UUID) -> bool:
    """Whether this is one of the account's emergency contacts."""
    return EmergencyContact.objects.filter(account_id=account_id, public_id=contact_id).exists()
