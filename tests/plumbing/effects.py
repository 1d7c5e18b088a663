"""Jobs that leave effects which can be counted from another process."""

import time
from collections.abc import Mapping

from django.db import connection, transaction

from account_center.plumbing.work import JSON, job

EFFECTS = "work_test_effect"
TAKES_LONG = 10  # seconds
SHORTER_THAN_A_LONG_JOB = 8  # seconds: a lease that must be renewed meanwhile


def create_effects() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {EFFECTS} (effect_key varchar(40) PRIMARY KEY, effects integer, starts integer, holder integer)"
        )


def drop_effects() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {EFFECTS}")


@job("test.leave_effect")
def leave_effect(payload: Mapping[str, JSON]) -> None:
    """Starts, takes its time, and leaves its effect once however often it is started."""
    key = str(payload["key"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {EFFECTS} VALUES (%s, 0, 1, 0)"
            f" ON CONFLICT (effect_key) DO UPDATE SET starts = {EFFECTS}.starts + 1",
            [key],
        )
    time.sleep(0.02)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {EFFECTS} SET effects = effects + 1 WHERE effect_key = %s AND effects = 0", [key])


@job("test.take_long")
def take_long(payload: Mapping[str, JSON]) -> None:
    """Counts how many workers are inside at once: ``holder`` keeps the most ever seen."""
    key = str(payload["key"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {EFFECTS} SET starts = starts + 1 WHERE effect_key = %s", [key])
    time.sleep(TAKES_LONG)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {EFFECTS} SET effects = effects + 1 WHERE effect_key = %s", [key])
