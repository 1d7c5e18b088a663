"""What one process remembers: bounded in entries and bytes, forgotten by group, never put in after a change."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
OVERHEAD_BYTES = 600  # of one entry in the tables below, measured generously


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Value]):
    value: Value
    groups: tuple[str, ...]
    size: int


class Remembered(Generic[Key, Value]):
    """The entries used last, up to ``entries`` of them and ``size`` bytes together. Safe between threads."""

    def __init__(self, *, entries: int, size: int) -> None:
        self._bound_entries, self._bound_size = entries, size
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, _Entry[Value]] = OrderedDict()
        self._groups: dict[str, set[Key]] = {}
        self._size = 0
        self._mark = 0

    def mark(self) -> int:
        """To be taken before the database is read, and given to ``put``."""
        return self._mark

    def get(self, key: Key) -> Value | None:
        """What was put under ``key``, if it is still there."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry.value

    def put(self, key: Key, value: Value, *, groups: tuple[str, ...], size: int, mark: int) -> bool:
        """Remembers, unless something was forgotten since ``mark``: then ``value`` may be older than that change.

        Each of ``groups`` can be forgotten; then this entry goes too. Returns whether it was taken.
        """
        entry = _Entry(value=value, groups=groups, size=size + OVERHEAD_BYTES)
        with self._lock:
            if mark != self._mark or entry.size > self._bound_size:
                return False
            self._drop(key)
            self._entries[key] = entry
            for group in groups:
                self._groups.setdefault(group, set()).add(key)
            self._size += entry.size
            while len(self._entries) > self._bound_entries or self._size > self._bound_size:
                self._drop(next(iter(self._entries)))
            return True

    def forget(self, group: str) -> None:
        """Drops everything of a group, and whatever is being read at this moment."""
        with self._lock:
            self._mark += 1
            for key in list(self._groups.get(group, ())):
                self._drop(key)

    def forget_all(self) -> None:
        """Drops everything, and whatever is being read at this moment."""
        with self._lock:
            self._mark += 1
            self._entries.clear()
            self._groups.clear()
            self._size = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes held, counted generously."""
        return self._size

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._size -= entry.size
        for group in entry.groups:
            members = self._groups[group]
            members.discard(key)
            if not members:
                del self._groups[group]
