"""`consult import responses`: answers from elsewhere meet the same checks and the same sealing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult import clock
from consult.models.audit import AuditEvent
from consult.models.consultation import State
from consult.models.response import Response
from consult.records import opened
from tests.builders import PASSPHRASE, Team, make_response, make_team, release
from tests.consult.commands.running import Run

HEADER = "when,Looked,Words,May we quote?\n"
MAPPED = ("--map", "looked=Looked", "--map", "helped_words=Words", "--map", "words_use=May we quote?")
AT = ("--survey", "small", "--consultation", "trial")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def table(folder: Path, rows: str, *, header: str = HEADER, encoding: str = "utf-8") -> str:
    path = folder / "answers.csv"
    path.write_bytes((header + rows).encode(encoding))
    return str(path)


def stored(team: Team) -> int:
    team.session.rollback()
    return team.session.scalar(select(func.count()).select_from(Response)) or 0


def test_rows_become_sealed_responses_that_the_team_opens_after_the_release(
    team: Team, run: Run, tmp_path: Path
) -> None:
    rows = (
        'yesterday,yes,"They listened,\nand waited.",You may quote my words\n' + "x,No,Kind,count_only\n" * 4
    )
    done = run("import", "responses", table(tmp_path, rows), *AT, *MAPPED)
    assert done.code == 0
    assert "5 imported and sealed, 0 left out with problems, 0 empty" in done.said
    release(team)
    keys = team.unlocked().keys
    answers = [each.answers for each in opened.released(team.session, team.vault, team.consultation, keys)]
    assert {"looked": "yes", "helped_words": "They listened,\nand waited.", "words_use": "quote"} in answers
    assert len(answers) == 5


def test_a_dry_run_checks_everything_and_stores_nothing(team: Team, run: Run, tmp_path: Path) -> None:
    done = run("import", "responses", table(tmp_path, "x,yes,Kind,quote\n"), *AT, *MAPPED, "--dry-run")
    assert (done.code, stored(team)) == (0, 0)
    assert "1 would be imported" in done.said


def test_a_row_that_does_not_fit_refuses_the_file_and_names_row_and_question_only(
    team: Team, run: Run, tmp_path: Path
) -> None:
    path = table(tmp_path, "x,yes,Kind,quote\nx,perhaps so,Private words,quote\n")
    done = run("import", "responses", path, *AT, *MAPPED)
    assert (done.code, stored(team)) == (1, 0)
    assert "row 3: looked: unknown_option" in done.refused
    assert "perhaps so" not in done.refused
    assert "Private words" not in done.refused
    done = run("import", "responses", path, *AT, *MAPPED, "--skip-bad")
    assert (done.code, stored(team)) == (0, 1)


@pytest.mark.parametrize(
    ("mapped", "said"),
    [
        (("--map", "looked=Nowhere"), "has no column Nowhere; it has Looked, Words"),
        (("--map", "unheard=Looked"), "small has no question unheard; it has looked, helped_words"),
        (("--map", "looked=when"), "the column when tells when somebody answered: it is never imported"),
        (("--map", "looked=Looked", "--map", "looked=Words"), "two columns answer looked"),
    ],
)
def test_wrong_columns_and_questions_are_named_with_those_that_there_are(
    team: Team, run: Run, tmp_path: Path, mapped: tuple[str, ...], said: str
) -> None:
    done = run("import", "responses", table(tmp_path, "x,yes,Kind,quote\n"), *AT, *mapped)
    assert done.code == 1
    assert said in done.refused
    assert stored(team) == 0


def test_a_file_that_is_not_utf_8_or_not_csv_is_refused_calmly(team: Team, run: Run, tmp_path: Path) -> None:
    latin = table(tmp_path, "x,yes,Gr\u00fc\u00dfe,quote\n", encoding="latin-1")
    done = run("import", "responses", latin, *AT, *MAPPED)
    assert done.code == 1
    assert "not UTF-8 text" in done.refused
    broken = table(tmp_path, 'x,yes,"never closed,quote\n')
    done = run("import", "responses", broken, *AT, *MAPPED)
    assert done.code == 1
    assert "not well-formed CSV" in done.refused


def test_a_closed_or_unknown_survey_takes_nothing(team: Team, run: Run, tmp_path: Path) -> None:
    path = table(tmp_path, "x,yes,Kind,quote\n")
    done = run("import", "responses", path, "--survey", "other", "--consultation", "trial", *MAPPED)
    assert done.code == 1
    assert "trial has no survey 'other'" in done.refused
    done = run("import", "responses", path, "--survey", "small", "--consultation", "gone", *MAPPED)
    assert "there is no consultation named 'gone'" in done.refused
    team.session.rollback()
    team.survey.state = State.CLOSED
    team.session.commit()
    done = run("import", "responses", path, *AT, *MAPPED)
    assert (done.code, stored(team)) == (1, 0)
    assert "small is closed" in done.refused


def test_columns_are_matched_by_their_words_and_what_tells_on_people_is_said(
    team: Team, run: Run, tmp_path: Path
) -> None:
    header = "ID,Start time,Completion time,Email,Name,Have you looked for support?,What helped?\n"
    rows = "1,1/4/27 10:00:00,1/4/27 10:05:00,a@example.org,A. Person,Yes,Kindness\n"
    done = run("import", "responses", table(tmp_path, rows, header=header), *AT)
    assert done.code == 0
    assert "1 imported and sealed" in done.said
    assert "never imported: Email (who answered)" in done.refused
    assert "a@example.org" not in done.said + done.refused
    empty = table(tmp_path, "x\n", header="Nothing of ours\n")
    refused = run("import", "responses", empty, *AT, "--shape", "plain")
    assert (refused.code, stored(team)) == (1, 1)
    assert "no column answers a question" in refused.refused


def test_an_import_is_listed_and_undone_as_one(team: Team, run: Run, tmp_path: Path) -> None:
    own = make_response(team, {"looked": "no"})
    done = run("import", "responses", table(tmp_path, "x,yes,Kind,quote\n" * 5), *AT, *MAPPED)
    key = done.said.split("(import ")[1].split(")")[0]
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    as_sam = ("--consultation", "trial", "--as", "sam", "--passphrase-file", str(secret))
    listed = run("import", "list", *as_sam)
    assert f"{key} {clock.today()} plain small: 5 answers, 0 coded, 0 in files" in listed.said
    undone = run("import", "undo", key, *as_sam)
    assert (undone.code, undone.said) == (0, "5 answers taken out\n")
    team.session.rollback()
    assert list(team.session.scalars(select(Response.id))) == [own]
    again = run("import", "undo", key, *as_sam)
    assert again.code == 1
    assert "no such import" in again.refused
    team.session.rollback()
    noted = set(map(tuple, team.session.execute(select(AuditEvent.action, AuditEvent.detail))))
    assert noted >= {("import", f"5 responses, import {key}"), ("undo import", f"5 responses, import {key}")}


def test_a_map_without_a_column_is_a_misuse(team: Team, run: Run, tmp_path: Path) -> None:
    done = run("import", "responses", table(tmp_path, ""), *AT, "--map", "looked")
    assert done.code == 2
    assert "QUESTION=COLUMN" in done.refused
