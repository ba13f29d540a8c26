"""A survey is begun from a shipped one, a file or another consultation's, and its copy is thrown away."""

from __future__ import annotations

import io

from flask import Flask

import surveys
from consult.models.account import Role
from consult.records import accounts, consultations, definitions, kept_versions
from consult.web.extensions import db
from tests.builders import SMALL, TODAY, make_account
from tests.consult.entering import make_consultation, sign_in
from tests.consult.making.scene import HOME, begin, copy_of
from tests.visitor import HOST, Visitor


def test_a_shipped_survey_is_begun_whole_and_has_nothing_to_mend(survivors: Visitor) -> None:
    assert survivors.heading == "What good support looks like"
    assert copy_of("survivors") == surveys.load("survivors")
    survivors.visit(f"{HOME}/survivors/mend")
    assert "Nothing. It can be kept as a version." in survivors.words


def test_who_begins_it_again_gets_another_under_an_id_of_its_own(survivors: Visitor) -> None:
    assert begin(survivors, "shipped/survivors") == "survivors_2"
    survivors.visit(f"{HOME}/make")
    assert survivors.words.count("Last change by lea") == 2


def test_a_start_that_lacks_something_says_what(lea: Visitor) -> None:
    lea.visit(f"{HOME}/make")
    for start, said in (
        ("", "Please choose what to start from."),
        ("empty", "Please write a title."),
        ("upload", "Please choose a file."),
    ):
        lea.press("Begin", {"start": start, "title": " "})
        assert (lea.status, said in lea.words) == (422, True), lea.words


def test_a_survey_is_begun_from_a_file_and_its_faults_are_named(lea: Visitor) -> None:
    lea.visit(f"{HOME}/make")
    token = str(lea.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    for content, name, said in (
        (SMALL.encode(), "small.toml", "A small survey"),
        (b"id = 3", "bad.toml", "The file cannot be read as a survey"),
        (b"\xff\xfe\x00", "bad.toml", "not UTF-8 text"),
        (b"PK\x03\x04", "bad.xlsx", "does not open as a workbook"),
    ):
        answer = lea.client.post(
            f"{HOME}/make",
            data={"csrf_token": token, "start": "upload", "file": (io.BytesIO(content), name)},
            content_type="multipart/form-data",
            base_url=HOST,
            follow_redirects=True,
        )
        assert said in answer.text, name
    assert copy_of("small") == surveys.parse(SMALL)


def test_a_survey_of_another_consultation_that_one_leads_can_be_begun_from(
    app: Flask, visitor: Visitor
) -> None:
    for name, leads in (("autumn", True), ("winter", False)):
        other = make_consultation(app, name=name, title=name.title())
        kept_versions.load(db.session(), other, SMALL, name="small.toml", today=TODAY)
        db.session.commit()
        if leads:
            lea = make_account(app, "lea", other, Role.LEAD)
    spring = make_consultation(app)
    accounts.join(db.session(), lea, spring, Role.LEAD)
    db.session.commit()
    sign_in(visitor, "lea")
    visitor.visit(f"{HOME}/make")
    assert "A small survey, of Autumn" in visitor.words
    assert "of Winter" not in visitor.words
    assert begin(visitor, "own/autumn/small") == "small"
    visitor.visit(f"{HOME}/make")
    visitor.press("Begin", {"start": "own/winter/small"})
    assert visitor.status == 422


def test_a_working_copy_is_thrown_away_and_versions_stay(survivors: Visitor) -> None:
    survivors.visit(f"{HOME}/survivors/keep")
    survivors.press("Keep this version")
    survivors.visit(f"{HOME}/survivors/discard")
    survivors.press("Throw it away")
    assert "The working copy is gone." in survivors.words
    survivors.visit(f"{HOME}/survivors/edit")
    assert survivors.status == 404
    consultation = consultations.named(db.session(), "spring")
    kept = consultations.survey_of(db.session(), consultation, "survivors")
    assert definitions.current(db.session(), kept) == surveys.load("survivors")
