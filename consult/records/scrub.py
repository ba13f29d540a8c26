"""Taking destroyed bytes out of the database's own log.

SQLite's write-ahead log keeps recent transactions in order, with deleted ciphertext and a receipt beside its
response, until a truncating checkpoint. It runs on a connection of its own, after the commit.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from consult.models import base, locks
from consult.records import rights

_REWRITTEN = ("response", "receipt", "note", "draft", "tombstone", "interest", "meaning")
_PATIENCE_MS = 100
_BUSY_MS = base.LONGEST_WAIT_MS
_REWRITING_WAITS_MS = 60_000
AFTER_OTHERS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before tables of PostgreSQL are written anew once more, each time. Not more: somebody may wait on a
page for the end of it, and nobody who answers gets at a table meanwhile."""
_FIRST_NUMBER = re.compile(r"\d+")
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

logger = logging.getLogger(__name__)


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
            _write_in_order(connection, tables)
            connection.exec_driver_sql(f"SET lock_timeout = '{base.LONGEST_WAIT_MS}ms'")
    checkpoint(engine)


def _write_in_order(connection: Connection, tables: Sequence[str]) -> None:
    """Write tables of PostgreSQL anew by their random keys.

    Rows that were inserted in that order may have filled a free page of the middle later than the last one,
    and `VACUUM FULL` would leave them so. What was deleted and an older transaction might still see (of
    whatever database of the server) is written anew, too, and shows the order of arrival: so once more,
    when that is over.
    """
    left = [table for table in tables if _kept_for_others(connection, table)]
    for pause in AFTER_OTHERS:
        if not left:
            return
        time.sleep(pause)
        left = [table for table in left if _kept_for_others(connection, table)]
    if left:
        logger.warning("deleted rows stay until the database is written anew again: somebody was at work")


def _kept_for_others(connection: Connection, table: str) -> int:
    """Write one table anew; returns how many deleted rows are still in it."""
    driver: Any = connection.connection.driver_connection
    kept: list[int] = []

    def hear(notice: Any) -> None:
        said = _FIRST_NUMBER.search(notice.message_detail or "")
        kept.append(int(said[0]) if said else 0)

    driver.add_notice_handler(hear)
    try:
        connection.exec_driver_sql(f"CLUSTER VERBOSE {table} USING pk_{table}")
    finally:
        driver.remove_notice_handler(hear)
    return sum(kept)
