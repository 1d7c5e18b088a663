"""Members of JSON requests that the interface for apps and that for services check alike."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from account_center.kit.countries import is_country


def _can_be_kept(text: str) -> str:
    # Neither can stand in a database: PostgreSQL refuses the one, and UTF-8 knows no halves of characters.
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a character that is no text")
    return text


def _known_country(code: str) -> str:
    if not is_country(code):
        raise ValueError("is no country code (ISO 3166-1 alpha-2)")
    return code


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or the last hours that calendars know, elsewhere on earth
        raise ValueError("lies outside the calendar") from None


REAL_TEXT = AfterValidator(_can_be_kept)
Text = Annotated[str, Field(max_length=300), REAL_TEXT]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["CN"]), AfterValidator(_known_country)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
