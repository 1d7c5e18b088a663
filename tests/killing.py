"""Processes that a test kills while they write to its database."""

import time
from uuid import uuid4

from django.db import connection


def name_for_killing() -> str:
    """By this name in ``PGAPPNAME`` a process is known to PostgreSQL."""
    return f"tests-{uuid4().hex}"


def until_forgotten(name: str, *, within: float = 300) -> None:
    """Waits until the database is through with what a killed process sent last: PostgreSQL may still be writing it."""
    deadline = time.monotonic() + within
    while connection.vendor == "postgresql" and _is_known(name):
        assert time.monotonic() < deadline, "the database still works for a process that is dead"
        time.sleep(0.02)


def _is_known(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", [name])
        return cursor.fetchone() is not None
