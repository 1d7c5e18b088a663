"""Which tables keep a row as proof of what was erased, and counting what was erased and what is due.

Such a table has ``erase_at`` (when its sealed values shall go), ``erased_at`` (when they went) and ``wrapped_key`` (without
which nothing of them opens).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

LATE = timedelta(days=1)  # the jobs run hourly; a day late is worth a look
M = TypeVar("M", bound=models.Model)


def _nothing() -> Q:
    return Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Erasures:
    """A table whose rows prove erasures. ``row``: the column by which the product names a row elsewhere."""

    kind: str
    model: type[models.Model]
    row: str
    held: Callable[[], Q] = field(default=_nothing)

    @property
    def rows(self) -> QuerySet[Any]:
        """All of them."""
        return self.model._default_manager.order_by()


@dataclass(frozen=True, slots=True)
class MonthOfErasures:
    """What happened to one kind in one month, or will. All are numbers of records.

    ``late``: of the erased, those more than a day after their date. ``broken``: of the erased, those that still have a key.
    ``due``: not erased, with a date in this month; of these ``overdue``, more than a day past, and ``held`` by
    an order or because somebody still decides on it.
    """

    kind: str
    month: str
    erased: int = 0
    late: int = 0
    broken: int = 0
    due: int = 0
    overdue: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class OneErasure:
    """One record: when it was to go, when it went, and whether something keeps it."""

    kind: str
    row: str
    erase_at: datetime | None
    erased_at: datetime | None
    held: bool


class Again(StrEnum):
    """What became of a record that was erased once, and that a backup may have brought back."""

    ERASED = "erased"
    WAS_ERASED = "was_erased"  # the backup is younger than the erasure
    KEPT = "kept"  # by an order, or because it is under way again; goes when that ends
    NOT_HERE = "not_here"  # the backup is older than the record


_TABLES: list[Erasures] = []


def proves_erasures(kind: str, *, row: str, held: Callable[[], Q] = _nothing) -> Callable[[type[M]], type[M]]:
    """Marks such a table. ``held``: which of its rows something keeps, whatever their date."""

    def mark(model: type[M]) -> type[M]:
        _TABLES.append(Erasures(kind=kind, model=model, row=row, held=held))
        return model

    return mark


def erasures() -> tuple[Erasures, ...]:
    """Every marked table, by kind."""
    return tuple(sorted(_TABLES, key=lambda table: table.kind))


def months_of_erasures(
    *, since: datetime | None, until: datetime | None, zone: tzinfo, now: datetime
) -> list[MonthOfErasures]:
    """By kind and month of ``zone``: what was erased from ``since`` to before ``until``, and what is due then."""
    return [month for table in erasures() for month in _months(table, since=since, until=until, zone=zone, now=now)]


def _months(
    table: Erasures, *, since: datetime | None, until: datetime | None, zone: tzinfo, now: datetime
) -> list[MonthOfErasures]:
    erased = _within(table, "erased_at", since, until).values(month=TruncMonth("erased_at", tzinfo=zone))
    due = _within(table, "erase_at", since, until).filter(erased_at__isnull=True)
    done = erased.annotate(
        erased=Count("pk"),
        late=Count("pk", filter=Q(erased_at__gt=F("erase_at") + LATE)),
        broken=Count("pk", filter=~Q(wrapped_key=b"") & Q(wrapped_key__isnull=False)),
    )
    open_ones = due.values(month=TruncMonth("erase_at", tzinfo=zone)).annotate(
        due=Count("pk"),
        overdue=Count("pk", filter=Q(erase_at__lt=now - LATE) & ~table.held()),
        held=Count("pk", filter=table.held()),
    )
    counted: dict[datetime, dict[str, int]] = {}
    for found in (*done, *open_ones):
        counted.setdefault(found.pop("month"), {}).update(found)
    return [MonthOfErasures(table.kind, f"{month:%Y-%m}", **counts) for month, counts in sorted(counted.items())]


def each_erasure(*, since: datetime | None, until: datetime | None) -> Iterator[OneErasure]:
    """Every record that was erased from ``since`` to before ``until``, and every one that is due then."""
    for table in erasures():
        held = set(table.rows.filter(table.held(), erased_at__isnull=True).values_list("pk", flat=True))
        for column in ("erased_at", "erase_at"):
            rows = _within(table, column, since, until).order_by(column, "pk")
            wanted = rows if column == "erased_at" else rows.filter(erased_at__isnull=True)
            for pk, row, erase_at, erased_at in wanted.values_list("pk", table.row, "erase_at", "erased_at").iterator():
                yield OneErasure(table.kind, str(row), erase_at, erased_at, pk in held)


def _within(table: Erasures, column: str, since: datetime | None, until: datetime | None) -> QuerySet[Any]:
    rows = table.rows.filter(**{f"{column}__isnull": False})
    rows = rows.filter(**{f"{column}__gte": since}) if since else rows
    return rows.filter(**{f"{column}__lt": until}) if until else rows
