"""Which tables hold wrapped data keys, and wrapping these anew under the newest key of the key file.

Wrapping anew changes ``wrapped_key`` and ``kek_id`` of a row and nothing else: the data key inside stays, and with it
everything that it sealed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count, QuerySet

from account_center.kit.sealing import CannotOpen
from account_center.plumbing.keys import keyring

BATCH = 500  # rows looked at between two reports
M = TypeVar("M", bound=models.Model)
_HOLDERS: list[type[models.Model]] = []


@dataclass(frozen=True, slots=True)
class KeyUse:
    """So many rows of a table need this key-encrypting key. ``opens``: the keyring has it, and it opens the newest."""

    table: str
    kek_id: str
    rows: int
    opens: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What was done with a few rows. ``overtaken``: a writer was faster, so a later look decides."""

    rewrapped: int = 0
    overtaken: int = 0
    unopened: int = 0

    def __add__(self, other: "Step") -> "Step":
        return Step(self.rewrapped + other.rewrapped, self.overtaken + other.overtaken, self.unopened + other.unopened)


def holds_data_key(model: type[M]) -> type[M]:
    """Marks a table whose rows have ``wrapped_key`` and ``kek_id`` of their own, so that no rotation forgets it."""
    _HOLDERS.append(model)
    return model


def holders() -> tuple[type[models.Model], ...]:
    """Every marked table, by name."""
    return tuple(sorted(_HOLDERS, key=lambda model: model._meta.db_table))


def key_uses() -> list[KeyUse]:
    """Which tables need which key-encrypting keys. Reads every table that holds any."""
    found = []
    for model in holders():
        counted = _with_key(model).order_by().values("kek_id").annotate(rows=Count("pk")).order_by("kek_id")
        found += [_use(model, kek_id, rows) for kek_id, rows in counted.values_list("kek_id", "rows")]
    return found


def _use(model: type[models.Model], kek_id: str, rows: int) -> KeyUse:
    one = _with_key(model).filter(kek_id=kek_id).values_list("wrapped_key", flat=True).first()
    return KeyUse(table=model._meta.db_table, kek_id=kek_id, rows=rows, opens=one is None or _opens(one, kek_id))


def _opens(wrapped: bytes | memoryview, kek_id: str) -> bool:
    try:
        keyring().unwrap(wrapped=bytes(wrapped), kek_id=kek_id)
    except CannotOpen:
        return False
    return True


def rewrap_all(model: type[models.Model]) -> Iterator[Step]:
    """Wraps the keys of a table anew, telling after every few rows how it went.

    Each row is an update of its own that looks whether row and key are still as they were read. So it holds no lock that
    anybody waits for, an erased key does not come back, and after a kill the next call goes on where this one stopped.
    """
    current, last = keyring().current_kek_id, None
    while rows := _next(model, current, last):
        yield sum((_rewrap(model, pk, bytes(wrapped), kek_id) for pk, wrapped, kek_id in rows), Step())
        last = rows[-1][0]


def _next(model: type[models.Model], current: str, last: Any) -> list[tuple[Any, bytes | memoryview, str]]:
    waiting = _with_key(model).exclude(kek_id=current).order_by("pk")
    if last is not None:
        waiting = waiting.filter(pk__gt=last)
    return list(waiting.values_list("pk", "wrapped_key", "kek_id")[:BATCH])


def _rewrap(model: type[models.Model], pk: Any, wrapped: bytes, kek_id: str) -> Step:
    try:
        key = keyring().rewrap(wrapped=wrapped, kek_id=kek_id)
    except CannotOpen:
        return Step(unopened=1)
    # By the key as well: who destroys one may leave its name.
    as_read = model._default_manager.filter(pk=pk, kek_id=kek_id, wrapped_key=wrapped)
    done = as_read.update(wrapped_key=key.wrapped, kek_id=key.kek_id)
    return Step(rewrapped=done, overtaken=1 - done)


def _with_key(model: type[models.Model]) -> QuerySet[Any]:
    """Rows that have a key; that of an erased row is null or empty."""
    return model._default_manager.filter(wrapped_key__isnull=False).exclude(wrapped_key=b"")
