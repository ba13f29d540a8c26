"""What a request of somebody who answers reads: a few rows by their keys, in one transaction of its own."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consult.records.prepared import Lookup, as_the_toolkit

_KEPT = "consult kept"


def row(session: Session, lookup: Lookup, **values: Any) -> Any:
    """The row as the driver gives it, or None: as the session's transaction sees it, if one has begun.

    Otherwise in a reading of its own, which holds to one moment on SQLite and ends with the session's next
    `rollback` or `close`. Raises sqlalchemy.exc.DBAPIError, with none of the values.
    """
    if isinstance(session, Reading) and not session.in_transaction():
        return session.reader().row(lookup, values)
    return lookup.row(session.connection(), values)


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

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        driver: Any = engine.dialect.dbapi
        try:
            self._connection = engine.raw_connection()
            self._cursor = self._connection.cursor()
            if engine.dialect.name == "sqlite":
                self._cursor.execute("BEGIN")
            else:  # where each statement sees its own moment: to begin and to end would say nothing
                driver_connection: Any = self._connection.driver_connection
                driver_connection.autocommit = True  # until it is back in the pool
        except driver.Error as error:
            raise as_the_toolkit(error, "BEGIN", engine.dialect) from None
        self.kept: dict[Hashable, Any] = {}

    def row(self, lookup: Lookup, values: Mapping[str, Any]) -> Any:
        try:
            return lookup.fetch(self._cursor, values, self._engine.dialect)
        except DBAPIError as error:
            if error.connection_invalidated:  # all others of the pool are as dead: they are made anew
                self._connection.invalidate()
                self._engine.dispose()
            raise

    def end(self) -> None:
        self._cursor.close()
        self._connection.close()  # back to the pool, which rolls back


class Reading(Session):
    """A session that can also read the short way, for `row`."""

    _reader: _Reader | None = None

    def reader(self) -> _Reader:
        """The reading that is on, begun now if there is none."""
        if self._reader is None:
            self._reader = _Reader(self.get_bind().engine)
        return self._reader

    def rollback(self) -> None:
        """End what was read and undo what was not committed."""
        self._end_reading()
        super().rollback()

    def close(self) -> None:
        """As `rollback`, and let go of every row."""
        self._end_reading()
        if self.in_transaction() or self.identity_map or self.new:  # most that only read hold nothing
            super().close()

    def _end_reading(self) -> None:
        """An open reader would keep the write-ahead log from being emptied."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.end()
