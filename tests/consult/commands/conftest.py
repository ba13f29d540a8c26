"""The command line on the database of a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from consult import cli
from consult.settings import Settings
from consult.web.extensions import db
from tests.consult.commands.running import Outcome, Run


@pytest.fixture
def run(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs `consult` with these words on the database of the test."""
    monkeypatch.setenv("CONSULT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CONSULT_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("CONSULT_HOSTS", "localhost")
    monkeypatch.setenv("CONSULT_SECURE_COOKIES", "no")

    def consult(*words: str) -> Outcome:
        monkeypatch.setattr("sys.argv", ["consult", *words])
        db.session.rollback()
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        return Outcome(code=code, said=out.out, refused=out.err)

    return consult


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    made = tmp_path / "backups"
    made.mkdir()
    return made
