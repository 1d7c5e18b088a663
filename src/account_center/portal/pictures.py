"""Pictures in a form: reading what was uploaded, and saying which one is missing and what to do without it."""

from django.conf import settings
from django.http import HttpRequest

from account_center.kit.refused import Refused
from account_center.realname.errors import ChangeFormMissing, LetterMissing, PaperMissing, PictureMissing
from account_center.realname.types import Slot

_MISSING = {
    Slot.CERTIFICATE: PaperMissing,
    Slot.ID_FRONT: PaperMissing,
    Slot.ID_BACK: PaperMissing,
    Slot.LETTER: LetterMissing,
    Slot.CHANGE_FORM: ChangeFormMissing,
}


def uploads_of(request: HttpRequest, slots: tuple[Slot, ...], wrong: list[Refused]) -> dict[Slot, bytes]:
    """The pictures that came; each that did not is named in ``wrong`` with its field (2.1.4, 2.3.17, 2.3.19)."""
    uploads: dict[Slot, bytes] = {}
    for slot in slots:
        upload = request.FILES.get(slot.value)
        if upload is None:
            wrong.append(_MISSING.get(slot, PictureMissing)(field=slot.value))
            continue
        # One byte more than allowed is enough to know that it is too much.
        uploads[slot] = bytes(upload.read(settings.LIMITS.image_bytes + 1))
    return uploads
