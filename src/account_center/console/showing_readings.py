"""What a machine read on the pictures, as the reviewer sees it: value by value beside what was typed, differences marked."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from account_center.console.labels import label
from account_center.realname.types import PictureReading, ReadPurpose, ReadValue, ReviewCase, Seen

_KEYS: dict[str, Promise] = {
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("Document number"),
    "birth": gettext_lazy("Date of birth"),
    "expires": gettext_lazy("Valid until"),
    "representative": gettext_lazy("Legal representative"),
    "representative_id": gettext_lazy("Identity number"),
    "agent": gettext_lazy("Authorised person"),
    "agent_id": gettext_lazy("Identity number"),
}
_PILLS = {Seen.SAME: "ok", Seen.OTHER: "no", Seen.NOT_FOUND: "wait"}


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One value on one picture."""

    words: str
    typed: str = field(repr=False)
    read: str = field(repr=False)
    pill: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """One picture and what was read on it."""

    words: str
    note: str
    lines: tuple[ReadLine, ...] = field(default=(), repr=False)
    purposes: tuple[ReadPurpose, ...] = field(default=(), repr=False)
    text: tuple[str, ...] = field(default=(), repr=False)


def read_pictures(opened: ReviewCase) -> list[ReadPicture]:
    """Every picture that is read by machine; empty where nothing here can read."""
    return [_picture(reading) for reading in opened.readings]


def _picture(reading: PictureReading) -> ReadPicture:
    return ReadPicture(
        words=str(label(reading.slot)),
        note=_note(reading),
        lines=tuple(_line(value) for value in reading.values),
        purposes=reading.purposes,
        text=reading.lines,
    )


def _note(reading: PictureReading) -> str:
    if reading.waiting:
        return _("Being read; load the page again in a minute.")
    if not reading.is_read:
        return _("Could not be read by machine.")
    return "" if reading.lines else _("No text was found on it.")


def _line(value: ReadValue) -> ReadLine:
    verdicts = {Seen.SAME: _("the same"), Seen.OTHER: _("differs"), Seen.NOT_FOUND: _("not found")}
    return ReadLine(
        words=str(_KEYS[value.key]),
        typed=value.typed,
        read=value.read,
        pill=_PILLS[value.seen],
        verdict=verdicts[value.seen],
    )
