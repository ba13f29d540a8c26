"""Versions: numbered, never changed, compared, and one that people see stays while they answer."""

from __future__ import annotations

import pytest
from flask import Flask

import surveys
from consult.making import service
from consult.models.making import SurveyVersion
from consult.records import definitions, kept_versions
from consult.records.kept_versions import OpenVersionError, ReusedIdError
from consult.web.extensions import db
from surveys import editing
from surveys.writing import write
from tests.builders import SMALL, TODAY, Team, make_team
from tests.consult.entering import sign_in
from tests.visitor import Visitor

HOME = "/team/trial/surveys/small"


@pytest.fixture
def at_work(app: Flask, visitor: Visitor) -> Visitor:
    """Sam, who leads a consultation with an open survey, and goes on with that survey."""
    make_team(app)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/surveys/make")
    visitor.press("Begin", {"start": "own/trial/small"})
    assert visitor.heading == "A small survey"
    return visitor


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def change_words(visitor: Visitor, words: str) -> None:
    visitor.visit(f"{HOME}/edit/questions/helped_words")
    visitor.press("Save", {"text_en": words})


def keep(visitor: Visitor) -> None:
    visitor.visit(f"{HOME}/keep")
    visitor.press("Keep this version", {"said": "Other words"})


def test_an_open_survey_keeps_the_version_that_people_see(at_work: Visitor) -> None:
    change_words(at_work, "What helped you?")
    keep(at_work)
    assert "people go on seeing the version that they see now" in at_work.words
    assert "Version 2" in at_work.words
    assert "People see it now" in at_work.words
    assert not [button for button in at_work.page.find_all("button") if "Use this" in button.get_text()]
    at_work.visit("/team/trial/")
    at_work.press("Close: A small survey")
    at_work.visit(f"{HOME}/versions")
    at_work.press("Use this version: 2")
    assert "People see this version from the next opening on." in at_work.words


def test_what_is_the_same_as_a_kept_version_is_not_kept_twice(at_work: Visitor) -> None:
    at_work.visit(f"{HOME}/keep")
    assert "This copy is the same as a version that is kept already." in at_work.words
    at_work.press("Keep this version")
    assert "This was kept before" in at_work.words
    assert db.session.query(SurveyVersion).count() == 1


def test_a_copy_with_faults_is_not_kept_and_leads_to_what_to_mend(at_work: Visitor) -> None:
    at_work.visit(f"{HOME}/edit/parts/about/new")
    at_work.press("Add the question", {"text": "Which?", "kind": "choice"})
    at_work.visit(f"{HOME}/keep")
    assert "There is one thing to mend first." in at_work.words
    token = str(at_work.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    at_work.post(f"{HOME}/keep", [("csrf_token", token), ("said", "")])
    assert at_work.heading == "What to mend"
    assert db.session.query(SurveyVersion).count() == 1


def test_two_versions_are_compared_word_by_word(at_work: Visitor) -> None:
    change_words(at_work, "What helped you most?")
    at_work.visit(f"{HOME}/edit")
    at_work.press("Remove: Have you looked for support?")
    keep(at_work)
    at_work.visit(f"{HOME}/versions")
    link = [str(option["value"]) for option in at_work.page.select("#old option")]
    at_work.visit(f"{HOME}/versions/compare?old={link[-1]}&new={link[1]}")
    assert "From version 1 to version 2." in at_work.words
    assert "taken out: helped? put in: helped you most?" in at_work.words
    assert "People may have answered what is gone: looked, looked.yes, looked.no." in at_work.words
    at_work.visit(f"{HOME}/versions/compare?old={link[1]}&new=copy")
    assert "Nothing is different." in at_work.words


def test_the_kind_of_a_question_that_people_saw_stays(at_work: Visitor) -> None:
    at_work.visit(f"{HOME}/edit/questions/looked")
    assert "so its kind stays" in at_work.words
    assert not at_work.page.find("input", {"name": "kind"})


def test_an_id_that_people_saw_is_never_given_to_something_else(at_work: Visitor) -> None:
    at_work.visit(f"{HOME}/edit")
    at_work.press("Remove: Have you looked for support?")
    at_work.visit(f"{HOME}/edit/parts/part/new")
    at_work.press("Add the question", {"text": "Looked", "kind": "free_text"})
    assert at_work.path.endswith("/looked_2")
    at_work.visit(f"{HOME}/edit/questions/words_use")
    at_work.press("Remove: Only count my answers")
    at_work.press("Add options", {"options": "Count only"})
    made = service.open_copy(db.session(), "trial", "small").survey
    assert [option.id for option in surveys.options_of(made.question("words_use"))] == [
        "quote",
        "paraphrase",
        "count_only_2",
    ]


def test_an_id_with_another_kind_is_refused_from_wherever_it_comes(team: Team) -> None:
    other = surveys.parse(SMALL)
    changed = editing.put_question(other, editing.as_kind(other.question("looked"), "choices"))
    team.survey.state = "closed"
    with pytest.raises(ReusedIdError, match="looked asked for another kind of answer"):
        kept_versions.load(team.session, team.consultation, write(changed), name="small", today=TODAY)


def test_a_version_that_is_open_is_not_exchanged(team: Team) -> None:
    changed = SMALL.replace("What helped?", "What helped you?")
    author = kept_versions.Author(name="sam", today=TODAY)
    survey = kept_versions.keep(team.session, team.consultation, changed, name="small", author=author)
    assert definitions.current(team.session, survey) == surveys.parse(SMALL)
    with pytest.raises(OpenVersionError):
        kept_versions.use(team.session, survey, surveys.fingerprint(surveys.parse(changed)))
    rows = team.session.query(SurveyVersion).order_by(SurveyVersion.number).all()
    assert [(row.number, row.opened, row.made_by) for row in rows] == [(1, True, ""), (2, False, "sam")]


def test_what_is_kept_and_chosen_stands_in_the_log(at_work: Visitor) -> None:
    change_words(at_work, "What helped you?")
    keep(at_work)
    at_work.visit("/team/trial/audit")
    assert "begin working copy" in at_work.words
    assert "keep version" in at_work.words
