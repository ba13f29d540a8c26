"""How migrations run: inside the application, on its engine, numbered in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.engine import Connection

import consult.models.every  # noqa: F401 - gathers every table
from consult.models.base import Base, Day

HEAD_FILE = Path(__file__).parent / "head.txt"


def number_revisions(
    migration: MigrationContext, _revision: str | Iterable[str | None], directives: list[MigrationScript]
) -> None:
    """Number a new migration after the last, drop it when it is empty, and keep the head in a file.

    The file makes two branches that both add a migration conflict in git.
    """
    options = migration.opts.get("cmd_opts") or context.config.cmd_opts
    if not getattr(options, "autogenerate", False):
        return  # `db check` comes by here, too, and must only look
    script = directives[0]
    if script.upgrade_ops and script.upgrade_ops.is_empty():
        directives[:] = []
        return
    head = ScriptDirectory.from_config(context.config).get_current_head()
    script.rev_id = f"{int(head or 0) + 1:04d}"
    HEAD_FILE.write_text(f"{script.rev_id}\n", encoding="utf-8")


def as_stored(kind: str, column: object, _context: object) -> str | Literal[False]:
    """Write our own column types as the database keeps them: a migration imports nothing of ours."""
    return "sa.Text()" if kind == "type" and isinstance(column, Day) else False


@contextmanager
def without_references(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by writing it anew: what points to it must not mind that it is gone for a moment.

    Outside any transaction, where alone SQLite takes the switch. Afterwards all references are looked at.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        connection.commit()
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"a migration left {len(broken)} references that lead nowhere")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Run the migrations on the application's engine."""
    engine = current_app.extensions["migrate"].db.engine
    options: dict[str, Any] = {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "compare_type": True,
        "render_item": as_stored,
        "process_revision_directives": number_revisions,
    }
    with engine.connect() as connection, without_references(connection):
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
