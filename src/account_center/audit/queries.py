"""Reading events: the customer's history and the staff's audit come from the same rows."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from account_center.audit.models import Event, Seal
from account_center.audit.rules import fits
from account_center.audit.telling import device_of, doer_of, sentence_of, topic_words, way_words, ways_text
from account_center.audit.types import OPERATIONS, EventFacts, HistoryPage, Spot, Topic, Wanted, Whose

__all__ = [
    "PAGE",
    "device_of",
    "doer_of",
    "event_of_account",
    "events_about",
    "events_of_account",
    "head_of_chain",
    "history_of",
    "newest_event",
    "sentence_of",
    "topic_words",
    "way_words",
    "ways_text",
    "whole_history_of",
]
PAGE = 50
# How many events are looked at for one page where no index can help (network, way of signing in).
COMPARED = 1000
CHUNK = 500
ABOUT = 200
EVERYTHING = Wanted()


def newest_event() -> datetime | None:
    """When the last event happened that stands here; None before the first."""
    return Event.objects.order_by("-pk").values_list("at", flat=True).first()


def head_of_chain() -> str:
    """The digest of the newest link, as the workers' logs have it; empty before the first."""
    digest = Seal.objects.order_by("-pk").values_list("digest", flat=True).first()
    return bytes(digest).hex() if digest else ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of an event to find out whether it is wanted."""

    spot: Spot
    is_wanted: bool


def history_of(
    *, whose: Whose, wanted: Wanted = EVERYTHING, before: Spot | None = None, limit: int = PAGE
) -> HistoryPage:
    """A page of a history, newest first, in two queries however long the history is.

    ``before`` is the spot of the page before. A filter that no index serves is compared along at most ``COMPARED``
    events; then the page says how far it came, and the next page goes on from there.
    """
    count = COMPARED if wanted.is_compared else limit + 1
    read = _newest(whose, wanted, before=before, count=count)
    found = [one.spot for one in read if one.is_wanted]
    events = tuple(_events(found[:limit]))
    if len(found) > limit:
        return HistoryPage(events=events, older=found[limit - 1])
    if len(read) < count:
        return HistoryPage(events=events)
    return HistoryPage(events=events, older=read[-1].spot, compared_to=read[-1].spot.at)


def whole_history_of(*, whose: Whose, wanted: Wanted = EVERYTHING) -> Iterator[EventFacts]:
    """All wanted events, newest first, read in chunks while they are given on: for files of any length."""
    spot: Spot | None = None
    while True:
        read = _newest(whose, wanted, before=spot, count=CHUNK)
        yield from _events([one.spot for one in read if one.is_wanted])
        if len(read) < CHUNK:
            return
        spot = read[-1].spot


def _events(spots: list[Spot]) -> Iterator[EventFacts]:
    rows = {row.pk: row for row in Event.objects.filter(pk__in=[spot.id for spot in spots])} if spots else {}
    return (rows[spot.id].as_facts() for spot in spots)


def _newest(whose: Whose, wanted: Wanted, *, before: Spot | None, count: int) -> list[_Read]:
    """The newest ``count`` events before a spot: each topic of each owner is a range of an index, and gives its newest.

    One statement for all ranges, in words of our own: Django's union() cannot order and cut its parts on SQLite.
    """
    ranges = list(_ranges(whose, wanted.topics))
    if not ranges:
        return []
    columns = "id, at, name, address, facts" if wanted.is_compared else "id, at"
    more, given = _bounds(wanted, before)
    parts = [
        f"SELECT * FROM (SELECT {columns} FROM audit_event WHERE {owner} = %s AND topic = %s{more} "  # noqa: S608 - values go apart
        f"ORDER BY at DESC, id DESC LIMIT {count:d}) AS part{number}"
        for number, (owner, _, _) in enumerate(ranges)
    ]
    params = [value for _, owner_id, topic in ranges for value in (owner_id, topic.value, *given)]
    # An event may stand in two ranges, the account's and its tenant's.
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS parts ORDER BY at DESC, id DESC LIMIT {2 * count:d}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = {row[0]: row for row in cursor.fetchall()}
    return [_read(row, wanted) for row in rows.values()][:count]


def _ranges(whose: Whose, topics: Iterable[Topic]) -> Iterator[tuple[str, int, Topic]]:
    for topic in topics:
        yield "account_id", whose.account_id, topic
        if topic in OPERATIONS:
            yield from (("tenant_id", tenant_id, topic) for tenant_id in whose.tenant_ids)


def _bounds(wanted: Wanted, before: Spot | None) -> tuple[str, list[Any]]:
    moment = connection.ops.adapt_datetimefield_value
    bounds: list[tuple[str, list[Any]]] = []
    if wanted.since is not None:
        bounds.append((" AND at >= %s", [moment(wanted.since)]))
    if wanted.until is not None:
        bounds.append((" AND at < %s", [moment(wanted.until)]))
    if before is not None:
        bounds.append((" AND (at, id) < (%s, %s)", [moment(before.at), before.id]))
    return "".join(text for text, _ in bounds), [value for _, values in bounds for value in values]


def _read(row: tuple[Any, ...], wanted: Wanted) -> _Read:
    number, at, *said = row
    spot = Spot(_in_utc(at), number)
    if not said:
        return _Read(spot, is_wanted=True)
    name, address, facts = said
    return _Read(spot, is_wanted=fits(wanted, name=name, address=address, facts=json.loads(facts)))


def _in_utc(at: datetime | str) -> datetime:
    """SQLite keeps moments as texts of UTC."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def events_about(*, tenant_id: int, reference: str, limit: int = ABOUT) -> list[EventFacts]:
    """What happened to one thing of a tenant, known by its reference number, in the order of time."""
    rows = Event.objects.filter(tenant_id=tenant_id, facts__reference=reference).order_by("pk")
    return [row.as_facts() for row in rows[:limit]]


def event_of_account(*, account_id: int, event_id: int) -> EventFacts | None:
    """One event of an account; None if there is none of that number, or it is another account's."""
    row = Event.objects.filter(pk=event_id, account_id=account_id).first()
    return row.as_facts() if row else None


def events_of_account(*, account_id: int, before: Spot | None = None, limit: int = PAGE) -> list[EventFacts]:
    """The newest events of an account; ``before`` is the spot of the last event of the page before."""
    return list(history_of(whose=Whose(account_id), before=before, limit=limit).events)
