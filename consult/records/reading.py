"""What a request of somebody who answers reads: a few rows by their keys, in one transaction of its own.

The statements are made once for each database, and run by the driver itself: sessions, connections and
results of the toolkit cost ten times what these reads do, and such a request has little else to pay for
(`benchmarks.intake`). Whatever else is read goes the ordinary way, through the same session.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Hashable, Mapping
from typing import Any, cast

from sqlalchemy import Engine, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Convert = Callable[[Any], Any] | None
_KEPT = "consult kept"


class _Prepared:
    """One statement in the words of one database."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._names: tuple[str, ...] | None = None
        if compiled.positional:
            self._names = tuple(compiled.positiontup or ())
        self._fixed = dict(compiled.params)
        self.converts: tuple[Convert, ...] = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        )

    def bound(self, values: Mapping[str, Any]) -> Any:
        whole = {**self._fixed, **values}
        return whole if self._names is None else [whole[name] for name in self._names]


class Lookup:
    """A SELECT that finds one row at most. Its rows have the columns' names, as far as they differ."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        names = [column.name for column in statement.selected_columns]
        kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self.row: Callable[[tuple[Any, ...]], Any] = kind._make
        self._prepared: dict[str, _Prepared] = {}

    def on(self, dialect: Dialect) -> _Prepared:
        """The statement as this database wants it."""
        found = self._prepared.get(dialect.name)
        if found is None:
            found = self._prepared[dialect.name] = _Prepared(self._statement, dialect)
        return found

    def converted(self, row: tuple[Any, ...], dialect: Dialect) -> tuple[Any, ...]:
        """The values of a row as the columns' types have them: days as dates, lists as lists."""
        pairs = zip(row, self.on(dialect).converts, strict=True)
        return tuple(convert(value) if convert else value for value, convert in pairs)


def row(session: Session, lookup: Lookup, **values: Any) -> Any:
    """The row as the driver gives it, or None: as the session's transaction sees it, if one has begun.

    Otherwise in a reading of its own, which holds to one moment on SQLite and ends with the session's next
    `rollback` or `close`. Raises sqlalchemy.exc.DBAPIError, with none of the values.
    """
    if isinstance(session, Reading) and not session.in_transaction():
        return session.reader().row(lookup, values)
    inside = session.connection()
    cursor = inside.connection.cursor()
    try:
        return _Reader(inside.connection, cursor, inside.engine).row(lookup, values)
    finally:
        cursor.close()


def kept(session: Session) -> dict[Hashable, Any]:
    """What was made of rows that the present reading or transaction saw; empty at its end."""
    moment = session.get_transaction()
    if isinstance(session, Reading) and moment is None:
        return session.reader().kept
    before, found = session.info.get(_KEPT, (None, {}))
    if before is not moment:
        found = {}
        session.info[_KEPT] = moment, found
    return cast("dict[Hashable, Any]", found)


def kind(session: Session) -> Dialect:
    """Which database this is."""
    return session.get_bind().dialect


class _Reader:
    """A connection of the pool, and a cursor of the driver on it."""

    __slots__ = ("_connection", "_cursor", "_engine", "kept")

    def __init__(self, connection: Any, cursor: Any, engine: Engine) -> None:
        self._connection, self._cursor, self._engine = connection, cursor, engine
        self.kept: dict[Hashable, Any] = {}

    def row(self, lookup: Lookup, values: Mapping[str, Any]) -> Any:
        dialect = self._engine.dialect
        prepared = lookup.on(dialect)
        try:
            self._cursor.execute(prepared.text, prepared.bound(values))
            found = self._cursor.fetchone()
        except dialect.dbapi.Error as error:  # type: ignore[union-attr]
            raise self._failed(error, prepared.text) from None
        return None if found is None else lookup.row(found)

    def end(self) -> None:
        self._cursor.close()
        self._connection.close()  # back to the pool, which rolls back

    def _failed(self, error: Exception, text: str) -> DBAPIError:
        """The error as the toolkit says it. After a lost connection all others of the pool are made anew."""
        dialect: Any = self._engine.dialect
        lost = dialect.is_disconnect(error, self._connection.driver_connection, self._cursor)
        if lost:
            self._connection.invalidate(error)
            self._engine.dispose()
        said: dict[str, Any] = {"connection_invalidated": lost, "dialect": dialect}
        found = DBAPIError.instance(text, None, error, dialect.dbapi.Error, hide_parameters=True, **said)
        return cast("DBAPIError", found)


class Reading(Session):
    """A session that can also read the short way, for `row`."""

    _reader: _Reader | None = None

    def reader(self) -> _Reader:
        """The reading that is on, begun now if there is none."""
        if self._reader is None:
            engine = self.get_bind().engine
            connection = engine.raw_connection()
            cursor = connection.cursor()
            if engine.dialect.name == "sqlite":  # others begin by themselves
                cursor.execute("BEGIN")
            self._reader = _Reader(connection, cursor, engine)
        return self._reader

    def rollback(self) -> None:
        """End what was read and undo what was not committed."""
        self._end_reading()
        super().rollback()

    def close(self) -> None:
        """As `rollback`, and let go of every row."""
        self._end_reading()
        super().close()

    def _end_reading(self) -> None:
        """An open reader would keep the write-ahead log from being emptied."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.end()
