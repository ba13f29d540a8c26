"""What every table shares: names of constraints, keys, dates as text, and how SQLite is opened."""

from __future__ import annotations

import os
from contextvars import ContextVar
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import CheckConstraint, Engine, LargeBinary, MetaData, Text, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from consult.faults import Fault
from consult.models import files, locks

PAGE_SIZE = 65536
"""With smaller pages the tail of a sealed answer overflows, in the order of arrival."""

LONGEST_WAIT_MS = 5000
"""As long as SQLite's: then the person gets a calm page and the text back."""

ID = LargeBinary(16)

PARTICIPANTS: dict[str, Any] = {"sqlite_with_rowid": False, "sqlite_strict": True}
"""Table options for what people who answer leave behind: no hidden row number in order of arrival."""

writing: ContextVar[bool] = ContextVar("writing", default=True)
"""Whether the next transaction will write: SQLite then takes its lock at once, never half-way."""


HAS_LOCK = "consult_has_lock"
"""Execution option of a connection whose user holds the lock of all writers already."""
_HELD = "consult lock of writers"


class PageSizeError(Fault):
    """The SQLite file has another page size than the one that hides the order of arrival."""


class Base(DeclarativeBase):
    """Mother of all tables; the naming convention lets each constraint be dropped by a migration."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Day(TypeDecorator[date]):
    """A date kept as ISO text, since strict tables know no date."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Date to text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Text to date."""
        return None if value is None else date.fromisoformat(value)


def new_id() -> bytes:
    """Sixteen random bytes: a key that says nothing about when it was made."""
    return os.urandom(16)


def one_of(column: str, kinds: type[StrEnum]) -> CheckConstraint:
    """A check that a text column holds a member of an enumeration."""
    members = ", ".join(f"'{kind.value}'" for kind in kinds)
    return CheckConstraint(f"{column} IN ({members})", name=column)


def prepare_engine(engine: Engine) -> None:
    """Give each connection of an SQLite engine the settings that the promises rest on.

    PostgreSQL's get a limit to how long they wait for somebody else: nobody waits for ever.

    Raises PageSizeError when the file is there already with pages of another size, and
    files.OpenToOthersError when people who do not run the service can read it.
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _on_connect_elsewhere)
        event.listen(engine, "checkin", _on_checkin_elsewhere)
        return
    if engine.url.database and engine.url.database != ":memory:":
        files.keep_private(engine, Path(engine.url.database))
        _check_pages(Path(engine.url.database))
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    event.listen(engine, "checkin", _on_checkin)


def _on_connect_elsewhere(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT_MS}ms'")
    connection.commit()  # else the first rollback would take the setting back


def _on_checkin_elsewhere(connection: Any, _record: object) -> None:
    """Whoever takes it next has transactions, also after somebody who let each statement be its own."""
    if connection is not None and not connection.closed and connection.autocommit:
        connection.autocommit = False


def lock_of(engine: Engine) -> Path | None:
    """The file of the lock that all who write hold; None where the database sees to that itself."""
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return locks.beside(database)


def _check_pages(file: Path) -> None:
    """Read the size from the file's head, so that a start fails and not the first page of a visitor."""
    if not file.is_file():
        return
    with file.open("rb") as opened:
        head = opened.read(18)
    written = int.from_bytes(head[16:18], "big")  # 1 stands for 65536, which two bytes cannot hold
    if len(head) == 18 and written != 1:
        raise PageSizeError(_other_pages(written))


def _other_pages(size: int) -> str:
    return f"the database has pages of {size} bytes and not {PAGE_SIZE}: make it anew"


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the begin event below says BEGIN, and not the driver
    cursor = connection.cursor()
    for pragma in (
        f"page_size={PAGE_SIZE}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        f"busy_timeout={LONGEST_WAIT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    size = cursor.execute("PRAGMA page_size").fetchone()[0]
    cursor.close()
    if size != PAGE_SIZE:
        raise PageSizeError(_other_pages(size))


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    if not writing.get():
        connection.exec_driver_sql("BEGIN")
        return
    lock = None if options.get(HAS_LOCK) or _HELD in connection.info else lock_of(connection.engine)
    if lock is not None:
        connection.info[_HELD] = locks.take(lock)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _on_checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
    """The transaction is over and the connection back in the pool: the next one may write."""
    opened = record.info.pop(_HELD, None)
    if opened is not None:
        locks.release(opened)
