"""Statements kept prepared, and connections that are known to live without a question."""

from typing import Any

import pytest
from django.db import connection

from account_center.accounts.models import Account
from account_center.plumbing.prepared import LookUp, statement_cursor

BY_NAME = LookUp(Account, by=("name_key",))
ON_POSTGRESQL = connection.vendor == "postgresql"


@pytest.mark.django_db
def test_a_look_up_is_read_and_planned_once() -> None:
    for name in ("first", "second", "it's; --", "名字"):
        assert BY_NAME(name) == []
    kept = _kept_statements()
    # SQLite's driver keeps statements by itself.
    assert len([one for one in kept if '"name_key" = $1' in one]) == (1 if ON_POSTGRESQL else 0), kept


def _kept_statements() -> list[str]:
    if not ON_POSTGRESQL:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [str(row[0]) for row in cursor.fetchall()]


@pytest.mark.django_db
def test_values_travel_apart_from_the_statement() -> None:
    hostile = "'; DELETE FROM accounts_account; --"
    with statement_cursor() as cursor:
        cursor.execute("SELECT %s", [hostile])
        assert cursor.fetchone() == (hostile,)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_replaced_before_the_next_request() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.is_usable()
    first: Any = connection.connection
    _end_from_outside()
    # What Django does at the beginning of each request.
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert (connection.connection is not first) is ON_POSTGRESQL


def _end_from_outside() -> None:
    """As a restart of the server does."""
    if not ON_POSTGRESQL:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


@pytest.mark.django_db
def test_a_silent_connection_is_not_asked(django_assert_num_queries: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    with django_assert_num_queries(0):
        assert connection.is_usable()
