"""What a legal hold means where something is kept or let go of."""

from datetime import datetime
from uuid import UUID

from account_center.documents.services import hold_image
from account_center.realname.models import Application, LegalHold
from account_center.realname.subjects import erase_subject


def hold_on(row: Application) -> LegalHold | None:
    """The hold that counts at present."""
    return LegalHold.objects.filter(application_id=row.pk, lifted_at__isnull=True).first()


def hold_if_ordered(row: Application, image_id: UUID) -> None:
    """A picture that comes under a hold is held as well, in the caller's transaction."""
    held = hold_on(row)
    if held is not None:
        hold_image(image_id=image_id, reason=held.order)


def let_go_of_subject(row: Application, *, now: datetime) -> None:
    """Erases what was typed; under a hold it goes by itself as soon as that is lifted."""
    if hold_on(row) is None:
        erase_subject(row.subject, now=now)
    else:
        row.subject.erase_at = now
        row.subject.save(update_fields=["erase_at"])
