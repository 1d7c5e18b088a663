"""How a process learns what the others changed, and whether it may still trust what it knows.

A thread of its own looks at the tables of changes four times a second. On PostgreSQL it listens as well, because
there a change with a smaller number may be committed after one with a greater number was seen.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from django.db import connection

from account_center.clients import queries as clients
from account_center.plumbing.changes import CHANNEL
from account_center.standing import queries as standing

log = logging.getLogger(__name__)
BEAT_SECONDS = 0.2
LONGEST_PAUSE = 2.0
STANDING = "standing"
CLIENT = "client"


class Hearer(Protocol):
    """Who wants to know."""

    def changed(self, topic: str, key: str) -> None:
        """Something about this tenant or client is different now."""

    def missed(self) -> None:
        """Anything may be different now."""


class Pulse:
    """The last sign of life. What is known is used only while it is younger than ``seconds``."""

    def __init__(self, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._seen_at: float | None = None

    def beat(self, seen_at: float) -> None:
        """Every change committed before ``seen_at`` is known."""
        self._seen_at = seen_at

    def stop(self) -> None:
        """Nothing is known any more."""
        self._seen_at = None

    def is_fresh(self) -> bool:
        """Whether answers from memory may be given."""
        seen_at = self._seen_at
        return seen_at is not None and self._clock() - seen_at < self._seconds


class ChangeFeed:
    """Runs in one daemon thread per process until ``stop``. Errors end nothing: it starts over, and says ``missed``."""

    def __init__(self, *, hearer: Hearer, pulse: Pulse) -> None:
        self._hearer = hearer
        self._pulse = pulse
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pause = BEAT_SECONDS

    def ensure_running(self) -> None:
        """Starts the thread if it does not run."""
        with self._lock:
            if self._over.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._run, name="decision-changes", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread and its connection; for tests and orderly shutdown."""
        self._over.set()
        self._pulse.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._follow()
            except Exception as wrong:  # noqa: BLE001 - the thread outlives whatever a database driver raises
                # Every try of a long outage would fill the log.
                level = logging.WARNING if self._pause == BEAT_SECONDS else logging.DEBUG
                log.log(level, "changes cannot be followed (%s); answers come from the database", type(wrong).__name__)
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            finally:
                self._pulse.stop()
                connection.close()
            self._over.wait(self._pause)

    def _follow(self) -> None:
        self._listen()
        reader = _Reader(self._hearer)
        # Only after the readers stand at the newest change: what happens from here on is heard, the rest is unknown.
        self._hearer.missed()
        before = time.monotonic()
        while not self._over.is_set():
            began = time.monotonic()
            reader.read()
            # Dated one round back: a notification may arrive just behind the answer of the round in which it was sent.
            self._pulse.beat(before)
            before, self._pause = began, BEAT_SECONDS
            self._over.wait(BEAT_SECONDS)

    def _listen(self) -> None:
        if connection.vendor != "postgresql":
            return
        connection.ensure_connection()
        connection.connection.add_notify_handler(lambda note: self._heard(note.payload))
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def _heard(self, payload: str) -> None:
        topic, _, key = payload.partition(":")
        self._hearer.changed(topic, key)


class _Reader:
    """Reads on from the newest change known."""

    def __init__(self, hearer: Hearer) -> None:
        self._hearer = hearer
        self._standing = standing.last_change()
        self._client = clients.last_change()

    def read(self) -> None:
        for number, tenant in standing.changes_after(self._standing):
            self._hearer.changed(STANDING, tenant)
            self._standing = number
        for number, client in clients.changes_after(self._client):
            self._hearer.changed(CLIENT, client)
            self._client = number
