"""Telling other processes that something changed. SQLite has no such call; there the tables of changes are polled."""

from django.db import connection

CHANNEL = "account_center_changes"


def announce(topic: str, key: str) -> None:
    """Sends ``topic:key`` to every listening process when, and only if, the running transaction commits."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{topic}:{key}"])
