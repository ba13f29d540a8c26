"""T25, S21: how it goes is told by totals of the last release in bands, never by anything of one person."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import inspect, select

from consult.models.response import Draft, Total
from consult.records import batches, counts, responses
from consult.web.extensions import db
from tests.builders import TODAY, Team, make_response, make_team
from tests.consult.afterwards.leaving import at_work
from tests.visitor import Visitor

PARTS = ("part:part", "part:about", "part:check")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def begin(team: Team) -> Visitor:
    """Somebody on the first page of questions, without a code."""
    visitor = Visitor(team.app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    return visitor


def to_about(team: Team) -> Visitor:
    """Somebody on the second part."""
    visitor = begin(team)
    visitor.press("Continue", {"helped_words": "They listened."})
    return visitor


def totals(team: Team) -> dict[str, int]:
    """The running totals, as they move at once."""
    team.session.rollback()
    found = {row.what: row.current for row in team.session.scalars(select(Total))}
    team.session.rollback()
    return found


def release(team: Team) -> None:
    batches.release(team.session, team.consultation, team.survey, today=TODAY)
    team.session.commit()


def told(team: Team) -> dict[str, str]:
    """What the page says, by its row."""
    sam = at_work(team, "sam")
    sam.visit("/team/trial/how-it-goes")
    assert sam.heading == "How it goes"
    rows = {}
    for row in sam.page.select(".govuk-summary-list__row"):
        key, value = row.find("dt"), row.find("dd")
        assert isinstance(key, Tag)
        assert isinstance(value, Tag)
        rows[key.get_text(strip=True)] = value.get_text(strip=True)
    for row in sam.page.select("table tbody tr"):
        head, cell = row.find("th"), row.find("td")
        assert isinstance(head, Tag)
        assert isinstance(cell, Tag)
        rows[head.get_text(strip=True)] = cell.get_text(strip=True)
    return rows


def test_each_visit_counts_once_for_each_part_that_it_reaches(team: Team) -> None:
    visitor = to_about(team)
    assert totals(team) == {"started": 1, "part:part": 1, "part:about": 1}
    visitor.press("Back")
    visitor.press("Continue")
    visitor.press("Continue")
    visitor.press("Change: What helped?")
    visitor.press("Continue")
    assert totals(team) == {"started": 1} | dict.fromkeys(PARTS, 1)
    visitor.press("Yes, use my answers: send them")
    assert totals(team) == {"started": 1, "sent": 1} | dict.fromkeys(PARTS, 1)


def test_who_comes_back_with_a_code_is_not_counted_again(team: Team, visitor: Visitor) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    code = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": "They listened."})
    visitor.press("Save and come back")
    visitor.press("I have my code: stop for now")
    before = totals(team)
    visitor.visit(f"/back/{team.survey.slug}")
    visitor.press("Continue", {"code": code})
    while visitor.heading != "About you":
        visitor.press("Continue")
    assert totals(team) == before
    visitor.press("Continue")
    assert totals(team) == before | {"part:check": 1}
    visitor.press("Yes, use my answers: send them")
    visitor.press("Close this page")
    visitor.visit(f"/back/{team.survey.slug}")
    visitor.press("Continue", {"code": code})
    sent = totals(team)
    visitor.press("Change my answers")
    assert totals(team) == sent, "changing what was sent counts nothing"


def bring(team: Team, **numbers: int) -> None:
    """So many more of each total, as if so many had come."""
    for what, number in numbers.items():
        for _ in range(number):
            responses.count(team.session, team.survey, what.replace("__", ":"))
    team.session.commit()


def test_the_page_tells_where_people_stopped_in_bands_as_it_stood_at_the_last_release(team: Team) -> None:
    """34 started, 26 came to the second part, and 6 sent: 8 stopped in the first, 20 in the second."""
    bring(team, started=34, part__part=34, part__about=26)
    assert told(team) == {}, "nothing was released yet"
    for _ in range(6):
        make_response(team, {})
    assert told(team) == {}
    release(team)
    expected = {
        "Started": "about 35",
        "Sent": "about 5",
        "Taken back": "a few",
        "Last release": "4 January 2027",
        # Nobody stopped on the check page, which is hidden; so a second one is, that it cannot be worked out.
        "Getting support": "not shown",
        "About you": "20",
    }
    assert told(team) == expected
    bring(team, started=30, part__part=30)
    assert told(team) == expected, "nothing moves between releases"


def test_where_few_stopped_everywhere_nothing_is_told_of_it(team: Team) -> None:
    bring(team, started=9, part__part=9, part__about=7)
    for _ in range(6):
        make_response(team, {})
    release(team)
    assert set(told(team)) == {"Started", "Sent", "Taken back", "Last release"}


def test_bands_hide_what_is_under_the_threshold_and_step_by_it(team: Team) -> None:
    """Held against an independent count: a step is shown only for numbers within half a step of it."""
    k = team.consultation.team_k
    for number in range(60):
        (cell,) = counts.bands(team.consultation, [number])
        if number < k:
            assert (cell.shown, cell.drawn, cell.hidden) == ("a few", 0, True)
        else:
            assert int(cell.shown) % k == 0
            assert abs(int(cell.shown) - number) * 2 <= k
    lone = counts.bands(team.consultation, [2, 40, 50], summed=True)
    assert [cell.hidden for cell in lone] == [True, True, False], "a lone hidden number could be worked out"


def test_nothing_of_a_single_visit_is_kept_to_count_with(team: Team) -> None:
    """S15: totals are the only rows, with no time and no person; a draft keeps its count under its seal."""
    to_about(team)
    columns = {column["name"] for column in inspect(db.engine).get_columns("total")}
    assert columns == {"consultation_id", "definition_id", "what", "current", "shown"}
    assert "furthest" not in {column["name"] for column in inspect(db.engine).get_columns("draft")}
    assert len(totals(team)) == 3
    assert team.session.scalars(select(Draft)).all() == []
    team.session.rollback()
