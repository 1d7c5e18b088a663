"""Writing rows in one statement where Django would need several."""

from typing import Any

from django.db import connection, models


def insert_unless_there(row: models.Model) -> bool:
    """Writes a new row; False if one with the same unique value stands there.

    The row keeps the number it was given, or does not learn the one it gets. Unlike an insert that fails, this leaves a transaction whole, so it needs no savepoint.
    """
    fields = [field for field in row._meta.concrete_fields if not _is_given_by_the_database(field, row)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        # Names come from the model, values go apart.
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING", values)  # noqa: S608
        return bool(cursor.rowcount)


def _is_given_by_the_database(field: "models.Field[Any, Any]", row: models.Model) -> bool:
    return isinstance(field, models.AutoField) and getattr(row, field.attname) is None
