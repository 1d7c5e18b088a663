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
    CARD_FRONT = "card_front"
    STATEMENT = "statement"
    PARTNER_CONSENT = "partner_consent"
    SCREENSHOT = "screenshot"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture decoded and drawn anew: JPEG, RGB, upright, without metadata. Sizes in pixels."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


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
