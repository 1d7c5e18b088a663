"""After a test that commits: only the tables it wrote are emptied, since Django's way takes a tenth of a second for all.

Django empties every table and then writes its content types and permissions anew. Nothing of the product asks for
these two, so they stay as they are.
"""

from functools import cache

from django.db import connections, transaction
from django.test import TransactionTestCase

STAY = {"django_content_type", "auth_permission"}


def empty_what_was_written(case: TransactionTestCase) -> None:
    """In place of ``TransactionTestCase._fixture_teardown``."""
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        _empty(alias)


def _empty(alias: str) -> None:
    connection = connections[alias]
    # Foreign keys are looked at when the transaction ends, so the order does not matter.
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(_which_hold_rows(alias))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _which_hold_rows(alias: str) -> str:
    """A query for the names of the tables that are not empty."""
    connection = connections[alias]
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - STAY
    name = connection.ops.quote_name
    return " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {name(one)})" for one in sorted(tables))
