"""S10: `consult keys` for the server's secret, from the file to the rows that name it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult import combined
from consult.models.audit import AuditEvent
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.response import Batch, Response
from consult.models.session import StaffSession, Visit
from consult.records import accounts, consultations, opened, peppers, responses
from consult.settings import Settings
from consult.vault import serverkeys
from consult.web.extensions import db
from tests.builders import PASSPHRASE, TODAY, make_response, make_team
from tests.consult.commands.running import Run
from tests.consult.conftest import Start
from tests.consult.entering import sign_in
from tests.visitor import Visitor

ANSWERS = {"helped_words": "the quiet room"}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A key file of this test's own: it is written to."""
    own = tmp_path / "own.key"
    shutil.copy(settings.key_file, own)
    own.chmod(0o600)
    return replace(settings, key_file=own)


def batches_of(session: Session, consultation: Consultation) -> bytes:
    """A batch to put an answer into."""
    batch = Batch(
        consultation_id=consultation.id, definition_id="small", released=TODAY, n=1, merkle_root=bytes(32)
    )
    session.add(batch)
    session.flush()
    return bytes(batch.id)


def test_a_rotation_keeps_codes_and_people_and_moves_what_it_can(
    app: Flask, run: Run, settings: Settings, start: Start
) -> None:
    """S10: after a second secret everybody still reads what they could read."""
    team = make_team(app)
    code, keys = responses.new_code(team.intake, team.consultation)
    response_id = make_response(team, ANSWERS, keys=keys)
    team.session.add(StaffSession(id_hash=new_id() * 2, kind="staff", blob=b"x", purge_after=9_999_999))
    team.session.add(Visit(id_hash=new_id() * 2, kind="visit", blob=b"x", purge_after=9_999_999))
    team.session.commit()

    done = run("keys", "rotate", "--yes")

    assert done.code == 0, done.refused
    assert "2: " in done.said
    team.session.expire_all()
    assert team.session.scalar(select(func.count()).select_from(StaffSession)) == 0
    assert team.session.scalar(select(func.count()).select_from(Visit)) == 1  # it may hold the only copy
    assert (
        "number 2"
        in team.session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "rotate server secret")
        ).one()
    )
    team.session.rollback()

    again = start(combined.create_app, settings)
    with again.app_context():
        session = db.session()
        vault, intake = (again.extensions[f"consult.{name}_vault"] for name in ("workbench", "intake"))
        assert not peppers.behind(session, vault)
        trial = consultations.named(session, "trial")
        survey = consultations.surveys_of(session, trial)[0]
        assert trial.pepper == 1
        typed, found = responses.read_code(intake, trial, code)
        assert typed == code
        assert responses.read(session, intake, survey, found).response_id == response_id
        assert responses.recipient(session, trial).public
        session.rollback()

        visitor = Visitor(again.test_client())
        sign_in(visitor, "sam")
        assert accounts.named(session, "sam").pepper == 2
        key = accounts.unlock(vault, accounts.named(session, "sam"), PASSPHRASE)
        assert key.private == team.key.private
        row = session.get_one(Response, response_id)
        row.batch_id = batches_of(session, trial)
        session.flush()
        held = accounts.opened_keys(session, vault, trial, key)
        read = [each.answers for each in opened.released(session, vault, trial, held)]
        assert read == [ANSWERS]


def test_a_rotation_cut_off_after_the_file_is_finished_by_the_next_and_no_other_begins(
    app: Flask, run: Run, settings: Settings
) -> None:
    make_team(app)
    run("staff", "add", "ada", "--display-name", "Ada")  # the log of staff acts has a key now
    serverkeys.add(settings.key_file)
    assert "behind the key file" in run("keys", "status").said

    done = run("keys", "rotate", "--yes")

    assert done.code == 0, done.refused
    assert serverkeys.read(settings.key_file).numbers == (1, 2)
    assert "behind" not in run("keys", "status").said
    assert run("staff", "add", "bo", "--display-name", "Bo").code == 0


def test_status_counts_what_needs_each_secret_and_says_when_one_is_missing(
    app: Flask, run: Run, settings: Settings
) -> None:
    team = make_team(app)
    said = run("keys", "status").said.splitlines()
    assert said == [
        "secret 1\tpresent\tneeded by 1 accounts and 1 consultations",
        "trial\tkeys number 1, held by 1 people",
    ]
    team.consultation.pepper = 3
    team.session.commit()
    assert "secret 3\tMISSING FROM THE KEY FILE" in run("keys", "status").said


def test_a_secret_is_dropped_only_when_no_row_names_it(app: Flask, run: Run, settings: Settings) -> None:
    team = make_team(app)
    run("keys", "rotate", "--yes")
    refused = run("keys", "drop", "1")
    assert refused.code == 1
    assert "1 accounts and 1 consultations" in refused.refused
    for row in (team.account, team.consultation):
        row.pepper = 2
    team.session.commit()
    assert run("keys", "drop", "1").code == 0
    assert serverkeys.read(settings.key_file).numbers == (2,)


def test_the_halves_serve_each_application_and_neither_can_rotate(
    app: Flask, run: Run, settings: Settings, tmp_path: Path
) -> None:
    make_team(app)
    intake, workbench = tmp_path / "intake.key", tmp_path / "workbench.key"
    done = run("keys", "split", "--intake", str(intake), "--workbench", str(workbench))
    assert done.code == 0, done.refused
    assert [path.stat().st_mode & 0o777 for path in (intake, workbench)] == [0o600, 0o600]
    assert run("keys", "split", "--intake", str(intake)).code == 1
    assert run("keys", "split", "--intake", str(intake), "--replace").code == 0
    assert run("keys", "split").code == 1
    assert serverkeys.read(intake).intake
    assert serverkeys.read(workbench).workbench
    shutil.copy(workbench, settings.key_file)  # the team's application, asked to rotate
    refused = run("keys", "rotate", "--yes")
    assert refused.code == 1
    assert "whole key file" in refused.refused


def test_what_was_printed_makes_the_file_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first.key"
    printed = run("init", str(first)).said.splitlines()[-1]
    number, second = serverkeys.add(first)
    typed = iter([printed, f"{number}: {second}", ""])
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: next(typed))

    done = run("init", str(tmp_path / "again.key"), "--restore")

    assert done.code == 0, done.refused
    assert serverkeys.read(tmp_path / "again.key") == serverkeys.read(first)


def test_every_secret_of_the_server_is_known_to_what_moves_them() -> None:
    """A column sealed as type 10 that `records/peppers.py` does not name would be lost at a rotation."""
    root = Path(peppers.__file__).parents[1]
    sealed = set()
    for path in root.rglob("*.py"):
        if path.name == "opening.py":
            continue
        words = path.read_text(encoding="utf-8")
        for name in re.findall(r"\bseal_secret\(\s*([^,]+),", words):
            found = re.search(rf'^{name} = "([a-z_.]+)"$', words, re.MULTILINE)
            sealed.add(found[1] if found else name.strip('"'))
    assert sealed == {each.name for each in peppers.SECRETS}
