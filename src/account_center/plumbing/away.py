"""When a database is away: it does not answer, or it answers and takes nothing (a primary that became a standby, a file that may only be read)."""

import time

from django.db import InterfaceError, InternalError, OperationalError, connections

DATABASE_ERRORS = (OperationalError, InterfaceError)
READ_ONLY = "25006"  # SQLSTATE read_only_sql_transaction, which Django counts among its internal errors


def is_away(wrong: BaseException | None) -> bool:
    """Whether this error says that the database is away. SQLite says both in an OperationalError."""
    return isinstance(wrong, DATABASE_ERRORS) or is_read_only(wrong)


def is_read_only(wrong: BaseException | None) -> bool:
    """Whether PostgreSQL refused this because it only reads."""
    return isinstance(wrong, InternalError) and getattr(wrong.__cause__, "sqlstate", "") == READ_ONLY


def give_up_connections() -> None:
    """Closes this thread's connections where the request ends: the next one finds the server that is there then.

    A connection to a server that only reads is alive, and would else be kept for as long as any other.
    """
    for one in connections.all(initialized_only=True):
        one.close_at = time.monotonic()
