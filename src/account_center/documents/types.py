"""The words of this room."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DocumentKind(StrEnum):
    """What an image shows."""

    FACE = "face"
    ID_FRONT = "id_front"
    ID_BACK = "id_back"
    HOLDING_ID = "holding_id"
    PASSPORT = "passport"
    TRAVEL_PERMIT = "travel_permit"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVING_LICENCE = "driving_licence"
    BUSINESS_LICENCE = "business_licence"
    AUTHORISATION_LETTER = "authorisation_letter"
    CHANGE_FORM = "change_form"
    CARD_FRONT = "card_front"
    STATEMENT = "statement"
    PARTNER_CONSENT = "partner_consent"
    SCREENSHOT = "screenshot"
    OTHER = "other"

    @property
    def is_paper(self) -> bool:
        """Whether it may come as PDF, too: everything but a picture of a person, which must be a photo."""
        return self not in (DocumentKind.FACE, DocumentKind.HOLDING_ID)


class FileKind(StrEnum):
    """Kinds of files that people try to upload, taken or not."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    HEIC = "HEIC"
    PDF = "PDF"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    AVIF = "AVIF"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came. ``paper``: it may be a PDF."""

    data: bytes = field(repr=False)
    paper: bool


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture drawn anew, or the pages of a PDF as one: JPEG, RGB, upright, without metadata. Sizes in pixels."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that a machine read on a picture, and how sure it is, 0 to 1. Never shown in logs."""

    text: str = field(repr=False)
    sure: float


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a stored image without opening it. ``sha256`` is that of the JPEG and outlives it."""

    image_id: UUID
    kind: DocumentKind
    owner: str
    sha256: bytes
    size: int
    width: int
    height: int
    stored_at: datetime
    erase_at: datetime
    erased_at: datetime | None
    held_because: str

    @property
    def readable(self) -> bool:
        """Whether the picture can still be opened."""
        return self.erased_at is None
