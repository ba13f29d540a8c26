"""S33: a backup holds each table in one part, nothing in clear, and is destroyed when its days are over."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from consult.models.base import Base
from consult.records.parts import NEVER, PARTS
from consult.settings import Settings
from consult.vault import backup
from consult.web.extensions import db
from tests.builders import PASSPHRASE
from tests.consult.commands.restoring import parts
from tests.consult.commands.running import Run
from tests.consult.ledger.acting import make_recovery
from tests.consult.ledger.copying import make_installation
from tests.visitor import Visitor


def test_without_a_recovery_key_there_is_no_backup(app: Flask, run: Run, folder: Path) -> None:
    done = run("backup", str(folder))
    assert done.code == 1
    assert "consult recovery installation" in done.refused
    assert list(folder.iterdir()) == []


def test_files_are_for_their_owner_alone_and_say_no_hour(app: Flask, run: Run, folder: Path) -> None:
    make_recovery(app)
    assert run("backup", str(folder)).code == 0
    found = sorted(folder.iterdir())
    assert [path.name.split("-")[0] for path in found] == ["bodies", "keys", "tombstones"]
    for path in found:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.stat().st_mtime % 86_400 == 0


def test_parts_are_destroyed_when_their_days_are_over_and_nothing_else_is(
    app: Flask, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_recovery(app)
    (folder / "keys-and-notes.txt").write_text("somebody's own file", encoding="utf-8")
    day = date(2027, 1, 4)
    for number in (0, 1, 6, 7, 29, 30):
        with time_machine.travel(f"{day + timedelta(days=number)}T03:00:00Z", tick=False):
            assert run("backup", str(folder)).code == 0
    names = {path.name for path in folder.iterdir()}
    days = [(day + timedelta(days=number)).isoformat() for number in (1, 6, 7, 29, 30)]
    assert names == {
        "keys-and-notes.txt",
        *(f"bodies-{each}" for each in days),
        *(f"keys-{each}" for each in days[-2:]),
        f"tombstones-{days[-1]}",
    }
    monkeypatch.setenv("CONSULT_BACKUP_DAYS_BODIES", "2")
    with time_machine.travel(f"{day + timedelta(days=31)}T03:00:00Z", tick=False):
        assert run("backup", str(folder)).code == 0
    assert len([path for path in folder.iterdir() if path.name.startswith("bodies")]) == 2


def test_nothing_of_a_backup_is_ever_on_disk_in_clear(
    app: Flask, run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that the command opens for writing, and every database that it connects to."""
    make_installation(app)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    databases: list[str] = []
    connect = sqlite3.connect

    def watched(where: str, *more: object, **options: object) -> sqlite3.Connection:
        databases.append(str(where))
        return connect(where, *more, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", watched)
    assert run("backup", str(folder)).code == 0
    assert databases.count(":memory:") == 3
    assert {each for each in databases if each != ":memory:"} <= {str(tmp_path / "consult.db")}
    assert list(scratch.iterdir()) == []
    for path in folder.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"CNS1")
        assert b"SQLite format" not in content
        assert b"CREATE TABLE" not in content


def test_sessions_the_live_key_of_the_log_and_the_secret_are_in_no_backup(
    app: Flask, run: Run, folder: Path, settings: Settings
) -> None:
    made = make_installation(app)
    visitor = Visitor(app.test_client())
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": PASSPHRASE})
    assert run("backup", str(folder)).code == 0
    with db.engine.connect() as connection:
        live = connection.execute(select(Base.metadata.tables["audit_key"].c.blob)).scalar_one()
    secrets = re.findall(r"[0-9a-f]{64}", settings.key_file.read_text(encoding="ascii"))
    assert secrets
    for part, path in parts(folder).items():
        with path.open("rb") as file:
            plain = b"".join(backup.open_(made.recovery.private, part, path.name[-10:], file))
        assert plain.startswith(b"SQLite format")
        for absent in (
            b'TABLE "staff_session',
            b'TABLE "visit',
            b'TABLE "audit_key',
            live,
            *map(bytes.fromhex, secrets),
        ):
            assert absent not in plain


def test_every_table_is_in_one_part_or_never_copied() -> None:
    """A new table must be put into `records/parts.py` by somebody who has thought about it."""
    bodies, keys = set(PARTS["bodies"].tables), set(PARTS["keys"].tables)
    assert bodies & keys == {"response"}
    assert bodies | keys | NEVER == set(Base.metadata.tables)
    assert (bodies | keys) & NEVER == set()
    held = [column.name for part in PARTS.values() for column in part.columns("response")]
    assert set(held) == set(Base.metadata.tables["response"].columns.keys())
    assert sorted(name for name in held if held.count(name) > 1) == ["id", "id", "rev", "rev"]
