"""What many tests begin with, made through the services once in a process and then put back at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from consult import clock
from consult.models.account import Account
from consult.models.base import Base
from consult.records import unlocking
from consult.settings import Settings
from consult.vault.opening import WorkbenchVault
from consult.web.extensions import db

Made = TypeVar("Made")
_ROWS = " UNION ALL ".join(
    f'SELECT 1 WHERE EXISTS (SELECT 1 FROM "{table.name}")'  # noqa: S608 - names of our own tables
    for table in Base.metadata.sorted_tables
)
_kept: dict[tuple[object, ...], tuple[sqlite3.Connection, object]] = {}


def at_once(app: Flask, choices: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """What `make` gives, having committed the rows of it: by `make` itself, or as an earlier test got it.

    Only in a database of SQLite that has nothing yet; elsewhere everything is made anew. What `make` gives
    must be no object of a database and no key: ids are neither.
    """
    whole = {"consult.intake_vault", "consult.workbench_vault"} <= app.extensions.keys()
    # One half alone may not look at all tables.
    if not whole or db.engine.dialect.name != "sqlite" or not _has_nothing():
        return make()
    settings: Settings = app.extensions["consult.settings"]
    vault: WorkbenchVault = app.extensions["consult.workbench_vault"]
    known = (*choices, clock.today(), settings.key_file.read_bytes(), settings.exits, vault._cost)
    if known in _kept:
        rows, made = _kept[known]
        with db.engine.connect() as connection:
            rows.backup(_file(connection))
        for account_id in db.session.scalars(select(Account.id)).all():
            unlocking.lock(account_id)  # or the process would still hold what they opened in an earlier test
        db.session.rollback()
        return cast("Made", made)
    made = make()
    rows = sqlite3.connect(":memory:", check_same_thread=False)
    with db.engine.connect() as connection:
        _file(connection).backup(rows)
    _kept[known] = (rows, made)
    return made


def _has_nothing() -> bool:
    session = db.session()
    nothing = session.execute(text(f"{_ROWS} LIMIT 1")).first() is None
    session.rollback()
    return nothing


def _file(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)
