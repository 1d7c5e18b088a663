"""From events to the rows of the history and of its files."""

import csv
import ipaddress
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from account_center.audit.queries import device_of, doer_of, sentence_of, topic_words, ways_text
from account_center.audit.types import SIGN_INS, EventFacts, Topic
from account_center.kit.spreadsheet import safe_cell
from account_center.plumbing.places import place_of

PILLS = {Topic.SIGNED_IN: "ok", Topic.FAILED: "no"}


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """A row of the history, in the reader's language."""

    id: int
    at: datetime
    topic: Topic
    kind: str
    pill: str
    text: str
    ways: str
    doer: str
    address: str
    place: str
    device: str
    agent: str

    @property
    def is_somebodys_sign_in(self) -> bool:
        """Whether the owner may say that it was not him."""
        return self.topic is Topic.SIGNED_IN


def shown(event: EventFacts) -> ShownEvent:
    """An event as its owner reads it."""
    return ShownEvent(
        id=event.id,
        at=event.at,
        topic=event.topic,
        kind=topic_words(event.topic),
        pill=PILLS.get(event.topic, "info"),
        text=sentence_of(event, to_owner=True),
        ways=ways_text(event) if event.topic in SIGN_INS else "",
        doer=doer_of(event, to_owner=True),
        address=event.address,
        place=place_text(event.address),
        device=device_of(event),
        agent=event.agent,
    )


def place_text(address: str) -> str:
    """Where an address is used, as far as we know; looked up when it is shown and never kept."""
    place = place_of(address)
    if place is not None:
        return place.text(get_language() or "en")
    try:
        return _("local network") if ipaddress.ip_address(address).is_private else ""
    except ValueError:
        return ""


class _Line:
    """Takes what the csv module writes and hands it on."""

    def write(self, text: str) -> str:
        return text


def as_csv(events: Iterable[EventFacts], *, language: str) -> Iterator[str]:
    """A CSV file for spreadsheet programs, line by line: UTF-8 with its mark, and no cell that would be computed."""
    writer = csv.writer(_Line())
    with override(language):
        heads = [*_heads()]
    yield "\ufeff" + str(writer.writerow(heads))
    for event in events:
        with override(language):
            yield str(writer.writerow([safe_cell(cell) for cell in _cells(event)]))


def _heads() -> Iterator[str]:
    yield _("Time (UTC)")
    yield _("Time (%(zone)s)") % {"zone": timezone.get_current_timezone_name()}
    yield from (_("Kind"), _("What happened"), _("With"), _("Who"), _("Network address"), _("Place"), _("Device"))
    yield from (_("What the browser says of itself"), _("Event"), _("Number"))


def _cells(event: EventFacts) -> Iterator[str]:
    row = shown(event)
    yield _utc(event.at)
    yield timezone.localtime(event.at).isoformat(timespec="seconds")
    yield from (row.kind, row.text, row.ways, row.doer, row.address, row.place, row.device, row.agent)
    yield from (event.name, str(event.id))


def as_json(events: Iterable[EventFacts], *, language: str, head: dict[str, str]) -> Iterator[str]:
    """A JSON file, event by event; whole only if it ends with its bracket."""
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "events": ['
    before = "\n"
    for event in events:
        with override(language):
            yield before + json.dumps(_entry(event), ensure_ascii=False)
        before = ",\n"
    yield "\n]}\n"


def _entry(event: EventFacts) -> dict[str, str]:
    row = shown(event)
    return {
        "number": str(event.id),
        "time_utc": _utc(event.at),
        "time_local": timezone.localtime(event.at).isoformat(timespec="seconds"),
        "event": event.name,
        "topic": event.topic.value,
        "text": row.text,
        "with": row.ways,
        "who": row.doer,
        "address": row.address,
        "place": row.place,
        "device": row.device,
        "agent": row.agent,
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
