"""A start that refuses what is not safe: one calm line for each reason, and files that others cannot read."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
from click.testing import CliRunner
from flask import Flask

from consult import intake
from consult.commands.serve import run
from consult.faults import Fault
from consult.models.files import OpenToOthersError
from consult.serving import options
from consult.settings import Settings, SettingsError
from consult.vault import serverkeys
from consult.web.extensions import db
from tests.consult.conftest import Start

HOME = Path(__file__).parents[2]
GUNICORN = (sys.executable, "-m", "gunicorn", "consult.intake:create_app()", "--bind", "127.0.0.1:0")


@pytest.fixture
def quiet(tmp_path: Path) -> Settings:
    """Settings with a key file and a folder of their own, and no database yet."""
    serverkeys.create(tmp_path / "own.key")
    (tmp_path / "home").mkdir(mode=0o700)
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'home' / 'consult.db'}",
        key_file=tmp_path / "own.key",
        hosts=("localhost",),
        secure_cookies=False,
    )


@pytest.fixture
def mask() -> Iterator[None]:
    """A mask that lets everybody read and write, as some systems have it."""
    before = os.umask(0)
    yield
    os.umask(before)


def database(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def used(app: Flask) -> None:
    """Tables are made and written to, and the log of the database is still there."""
    with app.app_context():
        flask_migrate.upgrade()
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM visit")


def test_a_new_database_is_its_owners_alone_whatever_the_mask_says(
    quiet: Settings, start: Start, mask: None
) -> None:
    app = start(intake.create_app, quiet)
    used(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM visit")
        files = sorted(database(quiet).parent.iterdir())
        names = ["consult.db", "consult.db-shm", "consult.db-wal", "consult.db.lock"]
        assert [path.name for path in files] == names
        assert [mode(path) for path in files] == [0o600] * 4


def test_a_folder_that_two_users_share_on_purpose_keeps_everybody_else_out(
    quiet: Settings, start: Start, mask: None
) -> None:
    database(quiet).parent.chmod(0o2770)
    used(start(intake.create_app, quiet))
    assert mode(database(quiet)) == 0o660
    database(quiet).parent.chmod(0o2775)
    with pytest.raises(OpenToOthersError, match="chmod 700"):
        intake.create_app(quiet)


@pytest.mark.parametrize("loose", [0o755, 0o750, 0o701, 0o1777])
def test_a_folder_that_others_can_look_into_is_refused(quiet: Settings, loose: int) -> None:
    """Its list tells when the database was last written to, which is when somebody answered."""
    database(quiet).parent.chmod(loose)
    with pytest.raises(OpenToOthersError, match="a folder of its own"):
        intake.create_app(quiet)


@pytest.mark.parametrize("name", ["consult.db", "consult.db-wal", "consult.db-shm"])
def test_a_file_that_others_can_read_is_closed_to_them_and_that_is_said(
    quiet: Settings, start: Start, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = logging.getLogger().handlers[:]
    used(start(intake.create_app, quiet))
    path = database(quiet).with_name(name)
    path.touch()
    path.chmod(0o644)
    start(intake.create_app, quiet)
    logging.getLogger().handlers[:] = before
    assert mode(path) == 0o600
    assert capfd.readouterr().err.count("others could read the database's files") == 1


def test_a_start_in_testing_mode_is_refused(quiet: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flask, "default_config", {**Flask.default_config, "TESTING": True})
    with pytest.raises(SettingsError, match="testing off"):
        intake.create_app(quiet)


def refusals(quiet: Settings) -> dict[str, tuple[dict[str, str], str]]:
    """Ways to start it wrongly, by what is set, and what the one line says."""
    odd = quiet.key_file.with_name("odd")
    odd.mkdir(mode=0o700)
    connection = sqlite3.connect(odd / "consult.db")
    connection.executescript("PRAGMA page_size=4096; CREATE TABLE other (a);")
    connection.close()
    (odd / "consult.db").chmod(0o600)
    loose = quiet.key_file.with_name("loose.key")
    serverkeys.create(loose)
    loose.chmod(0o644)
    other = quiet.key_file.with_name("other.key")
    serverkeys.write_half(other, serverkeys.read(quiet.key_file), "workbench")
    folder = quiet.key_file.with_name("open")
    folder.mkdir(mode=0o755)
    return {
        "debug": ({"FLASK_DEBUG": "1"}, "turn FLASK_DEBUG off"),
        "key file": ({"CONSULT_KEY_FILE": str(loose)}, "other people can read the key file"),
        "half": ({"CONSULT_KEY_FILE": str(other)}, "it is another application's"),
        "pages": ({"CONSULT_DATABASE_URL": f"sqlite:///{odd}/consult.db"}, "pages of 4096 bytes"),
        "folder": ({"CONSULT_DATABASE_URL": f"sqlite:///{folder}/consult.db"}, "other people can look into"),
        "hosts": ({"CONSULT_HOSTS": " , "}, "set CONSULT_HOSTS"),
        "depth": ({"CONSULT_HOSTS": "say.example"}, "set CONSULT_PROXY_DEPTH"),
        "odd depth": ({"CONSULT_PROXY_DEPTH": "auto"}, "CONSULT_PROXY_DEPTH must be a whole number"),
    }


def environment(quiet: Settings, change: dict[str, str]) -> dict[str, str]:
    """The settings of a loopback installation, but for a change."""
    own = {
        "CONSULT_DATABASE_URL": quiet.database_url,
        "CONSULT_KEY_FILE": str(quiet.key_file),
        "CONSULT_HOSTS": "localhost",
        "CONSULT_SECURE_COOKIES": "",
    }
    return own | change


@pytest.mark.parametrize(
    "name", ["debug", "key file", "half", "pages", "folder", "hosts", "depth", "odd depth"]
)
def test_each_reason_not_to_start_is_one_calm_line(
    quiet: Settings, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    change, why = refusals(quiet)[name]
    for key, value in environment(quiet, change).items():
        monkeypatch.setenv(key, value)
    with pytest.raises(Fault):
        intake.create_app()
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("consult: ")
    assert why in line


def test_a_server_that_is_refused_ends_and_says_why(quiet: Settings) -> None:
    change, why = refusals(quiet)["key file"]
    done = subprocess.run(
        [*GUNICORN, "--no-control-socket", "--log-level", "warning"],
        cwd=HOME,
        env=os.environ | environment(quiet, change),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert why in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("application", "more"), [("intake", ()), ("workbench", ("--preload",))])
def test_several_processes_that_would_not_know_of_each_other_are_refused(
    quiet: Settings, application: str, more: tuple[str, ...]
) -> None:
    line = [
        *GUNICORN,
        *options(),
        "--log-level",
        "warning",
        "--graceful-timeout",
        "1",
        "--workers",
        "2",
        *more,
    ]
    line[3] = f"consult.{application}:create_app()"
    done = subprocess.run(
        line,
        cwd=HOME,
        env=os.environ | environment(quiet, {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # 3; or 1 and lines of the server's own, where it hears of one process while it starts the next.
    assert done.returncode in {1, 3}
    assert "one process for this application" in done.stderr
    assert done.returncode == 1 or "Traceback" not in done.stdout + done.stderr


def test_a_command_serves_several_processes_of_the_intake_alone() -> None:
    refused = CliRunner().invoke(run, ["--app", "combined", "--processes", "2"])
    assert refused.exit_code == 2
    assert "only the intake can have several" in refused.output


def test_settings_that_are_right_start(quiet: Settings, start: Start) -> None:
    start(intake.create_app, replace(quiet, hosts=("say.example",), proxy_depth=1, secure_cookies=True))
