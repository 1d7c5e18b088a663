"""What ``ENGINE`` names. Everything else is Django's own."""

import select
from typing import Any

from django.db.backends.postgresql import base, operations


class _Prepared(base.ServerBindingCursor):
    """Its statements stay prepared in the connection, so that the database reads and plans each of them once."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        """As psycopg's."""
        return super().execute(query, params, prepare=True, **more)  # type: ignore[misc] # unknown to the stubs


class _Operations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """What a debugger shows: a prepared statement with its values put in."""
        if isinstance(cursor, _Prepared):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that can keep statements prepared and that knows without asking whether it is alive."""

    ops_class = _Operations

    def prepared_cursor(self) -> Any:
        """A cursor for statements that are always the same but for their values. The values travel apart from the text."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(_Prepared(self.connection))  # type: ignore[attr-defined,call-arg] # unknown to the stubs

    def is_usable(self) -> bool:
        """Whether the server is still there. It says goodbye when it goes, so on a good connection nothing is to be read.

        Instead of a question before every request; only where something has come in the question is asked.
        """
        return self._is_silent() or super().is_usable()

    def _is_silent(self) -> bool:
        if self.connection is None or self.connection.closed or not hasattr(select, "poll"):
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0)
