"""Statements made once for each database, and run by the driver itself.

Sessions, connections and results of the toolkit cost ten times what it does to find or store one row by its
key, and a request of somebody who answers has little else to pay for (`benchmarks.intake`). What such a
request reads and stores goes this way; everything else goes the ordinary one.
"""

from __future__ import annotations

import importlib
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import ClauseElement, Connection, LargeBinary, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
Insert = Callable[[Any], Any]
"""`insert` of one of the two databases."""


class _Ready:
    """One statement in the words of one database."""

    def __init__(self, statement: ClauseElement, columns: Sequence[str], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns) or None)
        self.text = str(compiled)
        self._names = tuple(compiled.positiontup) if compiled.positional else None
        self._fixed = dict(compiled.params)
        self._converts = {
            name: convert
            for name, bind in compiled.binds.items()
            if (convert := _plain(bind.type, dialect)) is not None
        }

    def bound(self, values: Mapping[str, Any]) -> Any:
        whole = {**self._fixed, **values}
        for name, convert in self._converts.items():
            whole[name] = convert(whole[name])
        return whole if self._names is None else [whole[name] for name in self._names]


def _plain(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes a value into one that the driver takes; bytes are taken as they are."""
    if isinstance(kind, LargeBinary):
        return None
    return cast("Convert | None", kind.dialect_impl(dialect).bind_processor(dialect))


class Statement:
    """What stores, changes or destroys a row: one for both databases, or made with the `insert` of each.

    `columns`: those that an UPDATE sets.
    """

    def __init__(
        self, statement: ClauseElement | Callable[[Insert], ClauseElement], *, columns: Sequence[str] = ()
    ) -> None:
        self._statement, self._columns = statement, columns
        self._ready: dict[str, _Ready] = {}

    def on(self, dialect: Dialect) -> _Ready:
        """The statement as this database wants it."""
        found = self._ready.get(dialect.name)
        if found is None:
            one = self._statement
            if not isinstance(one, ClauseElement):
                # A server does not load what belongs to the other database: a tenth of its start.
                one = one(importlib.import_module(f"sqlalchemy.dialects.{dialect.name}").insert)
            found = self._ready[dialect.name] = _Ready(one, self._columns, dialect)
        return found

    def of(self, values: Mapping[str, Any]) -> Asked:
        """The statement with its values, to be asked later."""
        return Asked(self, values)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Do it inside the connection's transaction; returns how many rows it touched.

        Raises sqlalchemy.exc.DBAPIError, with none of the values.
        """
        return int(Statement.end(self, self.begin(connection, values)))

    def answer(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Ask it inside the connection's transaction; returns what `end` does. Raises as `run`."""
        return self.end(self.begin(connection, values))

    def begin(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """Ask it; returns the driver's cursor, for `end`. Raises as `run`."""
        cursor = connection.connection.cursor()
        try:
            execute(cursor, self.on(connection.dialect), values, connection.dialect)
        except BaseException:
            cursor.close()
            raise
        return cursor

    def end(self, cursor: Any) -> Any:
        """How many rows it touched, once it is answered."""
        touched = int(cursor.rowcount)
        cursor.close()
        return touched


class Asked(NamedTuple):
    """A statement with its values."""

    statement: Statement
    values: Mapping[str, Any]


class Lookup(Statement):
    """A SELECT that finds one row at most. Its rows have the columns' names, as far as they differ."""

    def __init__(self, statement: Select[Any]) -> None:
        super().__init__(statement)
        self._columns_read = tuple(statement.selected_columns)
        kind: Any = namedtuple("Row", [each.name for each in self._columns_read], rename=True)  # type: ignore[misc]
        self._row: Callable[[Sequence[Any]], Any] = kind._make

    def row(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The row as the driver gives it, or None, inside the connection's transaction. Raises as `run`."""
        return self.end(self.begin(connection, values))

    def end(self, cursor: Any) -> Any:
        """The row, or None, once it is answered."""
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else self._row(found)

    def fetch(self, cursor: Any, values: Mapping[str, Any], dialect: Dialect) -> Any:
        """The same, from a cursor of the driver."""
        execute(cursor, self.on(dialect), values, dialect)
        found = cursor.fetchone()
        return None if found is None else self._row(found)

    def converted(self, row: Sequence[Any], dialect: Dialect) -> tuple[Any, ...]:
        """The values of a row as the columns' types have them: days as dates, lists as lists."""
        kinds = (column.type.dialect_impl(dialect) for column in self._columns_read)
        converts = (kind.result_processor(dialect, None) for kind in kinds)
        pairs = zip(row, converts, strict=True)
        return tuple(convert(value) if convert else value for value, convert in pairs)


def execute(cursor: Any, ready: _Ready, values: Mapping[str, Any], dialect: Dialect) -> None:
    """Run a statement, and say what went wrong as the toolkit does."""
    driver: Any = dialect.dbapi
    try:
        cursor.execute(ready.text, ready.bound(values))
    except driver.Error as error:
        raise as_the_toolkit(error, ready.text, dialect, cursor) from None


def as_the_toolkit(error: Exception, text: str, dialect: Dialect, cursor: Any = None) -> DBAPIError:
    """An error of the driver as the toolkit says it, without values."""
    driver: Any = dialect.dbapi
    lost = dialect.is_disconnect(error, cursor and cursor.connection, cursor)  # type: ignore[arg-type]
    said: dict[str, Any] = {"connection_invalidated": lost, "dialect": dialect}
    found = DBAPIError.instance(text, None, error, driver.Error, hide_parameters=True, **said)
    return cast("DBAPIError", found)
