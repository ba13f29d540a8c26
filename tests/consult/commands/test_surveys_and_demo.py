"""Checking, loading, opening and closing surveys from the command line, and the demonstration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.models.consultation import Consultation, State, Survey
from consult.models.literature import Source
from consult.models.note import Note
from consult.models.response import Batch, Response, Tombstone
from consult.models.standard import DraftStandard, EvidenceLink
from consult.settings import Settings
from consult.web.extensions import db
from tests.builders import SMALL, ensure_signed, make_response, make_team
from tests.consult.commands.running import Run
from tests.visitor import Visitor

BROKEN = """
id = "small"
strand = "survivors"
title = "A small survey"
[[sections]]
id = "part"
title = "Part"
[[sections.questions]]
id = "looked"
kind = "choise"
text = "Have you looked?"
required = true
"""


@pytest.fixture
def survey_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_definition_with_faults_is_named_by_file_question_and_fault(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(BROKEN, encoding="utf-8")
    done = run("survey", "check", str(path))
    assert done.code == 1
    assert "broken.toml: looked: " in done.refused
    assert "choise" in done.refused
    assert "Traceback" not in done.refused


def test_text_that_is_not_toml_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "not.toml"
    path.write_text('id = "small"\nthis is not TOML\n', encoding="utf-8")
    done = run("survey", "check", str(path))
    assert done.code == 1
    assert "line 2" in done.refused


def test_a_good_definition_passes(run: Run, survey_file: Path) -> None:
    done = run("survey", "check", str(survey_file))
    assert done.code == 0
    assert "no faults; 2 sections, 3 questions" in done.said


def test_a_survey_is_loaded_opened_and_closed_and_the_rest_is_released(
    app: Flask, run: Run, survey_file: Path
) -> None:
    team = make_team(app)
    for _ in range(6):
        make_response(team, {"helped_words": "x"})
    at = ("--consultation", "trial")
    assert "6 answers released" in run("release", *at).said
    make_response(team, {"helped_words": "the last"})
    assert "0 answers released" in run("release", *at).said
    assert run("survey", "close", "small", *at).code == 0
    team.session.rollback()
    batches = team.session.scalars(select(Batch.n)).all()
    assert list(batches) == [7]
    changed = survey_file.read_text(encoding="utf-8").replace("What helped?", "What helped you?")
    survey_file.write_text(changed, encoding="utf-8")
    assert run("survey", "load", str(survey_file), *at).code == 0
    refused = run("survey", "open", "small", *at).refused
    assert all(f"G{line}: " in refused for line in (1, 2, 6, 8, 9, 10))
    ensure_signed(team.session, team.vault, team.survey, team.account)
    team.session.commit()
    assert run("survey", "open", "small", *at).code == 0
    assert "open\t/about/" in run("survey", "list", *at).said
    done = run("survey", "open", "other", *at)
    assert (done.code, done.refused) == (1, "consult: trial has no survey 'other'\n")


def test_an_open_survey_does_not_take_another_version(app: Flask, run: Run, survey_file: Path) -> None:
    make_team(app)
    survey_file.write_text(SMALL.replace("What helped?", "What helped you?"), encoding="utf-8")
    done = run("survey", "load", str(survey_file), "--consultation", "trial")
    assert done.code == 1
    assert "close it before loading another version" in done.refused


def test_a_survey_does_not_open_before_enough_people_hold_a_key(
    app: Flask, run: Run, survey_file: Path
) -> None:
    team = make_team(app)
    team.consultation.min_grants = 2
    team.survey.state = State.CLOSED
    team.session.commit()
    done = run("survey", "open", "small", "--consultation", "trial")
    assert done.code == 1
    assert "needs 2 people who can open answers and has 1" in done.refused


def test_the_demonstration_is_built_through_the_services_and_only_once(
    app: Flask, run: Run, settings: Settings, visitor: Visitor
) -> None:
    assert run("demo").code == 0
    assert "there already" in run("demo").said
    session = db.session()

    def count(table: type) -> int:
        return session.scalar(select(func.count()).select_from(table)) or 0

    per_survey = dict(
        session.execute(select(Response.definition_id, func.count()).group_by(Response.definition_id)).all()
    )
    panel = {"panel/1": 42, "panel/2": 38, "panel/3": 35}
    assert per_survey == {"survivors": 180, "practitioners": 42} | panel
    assert count(Tombstone) == 4
    assert count(DraftStandard) == 13
    assert count(Batch) == 12
    assert count(Source) == 15
    assert count(EvidenceLink) > 40
    assert count(Note) > 300
    consultation = session.scalars(select(Consultation)).one()
    assert consultation.demonstration
    sign_ins = json.loads(
        settings.key_file.with_name("demonstration-sign-ins.json").read_text(encoding="utf-8")
    )
    assert {name.split(" (")[0] for name in sign_ins} == {
        "lead",
        "analyst",
        "custodian",
        "second",
        "adviser",
        "panellist",
    }
    slug = session.scalars(select(Survey.slug).where(Survey.definition_id == "survivors")).one()
    visitor.visit(f"/about/{slug}")
    assert "Illustrative draft. Not the published quality standards." in visitor.words


def test_the_demonstration_is_refused_on_a_public_host(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSULT_HOSTS", "consultation.example.org")
    monkeypatch.setenv("CONSULT_SECURE_COOKIES", "yes")
    monkeypatch.setenv("CONSULT_PROXY_DEPTH", "1")
    done = run("demo")
    assert done.code == 1
    assert "loopback or .onion hosts only" in done.refused
