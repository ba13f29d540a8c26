"""Random whole surveys on the real pages: kept and fresh pages are equal, and answers come back as typed."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import surveys
from consult.models.consultation import Survey
from consult.records import batches, kept_versions, opened, ready
from consult.web.rendered import Rendered
from surveys.writing import write
from tests.builders import TODAY, Team, make_team
from tests.forms import FULL
from tests.pages import Page
from tests.surveys import whole
from tests.visitor import HOST

_NUMBERS = itertools.count()
MANY = 300 if FULL else 25


@pytest.fixture
def team(app: Flask) -> Team:
    """A demonstration: there a survey is shown in every language that it has, read by a person or not."""
    return make_team(app, demonstration=True)


class Person:
    """Somebody with a browser that shows what the server sent, and sends what a page holds."""

    def __init__(self, team: Team, slug: str) -> None:
        self.client = team.app.test_client()
        self.extensions = team.app.extensions
        self.slug = slug
        self.html = ""

    @property
    def page(self) -> BeautifulSoup:
        """What is shown. Read when asked for: most pages are only passed."""
        return BeautifulSoup(self.html, "html.parser")

    def begin(self, language: str) -> None:
        """To the first page of questions, without a code and with every question."""
        self.html = self.client.get(f"/about/{self.slug}?language={language}", base_url=HOST).text
        form = next(each for each in self.page.find_all("form") if each.find(attrs={"name": "start_token"}))
        hidden = {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}
        self._post(hidden)
        self.act({"act": "no_code"})
        self.act({"act": "continue", "depth": "full"})

    def act(self, fields: Mapping[str, str | list[str]]) -> None:
        """Send the form of the page with these fields."""
        self._post({"csrf_token": self._token(self.html)} | dict(fields))

    def looks_the_same_when_nothing_is_kept(self) -> None:
        """Ask for this page from its template, anew, and as it is kept: all three are equal."""
        kept: Rendered = self.extensions["consult.rendered"]
        seen = [self._look(), self._look()]
        self.extensions["consult.rendered"] = Rendered()
        try:
            seen.append(self._look())
        finally:
            self.extensions["consult.rendered"] = kept
        assert seen[0] == seen[1] == seen[2]

    def shown(self) -> dict[str, list[str]]:
        """What the fields of the page hold."""
        found: dict[str, list[str]] = {}
        page = self.page
        for field in page.select("main input[type=radio], main input[type=checkbox]"):
            if field.has_attr("checked"):
                found.setdefault(str(field["name"]), []).append(str(field["value"]))
        for box in page.select("main textarea, main input[type=text]"):
            words = box.get_text().removeprefix("\n") if box.name == "textarea" else str(box.get("value", ""))
            if words:
                found[str(box["name"])] = [words]
        return found

    def _look(self) -> str:
        html = self.client.get(f"/s/{self.slug}", base_url=HOST).text
        return html.replace(self._token(html), "TOKEN")

    def _token(self, html: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', html)
        assert found is not None
        return found[1]

    def _post(self, fields: Mapping[str, str | list[str]]) -> None:
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = self.client.post(
            f"/s/{self.slug}", data=fields, base_url=HOST, headers=headers, follow_redirects=True
        )
        assert answer.status_code == 200, answer.text
        self.html = answer.text


def load(team: Team, survey: surveys.Survey) -> Survey:
    """Open a survey, committed."""
    row = kept_versions.load(team.session, team.consultation, write(survey), name="random.toml", today=TODAY)
    ready.open_survey(team.session, team.vault, row)
    team.session.commit()
    return row


def typed(chance: random.Random, page: surveys.Page) -> dict[str, surveys.AnswerValue]:
    """Answers to some questions of a page, none of which leaves the survey."""
    found: dict[str, surveys.AnswerValue] = {}
    for question in page.questions:
        leaving = [option.id for option in surveys.options_of(question) if option.ends]
        given_answer = whole.answer(chance, question)
        if given_answer.get(question.id) not in leaving:
            found |= given_answer
    return found


def buttons_of(page: surveys.Page) -> set[str]:
    """Questions whose answer is a way on: pressed, and never shown as chosen."""
    return {each.id for each in page.questions if isinstance(each, surveys.Choice) and each.buttons}


def as_lists(answers: Mapping[str, surveys.AnswerValue]) -> dict[str, list[str]]:
    """Answers as a form sends them."""
    return {name: value if isinstance(value, list) else [str(value)] for name, value in answers.items()}


def as_fields(answers: Mapping[str, surveys.AnswerValue]) -> dict[str, str | list[str]]:
    return {name: value if isinstance(value, list) else str(value) for name, value in answers.items()}


def walk(team: Team, survey: surveys.Survey, chance: random.Random) -> None:
    """One way through a survey, every page of it held against its answers."""
    row = load(team, survey)
    person = Person(team, row.slug)
    team.session.rollback()
    spoken = team.app.extensions["consult.settings"].languages
    language = chance.choice([each for each in survey.languages if each in spoken] or spoken)
    person.begin(language)
    answers: dict[str, surveys.AnswerValue] = {}
    at: str | None = None
    while (page := surveys.next_page(survey, answers, surveys.Depth.FULL, at)) is not None:
        person.looks_the_same_when_nothing_is_kept()
        shown = " ".join(person.page.get_text(" ").split())
        way = surveys.on_route(survey, answers)
        for question in (surveys.told(survey, each, way) for each in page.questions):
            for words in filter(None, (question.lead, question.text, question.hint)):
                assert words.read(language, base=survey.base).words in shown
        now = typed(chance, page)
        person.act({"act": "continue", **as_fields(now)})
        answers = surveys.merged(answers, page.questions, surveys.read(page.questions, as_lists(now)))
        person.act({"act": "back"})
        assert person.shown() == {
            name: value for name, value in as_lists(now).items() if name not in buttons_of(page)
        }
        person.act({"act": "continue", **as_fields(now)})
        at = page.id
    Page(person.html).hold(row.slug)
    person.looks_the_same_when_nothing_is_kept()
    person.act({"act": "send"})
    batches.release(team.session, team.consultation, row, today=TODAY, however_few=True)
    team.session.commit()
    unlocked = team.unlocked()
    (found,) = opened.released(
        team.session, team.vault, team.consultation, unlocked.keys, definition_id=survey.id
    )
    assert found.answers == surveys.stored(survey, answers)
    assert found.language == language


@settings(
    deadline=None,
    max_examples=MANY,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(survey=whole.surveys(most_sections=2), chance=st.randoms(use_true_random=True))
def test_a_random_survey_is_walked_on_the_real_pages(
    team: Team, survey: surveys.Survey, chance: random.Random
) -> None:
    walk(team, replace(survey, id=f"random_{next(_NUMBERS)}"), chance)
