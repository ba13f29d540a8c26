"""The service in two halves: two applications, each with half of the keys and the rights of its role alone.

On PostgreSQL the rights are those of two roles, given as `consult db roles --apply` gives them. On SQLite a
check of each statement stands in for roles: it refuses what the same list of rights does not allow.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from consult import intake, workbench
from consult.records import rights
from consult.settings import Settings
from consult.vault import serverkeys
from consult.web.extensions import db
from tests.client import StandaloneClient

CREATE = {"intake": intake.create_app, "workbench": workbench.create_app}
_VERBS = {
    sqlite3.SQLITE_READ: "SELECT",
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}
_PLAIN = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_FUNCTION}


@dataclass(frozen=True, kw_only=True)
class Halves:
    """Both applications, on one database."""

    intake: Flask
    workbench: Flask


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Two roles of a PostgreSQL cluster that may sign in, and their password."""

    intake: str
    workbench: str
    password: str

    def url(self, owner: str, application: str) -> str:
        """The owner's address with one of these roles in it."""
        named = make_url(owner).set(username=getattr(self, application), password=self.password)
        return named.render_as_string(hide_password=False)


@contextmanager
def made_roles(url: str) -> Iterator[Roles]:
    """Two roles for as long as this lasts; `give_rights` gives each those of its application."""
    name = str(make_url(url).database)
    roles = Roles(intake=f"{name}_in", workbench=f"{name}_work", password=secrets.token_hex(8))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    both = (roles.intake, roles.workbench)
    with engine.begin() as connection:
        for role in both:
            connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{roles.password}'"))
    yield roles
    with engine.begin() as connection:
        for role in both:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
    engine.dispose()


def give_rights(url: str, roles: Roles) -> None:
    """What the owner of the tables does after each upgrade."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        rights.apply(connection, intake=roles.intake, workbench=roles.workbench)
    engine.dispose()


def make(
    start: Callable[[Callable[[Settings], Flask], Settings], Flask],
    settings: Settings,
    folder: Path,
    application: str,
    roles: Roles | None,
) -> Flask:
    """One half of an installation: its keys, its pages, its rights."""
    key_file = folder / f"{application}.key"
    serverkeys.write_half(key_file, serverkeys.read(settings.key_file), application)
    url = roles.url(settings.database_url, application) if roles else settings.database_url
    app = start(CREATE[application], replace(settings, key_file=key_file, database_url=url))
    app.test_client_class = StandaloneClient
    if roles is None:
        with app.app_context():
            _refuse_more_than(application, db.engine)
    return app


def _refuse_more_than(application: str, engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def check(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        # Writing a file anew copies every table: there a role of PostgreSQL is refused by a rule of ours.
        raw: Any = connection.connection.driver_connection
        raw.set_authorizer(None if statement == "VACUUM" else lambda *asked: _answer(application, *asked))


def _answer(application: str, action: int, table: Any, column: Any, *_place: Any) -> int:
    if action in _PLAIN:
        return sqlite3.SQLITE_OK
    given = rights.TABLES.get(table, rights.Rights())
    allowed = given.intake if application == "intake" else given.workbench
    if _VERBS.get(action) not in allowed:
        return sqlite3.SQLITE_DENY
    narrowed = given.narrowed(application) if action == sqlite3.SQLITE_READ else ()
    return sqlite3.SQLITE_DENY if narrowed and column not in narrowed else sqlite3.SQLITE_OK
