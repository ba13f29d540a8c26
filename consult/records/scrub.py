"""Taking destroyed bytes out of the database's own log.

SQLite's write-ahead log keeps recent transactions in order, with deleted ciphertext and a receipt beside its
response, until a truncating checkpoint. It runs on a connection of its own, after the commit.
"""

from __future__ import annotations

import sqlite3
import time

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from consult.models import base, locks
from consult.records import rights

_REWRITTEN = ("response", "receipt", "note", "draft", "tombstone", "interest", "meaning")
_PATIENCE_MS = 100
_BUSY_MS = base.LONGEST_WAIT_MS
_REWRITING_WAITS_MS = 60_000
AGAIN_SECONDS = 5.0
"""After a reader held the emptying of the log up."""
# All receipts in the order of their random keys and with one row version: on PostgreSQL each keeps the number
# of the transaction that stored it beside its response. A change that comes meanwhile waits for this.
# The same for who would like to hear more: nothing is to show beside which answers a record came.
_ANEW = {
    table: f"WITH gone AS (DELETE FROM {table} RETURNING *) "  # noqa: S608 - two names of our own
    f"INSERT INTO {table} SELECT * FROM gone ORDER BY lookup"
    for table in ("receipt", "interest")
}


def checkpoint(engine: Engine) -> bool:
    """Empty the write-ahead log. False when a reader held it up: the timed job tries again. No-op
    elsewhere."""
    if engine.dialect.name != "sqlite":
        return True
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE_MS}")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MS}")
    except OperationalError:
        return False
    return busy == 0


class Emptying:
    """When the log is to be emptied by the writer of a process, which holds the lock of all writers then."""

    def __init__(self) -> None:
        self._by: float | None = None
        # A reader held the last checkpoint up: the next one does not wait for it again.
        self._held_up = False

    def want(self, seconds: float) -> None:
        """The log must be empty so many seconds from now, if not earlier."""
        by = time.monotonic() + seconds
        self._by = by if self._by is None else min(by, self._by)

    @property
    def seconds_left(self) -> float | None:
        """Until it must be; None when there is nothing to empty."""
        return None if self._by is None else max(0.0, self._by - time.monotonic())

    def when_due(self, connection: Connection) -> None:
        """Empty it if it must be by now; on the writer's own connection, between transactions."""
        if self.seconds_left == 0.0:
            self._by = None
            self._held_up = not truncate(connection, patient=not self._held_up)
            if self._held_up:
                self.want(AGAIN_SECONDS)


def truncate(connection: Connection, *, patient: bool) -> bool:
    """As `checkpoint`, for the holder of the lock of all writers, on its own connection between transactions.

    `patient`: wait a moment for those who read.
    """
    if connection.dialect.name != "sqlite":
        return True
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS if patient else 0}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    except sqlite3.OperationalError:
        return False
    finally:
        cursor.close()
    return bool(busy == 0)


def require_rewriting(engine: Engine) -> None:
    """Raise rights.NotOwnerError where `rewrite` would, before anything is done."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            rights.require_owner(connection, _REWRITTEN)


def rewrite(engine: Engine, tables: tuple[str, ...] = _REWRITTEN) -> None:
    """Write the whole file anew, so that no page number, row version or free page tells the order of
    arrival. PostgreSQL writes single `tables` anew.

    Raises rights.NotOwnerError where PostgreSQL would leave a table of another owner as it is, and say so
    to nobody.
    """
    with (
        locks.held(base.lock_of(engine)),
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
        else:
            rights.require_owner(connection, tables)
            connection.exec_driver_sql(f"SET lock_timeout = '{_REWRITING_WAITS_MS}ms'")
            for table in sorted(_ANEW.keys() & set(tables)):
                connection.exec_driver_sql(_ANEW[table])
            # By their random keys: rows that were inserted in that order may have filled a free page of the
            # middle later than the last one, and `VACUUM FULL` would leave them so.
            for table in tables:
                connection.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")
            connection.exec_driver_sql(f"SET lock_timeout = '{base.LONGEST_WAIT_MS}ms'")
    checkpoint(engine)
