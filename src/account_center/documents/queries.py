"""What other rooms may know of stored images without opening them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from account_center.documents.decoder import heic_is_taken
from account_center.documents.errors import ImageNotFound
from account_center.documents.models import StoredImage
from account_center.documents.rules import taken
from account_center.documents.types import DocumentKind, FileKind, ImageFacts


def kinds_taken(*, paper: bool) -> tuple[FileKind, ...]:
    """The kinds of files that an upload may have, for the form to say. ``paper``: not a picture of a person."""
    return taken(paper=paper, heic=heic_is_taken())


LISTED = 50


def image_facts(image_id: UUID) -> ImageFacts:
    """The facts of one image, erased or not. Raises ImageNotFound."""
    row = StoredImage.objects.filter(public_id=image_id).first()
    if row is None:
        raise ImageNotFound
    return _facts(row)


def images_of(owner: str) -> list[ImageFacts]:
    """All images of ``owner`` (such as ``realname.application:12``), oldest first, erased ones too."""
    return [_facts(row) for row in StoredImage.objects.filter(owner=owner).order_by("id")]


def erased_images(
    *, owner: str = "", before: tuple[datetime, int] | None = None, limit: int = LISTED
) -> list[tuple[int, ImageFacts]]:
    """What was erased, the newest first, with the number of each row; ``before`` is (erased_at, number) of the last one.

    ``owner`` leaves only the images of one owner. The SHA-256 of each proves which picture it was.
    """
    rows = StoredImage.objects.filter(erased_at__isnull=False)
    if owner:
        rows = rows.filter(owner=owner)
    if before is not None:
        at, last = before
        rows = rows.filter(Q(erased_at__lt=at) | Q(erased_at=at, pk__lt=last))
    return [(row.pk, _facts(row)) for row in rows.order_by("-erased_at", "-pk")[:limit]]


def _facts(row: StoredImage) -> ImageFacts:
    return ImageFacts(
        image_id=row.public_id,
        kind=DocumentKind(row.kind),
        owner=row.owner,
        sha256=bytes(row.sha256),
        size=row.size,
        width=row.width,
        height=row.height,
        stored_at=row.stored_at,
        erase_at=row.erase_at,
        erased_at=row.erased_at,
        held_because=row.hold_reason,
    )
