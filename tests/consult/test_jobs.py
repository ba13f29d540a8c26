"""`consult jobs run`: what is due is done, the rest is left, and nothing destroyed stays in the file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult import cli, clock
from consult.models.audit import AuditEvent
from consult.models.response import Batch, Draft, Response
from consult.models.session import StaffSession, Visit
from consult.settings import Settings
from consult.web.extensions import db
from tests.builders import Team, make_response, make_team

DAY = date(2027, 3, 10)


@pytest.fixture
def team(app: Flask, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Team:
    monkeypatch.setenv("CONSULT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CONSULT_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("CONSULT_HOSTS", "localhost")
    monkeypatch.setenv("CONSULT_SECURE_COOKIES", "no")
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return make_team(app)


@pytest.fixture
def run(team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


class Run:
    """Runs the night's work as the host's timer does; gives the line that it prints."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        monkeypatch.setattr("sys.argv", ["consult", "jobs", "run"])

    def __call__(self) -> str:
        db.session.rollback()
        db.session.remove()
        cli.main()
        return self._capsys.readouterr().out


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_answers_that_wait_in_number_are_released_in_every_consultation(team: Team, run: Run) -> None:
    other = make_team(team.app, name="other", person="ola")
    for _ in range(5):
        make_response(team, {})
        make_response(other, {})
    assert run() == "10 answers released, 0 drafts and 0 sessions destroyed\n"
    assert count(Batch) == 2
    assert db.session.scalars(select(Batch.released)).all() == [DAY, DAY]
    assert db.session.scalars(select(AuditEvent.action)).all().count("release") == 2


def test_too_few_go_on_waiting_and_leave_no_entry_in_the_log(team: Team, run: Run) -> None:
    for _ in range(4):
        make_response(team, {})
    assert run().startswith("0 answers released")
    assert count(Batch) == 0
    assert count(Response) == 4
    assert count(AuditEvent) == 0


def test_drafts_are_destroyed_when_their_week_has_passed(team: Team, run: Run) -> None:
    for days in (-1, 0, 30):
        draft = Draft(
            lookup=bytes([days % 250]) * 32,
            consultation_id=team.consultation.id,
            definition_id="small",
            fingerprint=bytes(32),
            rev=1,
            blob=b"sealed",
            expires=DAY + timedelta(days=days),
        )
        team.session.add(draft)
    team.session.commit()
    assert "1 drafts" in run()
    assert sorted(db.session.scalars(select(Draft.expires))) == [DAY, DAY + timedelta(days=30)]
    entry = db.session.scalars(select(AuditEvent)).one()
    assert (entry.action, entry.detail) == ("expire drafts", "1")


def test_sessions_are_destroyed_when_their_hour_is_over(team: Team, run: Run) -> None:
    hour = int(clock.now() // 3600)
    for number, due in enumerate((hour - 1, hour + 5)):
        team.session.add(Visit(id_hash=bytes([number]) * 32, kind="visit", blob=b"", purge_after=due))
        team.session.add(StaffSession(id_hash=bytes([number]) * 32, kind="staff", blob=b"", purge_after=due))
    team.session.commit()
    assert "2 sessions" in run()
    assert (count(Visit), count(StaffSession)) == (1, 1)


def test_what_was_destroyed_is_in_no_file_afterwards(team: Team, run: Run, tmp_path: Path) -> None:
    mark = b"mark-of-a-session-1c4e"
    team.session.add(Visit(id_hash=bytes(32), kind="visit", blob=mark * 3, purge_after=1))
    team.session.commit()
    assert "1 sessions" in run()
    if db.engine.dialect.name == "sqlite":
        files = list(tmp_path.glob("consult.db*"))
        assert files
        assert not [path.name for path in files if mark in path.read_bytes()]
    assert count(Visit) == 0


def test_a_second_run_finds_nothing_to_do(team: Team, run: Run) -> None:
    for _ in range(5):
        make_response(team, {})
    run()
    assert run() == "0 answers released, 0 drafts and 0 sessions destroyed\n"
