"""Statements that are put together once. Django builds its SQL anew for every query, which costs ten times the query itself.

For the few look-ups that every sign-in and every page asks; everything else is better off with a plain queryset.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models

_MARK = 8_191_370_426_195_373_057  # stands for the number while the statement is made; nobody has it

Row = TypeVar("Row", bound=models.Model)
Convert = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Ready:
    sql: str
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Convert, ...], Any], ...]
    asked: tuple["models.Field[Any, Any]", ...]


class LookUp(Generic[Row]):
    """Rows of a model whose fields ``by`` equal the values given, in the order of ``order`` and at most ``limit``.

    The same rows as ``model.objects.filter(**by).order_by(*order)[:limit]``, for less. Values are what a queryset takes;
    None is found by no look-up.
    """

    def __init__(self, model: type[Row], *, by: Sequence[str], order: Sequence[str] = (), limit: int = 1) -> None:
        self._model, self._by, self._order, self._limit = model, tuple(by), tuple(order), limit
        self._ready: dict[str, _Ready] = {}

    def __call__(self, *values: object) -> list[Row]:
        """One query."""
        ready = self._ready.get(connection.vendor) or self._make_ready()
        if any(_never_there(field, value) for field, value in zip(ready.asked, values, strict=True)):
            return []
        asked = [field.get_db_prep_value(value, connection) for field, value in zip(ready.asked, values, strict=True)]
        with statement_cursor() as cursor:
            cursor.execute(ready.sql, asked)
            found = cursor.fetchall()
        return [self._row(ready, values) for values in found]

    def one(self, *values: object) -> Row | None:
        """The first of them."""
        return next(iter(self(*values)), None)

    def _row(self, ready: _Ready, values: Sequence[Any]) -> Row:
        if ready.converters:
            converted = list(values)
            for place, converters, expression in ready.converters:
                for convert in converters:
                    converted[place] = convert(converted[place], expression, connection)
            values = converted
        return self._model.from_db(connection.alias, ready.names, values)

    def _make_ready(self) -> _Ready:
        rows = self._model._default_manager.all()
        # An order of its own would come from the model's Meta; ours is said here or not at all.
        compiler = rows.order_by(*self._order).query.get_compiler(connection=connection)
        compiler.setup_query()
        columns = [column for column, _sql, _alias in compiler.select]
        table, quote = quote_table(self._model), connection.ops.quote_name
        asked = tuple(_field(self._model, name) for name in self._by)
        where = " AND ".join(f"{quote(str(field.column))} = %s" for field in asked)
        chosen = ", ".join(quote(str(column.target.column)) for column in columns)
        sql = f"SELECT {chosen} FROM {table} WHERE {where}{self._in_order()} LIMIT {self._limit:d}"  # noqa: S608
        ready = _Ready(
            sql=sql,
            names=tuple(column.target.attname for column in columns),
            converters=tuple(
                (place, tuple(converters), expression)
                for place, (converters, expression) in compiler.get_converters(columns).items()
            ),
            asked=asked,
        )
        self._ready[connection.vendor] = ready
        return ready

    def _in_order(self) -> str:
        if not self._order:
            return ""
        quote = connection.ops.quote_name
        parts = [(name.removeprefix("-"), name.startswith("-")) for name in self._order]
        columns = [(str(_field(self._model, name).column), downwards) for name, downwards in parts]
        return " ORDER BY " + ", ".join(f"{quote(name)}{' DESC' if downwards else ''}" for name, downwards in columns)


class Change:
    """Sets ``fields`` of the rows whose fields ``by`` equal the values given and whose fields ``still`` are as said.

    The same as ``model.objects.filter(...).update(...)``, for less. ``still`` may be None, which is as good as a value.
    """

    def __init__(
        self, model: type[models.Model], *, fields: Sequence[str], by: Sequence[str], still: Sequence[str] = ()
    ) -> None:
        self._model, self._fields, self._by, self._still = model, tuple(fields), tuple(by), tuple(still)
        self._ready: dict[str, tuple[str, tuple[models.Field[Any, Any], ...]]] = {}

    def __call__(self, *values: object) -> int:
        """One statement; values in the order ``fields``, ``by``, ``still``. Returns how many rows were changed."""
        sql, fields = self._ready.get(connection.vendor) or self._make_ready()
        asked = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
        with statement_cursor() as cursor:
            cursor.execute(sql, asked)
            return int(cursor.rowcount)

    def _make_ready(self) -> "tuple[str, tuple[models.Field[Any, Any], ...]]":
        fields = tuple(_field(self._model, name) for name in (*self._fields, *self._by, *self._still))
        columns = [connection.ops.quote_name(str(field.column)) for field in fields]
        first, then = len(self._fields), len(self._fields) + len(self._by)
        same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
        changes = ", ".join(f"{column} = %s" for column in columns[:first])
        where = [f"{column} = %s" for column in columns[first:then]]
        where += [f"{column} {same} %s" for column in columns[then:]]
        sql = f"UPDATE {quote_table(self._model)} SET {changes} WHERE {' AND '.join(where)}"  # noqa: S608
        self._ready[connection.vendor] = sql, fields
        return sql, fields


class Removal:
    """Deletes the rows of a model whose fields ``by`` equal the values given, and nothing that hangs on them.

    The same as ``model.objects.filter(**by).delete()`` where no other table points at the rows, for less.
    """

    def __init__(self, model: type[models.Model], *, by: Sequence[str]) -> None:
        self._model, self._by = model, tuple(by)
        self._ready: dict[str, tuple[str, tuple[models.Field[Any, Any], ...]]] = {}

    def __call__(self, *values: object) -> int:
        """One statement. Returns how many rows went."""
        sql, fields = self._ready.get(connection.vendor) or self._make_ready()
        asked = [field.get_db_prep_value(value, connection) for field, value in zip(fields, values, strict=True)]
        with statement_cursor() as cursor:
            cursor.execute(sql, asked)
            return int(cursor.rowcount)

    def _make_ready(self) -> "tuple[str, tuple[models.Field[Any, Any], ...]]":
        fields = tuple(_field(self._model, name) for name in self._by)
        where = " AND ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
        sql = f"DELETE FROM {quote_table(self._model)} WHERE {where}"  # noqa: S608
        self._ready[connection.vendor] = sql, fields
        return sql, fields


class Question:
    """A queryset of values about one number, such as an account's, put together once.

    ``build`` gets the number and returns a ``values_list``. The same rows as evaluating it, for less; columns that Django
    converts itself (dates and JSON on SQLite) do not belong here.
    """

    def __init__(self, build: Callable[[int], "models.QuerySet[Any, tuple[Any, ...]]"]) -> None:
        self._build = build
        self._ready: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, number: int) -> list[tuple[Any, ...]]:
        """One query."""
        if connection.vendor not in self._ready:
            self._ready[connection.vendor] = self._build(_MARK).query.sql_with_params()
        sql, asked = self._ready[connection.vendor]
        with statement_cursor() as cursor:
            cursor.execute(sql, [number if value == _MARK else value for value in asked])
            return [tuple(row) for row in cursor.fetchall()]


def statement_cursor() -> Any:
    """A cursor for a statement of this kind. PostgreSQL keeps it prepared, so that it is read and planned once."""
    return connection.prepared_cursor() if connection.vendor == "postgresql" else connection.cursor()  # type: ignore[attr-defined]


def quote_table(model: type[models.Model]) -> str:
    """The model's table, as it stands in SQL."""
    return connection.ops.quote_name(model._meta.db_table)


def _never_there(field: "models.Field[Any, Any]", value: object) -> bool:
    """Whether a number is too large for its column: it is in no row, and the database would call it an error."""
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    low, high = connection.ops.integer_field_range(kind.get_internal_type())
    return not low <= value <= high


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return field  # type: ignore[no-any-return] # told by name
