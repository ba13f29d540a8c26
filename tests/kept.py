"""What many tests begin with, made through the services once in a process and then put back at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult import clock
from consult.models.account import Account
from consult.models.base import Base
from consult.records import unlocking
from consult.settings import Settings
from consult.vault.opening import WorkbenchVault
from consult.web.extensions import db

if TYPE_CHECKING:
    import psycopg

Made = TypeVar("Made")
PutBack = Callable[[Connection], None]
_NAMES = [table.name for table in Base.metadata.sorted_tables]
_WITH_ROWS = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"  # noqa: S608 - names of our own tables
    for name in _NAMES
)
_kept: dict[tuple[object, ...], tuple[PutBack, object]] = {}


def at_once(app: Flask, choices: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What `make` gives, having committed the rows of it: by `make` itself, or as an earlier test got it.

    Only in a database that has nothing yet; elsewhere everything is made anew. What `make` gives must be no
    object of a database and no key: ids are neither.
    """
    whole = {"consult.intake_vault", "consult.workbench_vault"} <= app.extensions.keys()
    # One half alone may not look at all tables.
    if not whole or not _has_nothing():
        return make()
    settings: Settings = app.extensions["consult.settings"]
    vault: WorkbenchVault = app.extensions["consult.workbench_vault"]
    known = (*choices, clock.today(), settings.key_file.read_bytes(), settings.exits, vault._cost)
    if known in _kept:
        put_back, made = _kept[known]
        with db.engine.connect() as connection:
            put_back(connection)
        for account_id in db.session.scalars(select(Account.id)).all():
            unlocking.lock(account_id)  # or the process would still hold what they opened in an earlier test
        db.session.rollback()
        return cast("Made", made)
    made = make()
    with db.engine.connect() as connection:
        _kept[known] = (_taken(connection), made)
    return made


def _has_nothing() -> bool:
    session = db.session()
    nothing = session.execute(text(f"{_WITH_ROWS} LIMIT 1")).first() is None
    session.rollback()
    return nothing


def _taken(connection: Connection) -> PutBack:
    """All rows of a database, as a function that puts them into an empty one."""
    if connection.dialect.name != "sqlite":
        return _taken_by_copying(connection)
    rows = sqlite3.connect(":memory:", check_same_thread=False)
    _file(connection).backup(rows)
    return lambda into: rows.backup(_file(into))


def _taken_by_copying(connection: Connection) -> PutBack:
    tables = connection.scalars(text(_WITH_ROWS)).all()
    rows: dict[str, bytes] = {}
    for name in tables:
        with _server(connection).cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT BINARY)') as copy:
            rows[name] = b"".join(copy)
    connection.rollback()

    def put_back(into: Connection) -> None:
        # The rows obeyed every trigger and foreign key when they were made.
        into.execute(text("SET LOCAL session_replication_role = replica"))
        for name, held in rows.items():
            with _server(into).cursor().copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copy:
                copy.write(held)
        into.commit()

    return put_back


def _file(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _server(connection: Connection) -> psycopg.Connection:
    return cast("psycopg.Connection", connection.connection.driver_connection)
