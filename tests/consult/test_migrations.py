"""One line of migrations that makes what the models say, and goes back as it came."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection, make_url

from consult import intake
from consult.models.base import Base
from consult.resources import MIGRATIONS
from consult.settings import Settings
from consult.web.extensions import db
from tests.builders import make_response, make_team, release

STRICT = ("STRICT", "WITHOUT ROWID")


@pytest.fixture
def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


@pytest.fixture
def bare(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that holds nothing at all."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        made = intake.create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'bare.db'}"))
        drop: Callable[[], None] = lambda: None  # noqa: E731
    else:
        name = f"bare_{os.getpid()}"
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        own = url.set(database=name).render_as_string(hide_password=False)
        made = intake.create_app(replace(settings, database_url=own))

        def drop() -> None:
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name}"))
            admin.dispose()

    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    drop()


def tables() -> set[str]:
    """The tables that are there."""
    return set(inspect(db.engine).get_table_names())


def differences() -> list[object]:
    """What the next migration would have to do."""
    with db.engine.connect() as connection:
        return list(
            compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
            )
        )


def counted() -> dict[str, int]:
    """Rows by table, of all tables that have any."""
    db.session.rollback()
    with db.engine.connect() as connection:
        found = {
            name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
            for name in tables()
        }
    return {name: rows for name, rows in found.items() if rows}


def test_there_is_one_head_and_the_file_names_it(scripts: ScriptDirectory) -> None:
    assert scripts.get_heads() == [(MIGRATIONS / "head.txt").read_text(encoding="utf-8").strip()]


def test_migrations_are_numbered_one_after_the_other(scripts: ScriptDirectory) -> None:
    names = [Path(script.path).name for script in scripts.walk_revisions()][::-1]
    assert [name.split("_")[0] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert len(list((MIGRATIONS / "versions").glob("*.py"))) == len(names)


def test_migrations_import_nothing_of_ours(scripts: ScriptDirectory) -> None:
    """A migration must do in five years what it does today, whatever the models are by then."""
    for script in scripts.walk_revisions():
        words = Path(script.path).read_text(encoding="utf-8")
        assert "import consult" not in words
        assert "from consult" not in words


def test_the_head_makes_what_the_models_say(bare: Flask) -> None:
    flask_migrate.upgrade()
    assert differences() == []
    assert tables() == {table.name for table in Base.metadata.sorted_tables} | {"alembic_version"}


def test_a_difference_would_be_seen(bare: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE theme ADD COLUMN colour TEXT"))
    assert len(differences()) == 1


@pytest.fixture
def copied(bare: Flask, tmp_path: Path) -> Path:
    """Migrations of our own to write into, on a database that is at their head."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    flask_migrate.upgrade()
    return folder


def test_looking_for_differences_writes_nothing(copied: Path) -> None:
    before = files(copied)
    flask_migrate.check(directory=str(copied))
    flask_migrate.migrate(directory=str(copied), message="nothing to do")
    assert files(copied) == before


def test_a_difference_becomes_the_next_number_and_the_new_head(
    copied: Path, scripts: ScriptDirectory
) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE theme ADD COLUMN colour TEXT"))
    flask_migrate.migrate(directory=str(copied), message="drop colour")
    number = f"{int(scripts.get_heads()[0]) + 1:04d}"
    assert (copied / "head.txt").read_text(encoding="utf-8") == f"{number}\n"
    words = (copied / "versions" / f"{number}_drop_colour.py").read_text(encoding="utf-8")
    assert re.search(r"drop_column\(.colour.\)", words)


def files(folder: Path) -> dict[str, bytes]:
    """All that stands in a folder, without what the interpreter keeps."""
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_back_to_the_start_nothing_is_left(bare: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert tables() == {"alembic_version"}
    flask_migrate.upgrade()
    assert differences() == []


def test_each_step_goes_back_and_forth(bare: Flask, scripts: ScriptDirectory) -> None:
    for script in list(scripts.walk_revisions())[::-1]:
        before = tables()
        flask_migrate.upgrade(revision=script.revision)
        after = tables()
        flask_migrate.downgrade(revision=script.down_revision or "base")
        assert tables() - {"alembic_version"} == before - {"alembic_version"}
        flask_migrate.upgrade(revision=script.revision)
        assert tables() == after


def test_the_newest_step_goes_back_and_forth_with_rows_in_place(app: Flask, scripts: ScriptDirectory) -> None:
    team = make_team(app)
    for _ in range(6):
        make_response(team, {"looked": "yes"})
    release(team)
    before = counted()
    head = scripts.get_revision("head")
    assert head is not None
    try:
        flask_migrate.downgrade(revision=str(head.down_revision or "base"))
        kept = {name: rows for name, rows in before.items() if name in tables()}
        assert {name: rows for name, rows in counted().items() if name != "alembic_version"} == {
            name: rows for name, rows in kept.items() if name != "alembic_version"
        }
    finally:
        flask_migrate.upgrade()
    assert differences() == []
    assert {name: counted()[name] for name in kept} == kept


def test_rebuilding_a_table_keeps_it_without_row_numbers_and_strict(app: Flask) -> None:
    """SQLite cannot alter a column: the table is written anew, and must be as strict as before."""
    team = make_team(app)
    response_id = make_response(team, {"looked": "yes"})
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert all(word in made(connection) for word in STRICT)
    rebuild()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert all(word in made(connection) for word in STRICT)
        found = connection.execute(text("SELECT id FROM response")).scalars().all()
    assert [bytes(each) for each in found] == [response_id]
    assert differences() == []


def rebuild() -> None:
    """Write `response` anew as a migration does that changes a column there and back."""
    for kind in (
        (sa.BigInteger(), sa.Integer()) if db.engine.dialect.name != "sqlite" else (sa.Integer(),) * 2
    ):
        with db.engine.begin() as connection:
            operations = Operations(MigrationContext.configure(connection))
            recreate: Literal["always", "never"] = (
                "always" if connection.dialect.name == "sqlite" else "never"
            )
            with operations.batch_alter_table("response", recreate=recreate) as batch:
                batch.alter_column("rev", type_=kind, existing_nullable=False)


def made(connection: Connection) -> str:
    """How SQLite keeps the table `response`."""
    return str(connection.execute(text("SELECT sql FROM sqlite_schema WHERE name = 'response'")).scalar_one())
