"""All questions before taking part: the page, and the file that it leads to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient

import surveys
from consult.models.consultation import State
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.consult.paper.reading import read
from tests.visitor import Visitor

GATED = """
id = "small"
strand = "practitioners"
title = "Small"
summary = ["A few questions."]

[[sections]]
id = "first"
title = "The first part"

[[sections.questions]]
id = "used"
kind = "choices"
text = "Which did you use?"
options = [
  { id = "a", text = "Apples" },
  { id = "b", text = "Pears" },
  { id = "none", text = "None", exclusive = true },
]

[[sections.questions]]
id = "liked"
kind = "scale"
text = "How was it?"
low = 1
high = 5
label_low = "Poor"
label_high = "Good"
cannot_rate = "I cannot say"

[[sections.questions]]
id = "many"
starts_page = true
kind = "number"
text = "How many?"
when = { and = [
  { question = "used", any_in = ["a", "b"] },
  { not = { question = "liked", equals = "cannot_rate" } },
  { question = "used", count_at_least = 2 },
  { question = "used", all_in = ["a", "b"] },
  { question = "liked", in = [4, 5] },
  { question = "liked", answered = true },
] }
"""


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, source=surveys.shipped_source("survivors"))
    made.session.rollback()
    return made


def test_every_question_can_be_read_before_taking_part(team: Team, visitor: Visitor) -> None:
    """T01, T13, T14: from the first page, without a visit; the title is neutral and names no topic."""
    visitor.visit(f"/about/{team.survey.slug}")
    (link,) = [each for each in visitor.page.select("main a") if "Read all questions" in each.get_text()]
    visitor.visit(str(link["href"]))
    page = visitor.page
    assert visitor.status == 200
    assert page.title is not None
    assert page.title.get_text(strip=True) == "Standards consultation"
    survey = surveys.load("survivors")
    squeezed = visitor.words.replace(" ", "")
    for number, question in enumerate(survey.questions, start=1):
        assert f"{number}.{question.text.read('en')}".replace(" ", "") in squeezed
        for option in surveys.options_of(question):
            assert option.text.read("en").words.replace(" ", "") in squeezed
    assert page.select("main input, main textarea, main button, main form") == []
    order = [visitor.words.index(each) for each in ("It does not clear your history", "unwanted sexual")]
    assert order == sorted(order), "what keeps a reader safe comes before any word of the subject"
    levels = [int(each.name[1]) for each in page.select("main h1, main h2, main h3")]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_a_condition_is_said_in_sentences_that_name_questions_by_number(app: Flask, visitor: Visitor) -> None:
    team = make_team(app, source=GATED)
    visitor.visit(f"/about/{team.survey.slug}/questions")
    for said in (
        "Question 3 is for you if this is so: All of these are so:",
        "You gave one of these answers at question 1: Apples; Pears.",
        "This is not so: You answered “I cannot say” at question 2.",
        "You ticked 2 or more boxes at question 1.",
        "You ticked all of these at question 1: Apples; Pears.",
        "You gave one of these answers at question 2: 4; 5.",
        "You answered question 2.",
        "If it is not, you are at the end of the questions.",
        "None (then tick nothing else here)",
    ):
        assert said in visitor.words, said


def test_questions_of_a_survey_that_is_being_made_ready_are_nobodys_yet(
    team: Team, client: FlaskClient
) -> None:
    team.survey.state = State.PREPARING
    db.session.commit()
    for path in ("questions", "questions/large.pdf"):
        assert client.get(f"/about/{team.survey.slug}/{path}").status_code == 404
    assert "questions" not in client.get(f"/about/{team.survey.slug}").text


def test_a_closed_survey_can_be_read_and_not_sent_in_on_paper(team: Team, client: FlaskClient) -> None:
    team.survey.state = State.CLOSED
    db.session.commit()
    page = client.get(f"/about/{team.survey.slug}/questions")
    assert page.status_code == 200
    assert ".pdf" not in page.text
    assert client.get(f"/about/{team.survey.slug}/questions/large.pdf").status_code == 404


def test_the_file_has_a_neutral_name_and_is_made_once(team: Team, client: FlaskClient) -> None:
    """T13, T24: the name says nothing of the topic; no cookie; the headers of every page."""
    path = f"/about/{team.survey.slug}/questions/large.pdf"
    first = client.get(path)
    assert (first.status_code, first.mimetype) == (200, "application/pdf")
    assert first.headers["Content-Disposition"] == 'attachment; filename="questions-large.pdf"'
    assert first.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in first.headers
    assert read(first.data).title == "Standards consultation"
    assert "Please ask the people who gave you this paper" in read(first.data).words
    assert client.get(path).data == first.data


def test_who_asks_while_a_file_is_made_gets_a_page_that_asks_again(team: Team, client: FlaskClient) -> None:
    """T28: no thread of the service waits, and the person need not press anything."""
    shelf = team.app.extensions["consult.paper"]
    with shelf.busy():
        page = client.get(f"/about/{team.survey.slug}/questions/large.pdf?language=en")
    assert page.status_code == 503
    assert page.headers["Refresh"] == "5"
    assert f"/about/{team.survey.slug}/questions/large.pdf?language=en" in page.text


def test_a_server_that_cannot_make_files_says_what_else_there_is(
    team: Team, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team.app.extensions["consult.press"], "_missing", True)
    visitor.visit(f"/about/{team.survey.slug}/questions/ordinary.pdf")
    assert visitor.status == 503
    assert "can be printed from your browser instead" in visitor.words


@pytest.mark.parametrize("size", ["none", "LARGE", "..", "large "])
def test_other_sizes_are_not_there(team: Team, client: FlaskClient, size: str) -> None:
    assert client.get(f"/about/{team.survey.slug}/questions/{size}.pdf").status_code == 404
