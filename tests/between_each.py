"""Somebody else's change after each statement of a reader or writer in turn, until he has no further statement."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, connections

World = TypeVar("World")
Answer = TypeVar("Answer")
MOST_STATEMENTS = 300
PATIENCE = 30  # seconds for a change that nothing holds up
HELD_UP = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


class Beside:
    """Another connection, which acts once: after the ``number``-th statement, if it may act there at all."""

    def __init__(self, number: int, change: Callable[[], object], about: str = "") -> None:
        self._number, self._change, self._about = number, change, re.compile(about)
        self.statements = 0
        self.acted_after = 0
        self.acted: Future[object] | None = None
        self._pool = ThreadPoolExecutor(1)

    def watch(self, execute: Callable[..., Any], *asked: Any) -> Any:
        answer = execute(*asked)
        if not self._about.search(str(asked[0])):
            return answer
        self.statements += 1
        # On SQLite a writer keeps all others out: what would act within his transaction acts after it.
        begins = str(asked[0]) == "BEGIN IMMEDIATE"  # he has the lock, though Django does not say so yet
        held = begins or (connection.vendor == "sqlite" and connection.in_atomic_block and not _only_reads())
        if self.acted is None and self.statements >= self._number and not held:
            self.acted_after = self.statements
            self.acted = self._pool.submit(_elsewhere, self._change)
            _give_turn(self.acted)
        return answer

    def finish(self) -> None:
        """Waits for what was held up by a lock until now."""
        if self.acted is not None:
            self.acted.result(300)
        self._pool.shutdown()


def _only_reads() -> bool:
    return getattr(connection, "transaction_mode", None) == "DEFERRED"


def _give_turn(acting: Future[object]) -> None:
    ends = time.monotonic() + PATIENCE
    while not acting.done() and not _held_up() and time.monotonic() < ends:
        time.sleep(0.002)


def _held_up() -> bool:
    """Whether the other one waits for a lock of this connection: then he goes on after its end, as in life."""
    if connection.vendor == "sqlite" or not connection.in_atomic_block:
        return False
    with connection.connection.cursor() as cursor:  # the driver's own: this statement is none of those that are counted
        return bool(cursor.execute(HELD_UP).fetchone()[0])


def _elsewhere(change: Callable[[], object]) -> None:
    try:
        change()
    finally:
        connections.close_all()


@contextmanager
def after_statement(number: int, change: Callable[[], object], *, about: str = "") -> Iterator[Beside]:
    """Runs ``change`` by another connection once the block's ``number``-th statement is answered.

    ``about``: only statements that match this expression are counted.
    """
    beside = Beside(number, change, about)
    try:
        with connection.execute_wrapper(beside.watch):
            yield beside
    finally:
        beside.finish()


def after_each(
    prepare: Callable[[], World],
    act: Callable[[World], Answer],
    change: Callable[[World], object],
    *,
    about: str = "",
) -> Iterator[tuple[World, Answer]]:
    """What ``act`` answers in a new world each time, when ``change`` comes after its first, second, … statement.

    On SQLite a writer keeps all others out: an act that is one transaction is followed by the change.
    """
    number = 1
    while number < MOST_STATEMENTS:
        world = prepare()
        with after_statement(number, lambda world=world: change(world), about=about) as beside:  # type: ignore[misc]
            answer = act(world)
        if beside.acted is None and number > 1:
            return
        if beside.acted is None:
            assert beside.statements, "nothing was read"
            change(world)  # where a single writer keeps all others out, they come right after him
            yield world, answer
            return
        yield world, answer
        number = beside.acted_after + 1  # statements at which nobody could act need not be tried one by one
    raise AssertionError("it never ends")
