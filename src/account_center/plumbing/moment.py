"""Reading several things as they were at one moment.

Each statement sees what was committed before it began. Between two of them somebody else may commit: then a page would put
halves together that never stood side by side.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import InternalError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse

from account_center.plumbing.away import is_read_only

Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Given], HttpResponse]
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside was true at the same time. Nothing may be written inside (ProgrammingError), and nothing waits for a lock.

    It costs a few statements without any work; what a join can read needs none of it. Inside a transaction it changes
    nothing: whoever decides there holds what he decides on.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _without_a_lock(), transaction.atomic():
            yield
    else:
        with _only_reading(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(ONE_MOMENT)
            yield


@contextmanager
def _only_reading() -> Iterator[None]:
    # Whoever writes inside has a mistake in his program: nobody shall take it for a server that only reads.
    try:
        yield
    except InternalError as wrong:
        if is_read_only(wrong):
            raise ProgrammingError("nothing may be written at one moment") from wrong
        raise


@contextmanager
def _without_a_lock() -> Iterator[None]:
    # Ours begin by asking for the lock of all writers, which a reader has no use for. A new connection brings the usual one.
    connection.ensure_connection()
    usual = connection.transaction_mode  # type: ignore[attr-defined] # of SQLite's connections
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]


def at_one_moment(view: Page[Given]) -> Page[Given]:
    """The view reads at one moment, and writes nothing. Whoever asks was looked up before: that may note his visit.

    What is sent to it (POST) it takes as any other view.
    """

    @wraps(view)
    def reading(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        request.user.is_authenticated  # noqa: B018 - loads session and account
        with one_moment():
            return view(request, *args, **kwargs)

    return reading
