"""S33: a restore of a harmed backup, with wrong keys or over other data is refused and writes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from consult.settings import Settings
from consult.web.extensions import db
from tests.consult.commands.restoring import parts, restore
from tests.consult.commands.running import Run
from tests.consult.ledger.acting import make_recovery
from tests.consult.ledger.copying import elsewhere, make_installation, rows


def test_a_restore_goes_into_an_empty_database_alone(
    app: Flask, run: Run, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app)
    assert run("backup", str(folder)).code == 0
    with db.engine.connect() as connection:
        before = rows(connection)
    done = restore(run, monkeypatch, settings, made.recovery, folder)
    assert done.code == 1
    assert "not empty" in done.refused
    with db.engine.connect() as connection:
        assert rows(connection) == before


@pytest.mark.parametrize("part", ["bodies", "keys", "tombstones"])
@pytest.mark.parametrize("harm", ["cut", "extended", "flipped", "renamed", "exchanged"])
def test_a_harmed_file_is_refused_and_nothing_is_written(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    harm: str,
) -> None:
    recovery = make_recovery(app)
    assert run("backup", str(folder)).code == 0
    path = parts(folder)[part]
    content = path.read_bytes()
    if harm == "renamed":
        path.rename(folder / f"{part}-2020-01-01")
    elif harm == "exchanged":
        shutil.copyfile(parts(folder)["keys" if part != "keys" else "bodies"], path)
    else:
        flipped = bytes([content[-50] ^ 1])
        path.write_bytes(
            {
                "cut": content[:-20],
                "extended": content + b"x",
                "flipped": content[:-50] + flipped + content[-49:],
            }[harm]
        )
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, recovery, folder)
        assert done.code == 1
        assert "does not open" in done.refused
        assert not (tmp_path / "elsewhere.db").exists()


def test_older_tombstones_than_the_backup_are_refused(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recovery = make_recovery(app)
    with time_machine.travel("2027-01-04T10:00:00Z", tick=False):
        assert run("backup", "tombstones", str(folder)).code == 0
    old = (folder / "tombstones-2027-01-04").read_bytes()
    with time_machine.travel("2027-01-04T11:00:00Z", tick=False):
        assert run("backup", str(folder)).code == 0
    (folder / "tombstones-2027-01-04").write_bytes(old)
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, recovery, folder)
    assert done.code == 1
    assert "older than the backup" in done.refused


def test_another_key_file_is_refused_unless_the_old_secret_is_lost(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recovery = make_recovery(app)
    assert run("backup", str(folder)).code == 0
    assert run("init", str(tmp_path / "other.key")).code == 0
    monkeypatch.setenv("CONSULT_KEY_FILE", str(tmp_path / "other.key"))
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, recovery, folder)
        assert done.code == 1
        assert "put back the secret from the safe" in done.refused


def test_shares_of_another_installation_open_nothing(
    app: Flask,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_recovery(app)
    assert run("backup", str(folder)).code == 0
    other = make_recovery(app)
    with elsewhere(settings, "sqlite", tmp_path) as target:
        done = restore(run, monkeypatch, target, other, folder)
    assert done.code == 1
    assert "do not belong to this recovery key" in done.refused
