"""Pilot mode: the same way as everybody's, said on every page to be a trial, and nothing is kept of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.models.consultation import State
from consult.models.response import Draft, Receipt, Response, Total
from consult.models.support import SupportCheck
from consult.records import gate_version
from consult.web.extensions import db
from tests.builders import Team, make_account, make_team
from tests.consult.entering import sign_in
from tests.visitor import Visitor

WORDS = "a lighthouse beside the old mill"
SAID = "This is a trial. Nothing that you answer here is kept"
READY = "/team/trial/surveys/small/ready"


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app)
    made.survey.state = State.PREPARING
    made.session.commit()
    return made


def begin(team: Team) -> str:
    """Open a trial as its lead does; returns its address."""
    lead = Visitor(team.app.test_client())
    sign_in(lead, "sam")
    lead.visit(READY)
    lead.press("Open a trial")
    link = lead.page.select_one("a[href^='/trial/']")
    assert link is not None
    return str(link["href"])


def done(team: Team) -> int:
    db.session.expire_all()
    return gate_version.pilots_done(db.session(), team.survey)


def kept() -> dict[str, int]:
    """How many rows there are of what people who answer leave behind."""
    db.session.rollback()
    counted = {}
    for table in (Response, Receipt, Draft):
        counted[table.__tablename__] = db.session.scalar(select(func.count()).select_from(table)) or 0
    return counted


def walk(visitor: Visitor, *, code: bool) -> None:
    """From Start to the check page, each page a trial in so many words."""
    pages = []

    def seen() -> None:
        assert SAID in visitor.words, visitor.heading
        pages.append(visitor.heading)

    seen()
    visitor.press("Start")
    seen()
    if code:
        visitor.press("Get a code")
        seen()
        visitor.press("I have my code: go on", visitor.words_back())
    else:
        visitor.press("I do not want a code")
    seen()
    visitor.press("Continue", {"depth": "full"})
    seen()
    visitor.press("Continue", {"looked": "yes", "helped_words": WORDS})
    seen()
    visitor.press("Continue", {"words_use": "quote"})
    seen()
    assert visitor.heading == "Check your answers"
    assert WORDS in visitor.words


@pytest.mark.parametrize("code", [True, False], ids=["with a code", "without a code"])
def test_a_trial_goes_the_whole_way_and_leaves_nothing_but_a_count(
    team: Team, visitor: Visitor, code: bool
) -> None:
    """T47: what is answered in a trial is thrown away, and how many went to the end is known."""
    visitor.visit(begin(team))
    walk(visitor, code=code)
    assert kept() == {"response": 0, "receipt": 0, "draft": 0}

    visitor.press("Yes, use my answers: send them")

    assert visitor.heading == "Your answers are sent"
    assert "was thrown away just now" in visitor.words
    assert SAID in visitor.words
    assert kept() == {"response": 0, "receipt": 0, "draft": 0}
    assert done(team) == 1
    totals = set(db.session.scalars(select(Total.what)))
    assert not totals & {"started", "sent"}, "nobody takes a trial for an answer"
    visitor.press("Close this page")
    assert SAID in visitor.words


def test_the_code_of_a_trial_opens_nothing_afterwards(team: Team, visitor: Visitor) -> None:
    visitor.visit(begin(team))
    visitor.press("Start")
    code = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": WORDS})

    other = Visitor(team.app.test_client())
    other.visit(f"/back/{team.survey.slug}")
    other.press("Continue", {"code": code})

    assert other.status == 422
    assert "No answers open with this code" in other.words


def test_without_its_address_nobody_comes_into_a_trial(team: Team, visitor: Visitor) -> None:
    address = begin(team)
    visitor.visit("/trial/23456789abcdefgh")
    assert visitor.status == 404
    visitor.visit("/")
    assert team.survey.slug not in str(visitor.page)
    visitor.visit(address)
    token = visitor.page.find(attrs={"name": "start_token"})["value"]  # type: ignore[index]

    visitor.post(f"/s/{team.survey.slug}", [("start_token", str(token)), ("trial", "23456789abcdefgh")])

    assert visitor.status == 410


def test_a_trial_that_is_over_is_over_for_who_is_in_the_middle_of_it(team: Team, visitor: Visitor) -> None:
    address = begin(team)
    visitor.visit(address)
    visitor.press("Start")
    lead = Visitor(team.app.test_client())
    sign_in(lead, "sam")
    lead.visit(READY)
    lead.press("End the trial")
    assert "The trial is over" in lead.words

    visitor.press("I do not want a code")
    assert visitor.status == 410
    assert "This trial is over." in visitor.words
    visitor.visit(address)
    assert visitor.status == 404


def test_who_tried_it_out_and_then_starts_for_real_is_not_in_the_trial_any_more(
    team: Team, visitor: Visitor
) -> None:
    visitor.visit(begin(team))
    visitor.press("Start")
    team.survey.state, team.survey.pilot = State.OPEN, None
    team.session.commit()

    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")

    assert visitor.heading == "Before you start"
    assert SAID not in visitor.words
    visitor.press("I do not want a code")
    assert visitor.status == 200


def test_an_open_survey_and_one_without_support_are_not_tried_out(team: Team, visitor: Visitor) -> None:
    """T33: who tries a survey out is a person who may need somebody to talk to."""
    sign_in(visitor, "sam")
    visitor.visit(READY)
    team.session.query(SupportCheck).delete()
    team.session.commit()
    visitor.press("Open a trial")
    assert visitor.status == 409
    assert "too short" in visitor.words

    visitor.visit(READY)
    team.survey.state = State.OPEN
    team.session.commit()
    visitor.press("Open a trial")
    assert visitor.status == 409
    assert "close it before trying out" in visitor.words


def test_the_team_sees_no_single_trial_come_in(team: Team, visitor: Visitor) -> None:
    """T25: below five the count says only that it is below five."""
    address = begin(team)
    lead = Visitor(team.app.test_client())
    sign_in(lead, "sam")
    for number in range(1, 6):
        someone = Visitor(team.app.test_client())
        someone.visit(address)
        walk(someone, code=False)
        someone.press("Yes, use my answers: send them")
        lead.visit(READY)
        shown = "fewer than 5" if number < 5 else "5"
        assert f"gone through to the end: {shown}." in lead.words


def test_only_who_leads_opens_a_trial(team: Team, visitor: Visitor) -> None:
    make_account(team.app, "kim", team.consultation)
    sign_in(visitor, "kim")
    visitor.visit(READY)
    assert visitor.status == 404
