"""S41: whoever watches the line sees pages of one size, whichever way somebody takes through a survey."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest
from flask import Flask

import surveys
from consult import intake
from consult.settings import Settings
from consult.web.padding import LEAST, STEP
from tests.builders import Team, make_team
from tests.consult.conftest import Start
from tests.forms import FULL
from tests.visitor import Visitor

CHECK = "Check your answers"


def size(visitor: Visitor) -> int:
    assert visitor.response is not None
    return len(visitor.response.data)


def begin(team: Team, app: Flask) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    return visitor


def branches(visitor: Visitor, steering: Collection[str]) -> list[dict[str, str]]:
    """Choices of the page, each alone: every option where it steers the way, else one of each question."""
    found: dict[tuple[str, str], dict[str, str]] = {("", ""): {}}
    for field in visitor.page.select("main input[type=radio], main input[type=checkbox]"):
        name, value = str(field["name"]), str(field["value"])
        found.setdefault((name, value if FULL or name in steering else ""), {name: value})
    return list(found.values())


def steers(survey_id: str) -> set[str]:
    """The questions whose answers decide what is asked."""
    definition = surveys.load(survey_id)
    conditions = repr(
        [*(part.when for part in definition.sections), *(each.when for each in definition.questions)]
    )
    ends = {each.id for each in definition.questions for option in surveys.options_of(each) if option.ends}
    return ends | {each.id for each in definition.questions if repr(each.id) in conditions}


def on(visitor: Visitor, chosen: dict[str, str]) -> None:
    """Choose, and go on by the way that the page has."""
    buttons = visitor.shown.buttons
    visitor.press("I am 18 or over" if "I am 18 or over" in buttons else "Continue", chosen)


def walk(team: Team, app: Flask, pages: int) -> Visitor:
    """Somebody who passed so many pages without an answer."""
    visitor = begin(team, app)
    for _ in range(pages):
        on(visitor, {})
    return visitor


@pytest.mark.parametrize("survey_id", surveys.shipped())
def test_every_branch_of_a_survey_answers_in_pages_of_one_size(app: Flask, survey_id: str) -> None:
    """Every option that steers is chosen alone once; in long form every option of every page.

    Whatever was chosen, the page that follows has the size that it has for everybody; and all pages are of
    one size but the one that lists every statement of the draft, which everybody meets, and the check page.
    """
    steering = steers(survey_id)
    team = make_team(app, source=surveys.shipped_source(survey_id), name=survey_id, person=survey_id)
    sizes: list[int] = []
    visitor = begin(team, app)
    for passed in range(60):
        if visitor.heading == CHECK:
            break
        sizes.append(size(visitor))
        following, here = set(), visitor.shown
        for chosen in branches(visitor, steering):
            visitor.shown = here
            on(visitor, chosen)
            following.add(size(visitor))
            if visitor.page.find("form", id="page") is None:  # this branch ends the visit
                visitor = walk(team, app, passed)
                here = visitor.shown  # with the form token of this visit
            else:
                visitor.press("Back")
        visitor.shown = here
        on(visitor, {})
        assert following <= {size(visitor), LEAST}, visitor.heading
    assert visitor.heading == CHECK
    assert sum(each != LEAST for each in sizes) <= 1, sizes
    assert all(each % STEP == 0 for each in (*sizes, size(visitor)))


def test_faults_lock_and_other_pages_of_a_survey_are_padded_too(team: Team, visitor: Visitor) -> None:
    visitor.visit(f"/s/{team.survey.slug}")
    assert size(visitor) % STEP == 0
    response = visitor.client.post(f"/s/{team.survey.slug}", data={"words": "no token"})
    assert response.status_code == 400
    assert len(response.data) % STEP == 0
    assert "Content-Encoding" not in response.headers


def test_filling_can_be_switched_off(team: Team, settings: Settings, start: Start) -> None:
    client = start(intake.create_app, replace(settings, pad_pages=False)).test_client()
    team.session.rollback()
    assert len(client.get("/s/none").data) % STEP
