"""Somebody else's change that is committed right after the first thing a reader reads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections


@contextmanager
def after_the_first_statement(change: Callable[[], object]) -> Iterator[None]:
    """Runs ``change`` by another connection once the block's first statement is answered, before its second one."""
    done = False

    def watch(execute: Callable[..., Any], *asked: Any) -> Any:
        nonlocal done
        answer = execute(*asked)
        if not done:
            done = True
            _elsewhere(change)
        return answer

    with connection.execute_wrapper(watch):
        yield
    assert done, "the block read nothing"


def _elsewhere(change: Callable[[], object]) -> None:
    def act() -> None:
        try:
            change()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(act).result(300)
