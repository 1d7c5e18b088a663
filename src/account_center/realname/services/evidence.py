"""Pictures of an application: taking them, opening them for a reviewer, and letting them go at the decision."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings

from account_center.documents.errors import ImageHeld
from account_center.documents.services import bring_erasure_forward, erase_image, keep_image, reencode_images
from account_center.documents.types import CleanImage, Upload
from account_center.documents.types import DocumentKind as PictureKind
from account_center.kit.refused import Refused
from account_center.kit.travel_document import DocumentKind
from account_center.realname.models import Application, Evidence
from account_center.realname.rules import PHOTOS
from account_center.realname.services.holding import hold_if_ordered
from account_center.realname.services.machine_reading import forget_reading, forget_readings, have_read
from account_center.realname.types import Slot

log = logging.getLogger(__name__)
_PICTURES = {
    DocumentKind.PASSPORT: PictureKind.PASSPORT,
    DocumentKind.HKM_PERMIT: PictureKind.TRAVEL_PERMIT,
    DocumentKind.TAIWAN_PERMIT: PictureKind.TRAVEL_PERMIT,
    DocumentKind.RESIDENCE_PERMIT: PictureKind.RESIDENCE_PERMIT,
    DocumentKind.DRIVING_LICENCE: PictureKind.DRIVING_LICENCE,
}
_SLOTS = {
    Slot.HOLDING: PictureKind.HOLDING_ID,
    Slot.CERTIFICATE: PictureKind.BUSINESS_LICENCE,
    Slot.ID_FRONT: PictureKind.ID_FRONT,
    Slot.ID_BACK: PictureKind.ID_BACK,
    Slot.LETTER: PictureKind.AUTHORISATION_LETTER,
    Slot.CHANGE_FORM: PictureKind.CHANGE_FORM,
}


def clean_pictures(uploads: Mapping[Slot, bytes]) -> tuple[dict[Slot, CleanImage], list[Refused]]:
    """Every upload drawn anew, and every refusal with the field of its picture. Slow: call it outside a transaction."""
    clean, refused = reencode_images({slot: Upload(data, paper=slot not in PHOTOS) for slot, data in uploads.items()})
    for slot, refusal in refused.items():
        refusal.field = slot.value
    return clean, list(refused.values())


def longest_kept(uploaded_at: datetime) -> datetime:
    """When a picture goes at the latest. Whatever is decided before only brings that forward."""
    return uploaded_at + timedelta(days=settings.LIMITS.picture_longest_days)


def keep_pictures(row: Application, pictures: Mapping[Slot, CleanImage], *, now: datetime) -> None:
    """Stores the pictures sealed, in the caller's transaction; a picture in the same place before is replaced."""
    erase_at = longest_kept(now)
    for slot, picture in pictures.items():
        for before in Evidence.objects.filter(application=row, slot=slot.value, replaced_at__isnull=True):
            before.replaced_at = now
            before.save(update_fields=["replaced_at"])
            forget_reading(before)
            _let_go(before, at=now)
        owner = f"realname.application:{row.reference}"
        image_id = keep_image(image=picture, kind=_shown(row, slot), owner=owner, erase_at=erase_at)
        hold_if_ordered(row, image_id)
        have_read(Evidence.objects.create(application=row, slot=slot.value, image_id=image_id, uploaded_at=now))


def _shown(row: Application, slot: Slot) -> PictureKind:
    # A picture of a person's document is of the kind that was chosen; every other slot says by itself what it shows.
    return _SLOTS[slot] if slot in _SLOTS else _PICTURES[DocumentKind(row.subject.number_kind)]


def let_go_of_pictures(row: Application, *, now: datetime) -> None:
    """At the decision: a picture with a face has done its work, the others go after ``document_keep_days``."""
    later = now + timedelta(days=settings.LIMITS.document_keep_days)
    forget_readings(row)
    for one in Evidence.objects.filter(application=row, replaced_at__isnull=True):
        _let_go(one, at=now if one.slot == Slot.HOLDING else later, now=now)


def erase_pictures(row: Application, *, now: datetime) -> None:
    """The customer gave up: nothing is kept."""
    forget_readings(row)
    for one in Evidence.objects.filter(application=row):
        _let_go(one, at=now)


def _let_go(one: Evidence, *, at: datetime, now: datetime | None = None) -> None:
    if at > (now or at):
        bring_erasure_forward(image_id=one.image_id, erase_at=at)
        return
    try:
        erase_image(image_id=one.image_id, now=at)
    except ImageHeld:
        # A legal hold beats the deletion, not the decision; when it is lifted the picture goes at once.
        log.info("picture %s is held", one.image_id)
        bring_erasure_forward(image_id=one.image_id, erase_at=at)
