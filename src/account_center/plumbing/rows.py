"""Writing rows in one statement where Django would need several."""

from functools import cache
from typing import Any

from django.db import connection, models

from account_center.plumbing.prepared import statement_cursor


def insert_unless_there(row: models.Model) -> bool:
    """Writes a new row; False if one with the same unique value stands there.

    The row keeps the number it was given, or does not learn the one it gets. Unlike an insert that fails, this leaves a
    transaction whole, so it needs no savepoint.
    """
    sql, fields = _statement(connection.vendor, type(row), row.pk is None)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with statement_cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount)


@cache
def _statement(
    vendor: str,  # noqa: ARG001 - a statement counts for one kind of database
    model: type[models.Model],
    numberless: bool,  # noqa: FBT001 - part of the key
) -> tuple[str, "tuple[models.Field[Any, Any], ...]"]:
    """Put together once for a model: that costs more than the insert itself."""
    fields = tuple(
        field for field in model._meta.concrete_fields if not (numberless and isinstance(field, models.AutoField))
    )
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    # Names come from the model, values go apart.
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", fields  # noqa: S608
