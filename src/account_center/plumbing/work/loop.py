"""The worker: runs until it is told to stop, whatever happens to the database meanwhile."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import close_old_connections, connections

from account_center.plumbing.work.queue import enqueue_recurring
from account_center.plumbing.work.running import Claim, Outcome, claim_next, note, renew, run

log = logging.getLogger(__name__)
SCHEDULE_SECONDS = 1.0
LONGEST_SLEEP = 5.0
SLOW_POLL_SECONDS = 2.0


def work_forever(stop: threading.Event, poll_seconds: float = 0.25) -> None:
    """Runs due jobs and begins due periods until ``stop`` is set; finishes the running job first.

    A database that is away is waited for (1 s, 2 s, 4 s, then every 5 s). Several workers, as threads or processes, may run at once.
    Jobs that are slow have a loop of their own beside the other, so that no message waits for them.
    """
    beside = threading.Thread(target=_work, args=(stop, SLOW_POLL_SECONDS), kwargs={"slow": True}, name="work-slow")
    beside.start()
    try:
        _work(stop, poll_seconds, slow=False)
    finally:
        stop.set()
        beside.join()


def _work(stop: threading.Event, poll_seconds: float, *, slow: bool) -> None:
    holder = Holder()
    beat = threading.Thread(target=holder.keep_leases, name="work-lease", daemon=True)
    beat.start()
    try:
        Worker(holder, stop, poll_seconds, slow=slow).work()
    finally:
        holder.over.set()
        beat.join(timeout=LONGEST_SLEEP)
        connections.close_all()


class Worker:
    """One loop. Remembers an outcome that could not be written, so that a job that is done is not done again."""

    def __init__(self, holder: "Holder", stop: threading.Event, poll_seconds: float, *, slow: bool) -> None:
        self._holder = holder
        self._stop = stop
        self._poll_seconds = poll_seconds
        self._slow = slow
        self._schedule_at = time.monotonic()
        self._unnoted: Outcome | None = None

    def work(self) -> None:
        troubles = 0
        while not self._stop.is_set():
            try:
                busy = self._step()
                troubles = 0
                self._stop.wait(0 if busy else self._poll_seconds)
            except Exception as wrong:  # noqa: BLE001 - the loop outlives every trouble
                troubles += 1
                self._sit_out(wrong, troubles)

    def _step(self) -> bool:
        close_old_connections()
        self._note_leftover()
        if not self._slow:
            self._begin_periods()
        claim = claim_next(slow=self._slow)
        if claim is None:
            return False
        with self._holder.holding(claim):
            self._unnoted = run(claim)
        self._note_leftover()
        return True

    def _note_leftover(self) -> None:
        if self._unnoted is not None:
            note(self._unnoted)
            self._unnoted = None

    def _begin_periods(self) -> None:
        if time.monotonic() >= self._schedule_at:
            enqueue_recurring()
            self._schedule_at = time.monotonic() + SCHEDULE_SECONDS

    def _sit_out(self, wrong: Exception, troubles: int) -> None:
        pause = min(2.0 ** (troubles - 1), LONGEST_SLEEP)
        log.warning("background work pauses for %.0f s: %s", pause, type(wrong).__name__)
        connections.close_all()
        self._stop.wait(pause)


class Holder:
    """Renews the lease of the running job from its own thread, so that a long job is not taken by another worker."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._claim: Claim | None = None

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[None]:
        """Keeps the lease of ``claim`` alive inside the block."""
        self._claim = claim
        try:
            yield
        finally:
            self._claim = None

    def keep_leases(self) -> None:
        """Runs until ``over`` is set. What cannot be renewed is left to the lease's end."""
        while not self.over.wait(settings.LIMITS.job_lease_seconds / 4):
            try:
                self._renew()
            except Exception as wrong:  # noqa: BLE001 - the lease's end is the remedy for all of them
                log.warning("a lease could not be renewed: %s", type(wrong).__name__)
                connections.close_all()
        connections.close_all()

    def _renew(self) -> None:
        claim = self._claim
        # Asked twice: a job that ended in between has no lease to renew, and that is no error.
        if claim is not None and not renew(claim) and self._claim is claim:
            log.error("job %s (%s) outlived its lease", claim.job_id, claim.name)
