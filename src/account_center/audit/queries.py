"""Reading events: the customer's history and the staff's audit come from the same rows."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from account_center.audit.models import Event
from account_center.audit.rules import fits
from account_center.audit.telling import device_of, doer_of, sentence_of, topic_words, way_words, ways_text
from account_center.audit.types import OPERATIONS, EventFacts, HistoryPage, Spot, Topic, Wanted, Whose

__all__ = [
    "PAGE",
    "device_of",
    "doer_of",
    "event_of_account",
    "events_of_account",
    "history_of",
    "sentence_of",
    "topic_words",
    "way_words",
    "ways_text",
    "whole_history_of",
]
PAGE = 50
# How many events are looked at for one page where no index can help (network, way of signing in).
COMPARED = 2000
CHUNK = 500
EVERYTHING = Wanted()


def history_of(
    *, whose: Whose, wanted: Wanted = EVERYTHING, before: Spot | None = None, limit: int = PAGE
) -> HistoryPage:
    """A page of a history, newest first, in one query however long the history is.

    ``before`` is the spot of the page before. A filter that no index serves is compared along at most ``COMPARED``
    events; then the page says how far it came, and the next page goes on from there.
    """
    count = COMPARED if wanted.is_compared else limit + 1
    read = _newest(whose, wanted, before=before, count=count)
    found = [event for event in read if fits(wanted, name=event.name, address=event.address, facts=event.facts)]
    if len(found) > limit:
        return HistoryPage(events=tuple(found[:limit]), older=_spot(found[limit - 1]))
    if len(read) < count:
        return HistoryPage(events=tuple(found))
    return HistoryPage(events=tuple(found), older=_spot(read[-1]), compared_to=read[-1].at)


def whole_history_of(*, whose: Whose, wanted: Wanted = EVERYTHING) -> Iterator[EventFacts]:
    """All wanted events, newest first, read in chunks while they are given on: for files of any length."""
    spot: Spot | None = None
    while True:
        read = _newest(whose, wanted, before=spot, count=CHUNK)
        yield from (event for event in read if fits(wanted, name=event.name, address=event.address, facts=event.facts))
        if len(read) < CHUNK:
            return
        spot = _spot(read[-1])


def _spot(event: EventFacts) -> Spot:
    return Spot(event.at, event.id)


def _newest(whose: Whose, wanted: Wanted, *, before: Spot | None, count: int) -> list[EventFacts]:
    """The newest ``count`` events before a spot. Each topic of each owner is a range of an index, and gives its newest."""
    ranges = [_newest_of(rows, wanted, before, count) for rows in _ranges(whose, wanted.topics)]
    if not ranges:
        return []
    # An event may stand in two ranges, the account's and its tenant's.
    rows = {row.pk: row for row in _together(ranges, 2 * count)}
    newest = sorted(rows.values(), key=lambda row: (row.at, row.pk), reverse=True)[:count]
    return [row.as_facts() for row in newest]


def _ranges(whose: Whose, topics: Iterable[Topic]) -> Iterator[QuerySet[Event]]:
    for topic in topics:
        yield Event.objects.filter(account_id=whose.account_id, topic=topic.value)
        if topic in OPERATIONS:
            for tenant_id in whose.tenant_ids:
                yield Event.objects.filter(tenant_id=tenant_id, topic=topic.value)


def _newest_of(rows: QuerySet[Event], wanted: Wanted, before: Spot | None, count: int) -> QuerySet[Event]:
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(at__lt=wanted.until)
    if before is not None:
        # The first condition bounds the range of the index; the second leaves out what was read of the same moment.
        rows = rows.filter(at__lte=before.at).exclude(Q(at=before.at) & Q(pk__gte=before.id))
    return rows.order_by("-at", "-pk")[:count]


def _together(ranges: list[QuerySet[Event]], count: int) -> Iterable[Event]:
    """One statement for all. Django's union() cannot order and cut its parts on SQLite; a part in brackets can."""
    parts = [one.query.sql_with_params() for one in ranges]
    # Names come from the model and numbers from here, values go apart.
    sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part{number}" for number, (part, _) in enumerate(parts))  # noqa: S608
    params = [param for _, given in parts for param in given]
    return Event.objects.raw(f"SELECT * FROM ({sql}) AS parts ORDER BY at DESC, id DESC LIMIT {count:d}", params)  # noqa: S608


def event_of_account(*, account_id: int, event_id: int) -> EventFacts | None:
    """One event of an account; None if there is none of that number, or it is another account's."""
    row = Event.objects.filter(pk=event_id, account_id=account_id).first()
    return row.as_facts() if row else None


def events_of_account(*, account_id: int, before: Spot | None = None, limit: int = PAGE) -> list[EventFacts]:
    """The newest events of an account; ``before`` is the spot of the last event of the page before."""
    return list(history_of(whose=Whose(account_id), before=before, limit=limit).events)
