"""S20: people who come at the same moment do not stand in each other's way; one person in many pages loses
nothing unseen."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.models.response import Draft, Receipt, Response, Tombstone, Total
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.visitor import Visitor

PEOPLE = 6
PAGES = 32
SEND, SENT, CHECK = "Yes, use my answers: send them", "Your answers are sent", "Check your answers"
GONE, ELSEWHERE = "These answers are not here any more", "This was changed elsewhere first"
BUSY, WITHDRAWN = "A lot is happening at once", "Your answers are taken back"


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def at_once(acts: Sequence[Callable[[], str]]) -> list[str]:
    """Do all of them at the same moment; returns the headings that they led to."""
    together = threading.Barrier(len(acts))

    def one(act: Callable[[], str]) -> str:
        together.wait(timeout=60)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def pressing(visitor: Visitor, button: str) -> Callable[[], str]:
    def act() -> str:
        visitor.press(button)
        assert visitor.status in {200, 409, 503}, visitor.status
        return visitor.heading

    return act


def count(table: type) -> int:
    db.session.rollback()
    found = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.rollback()
    return found


def sent(team: Team, slug: str) -> str:
    """Somebody sends one answer; returns the code."""
    visitor = Visitor(team.app.test_client())
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    code = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": "They listened."})
    visitor.press("Continue")
    visitor.press(SEND)
    assert visitor.heading == SENT
    return code


def pages(team: Team, slug: str, code: str, number: int) -> list[Visitor]:
    """So many windows that came in with one code."""
    made = [Visitor(team.app.test_client()) for _ in range(number)]
    for each in made:
        each.visit(f"/back/{slug}")
        each.press("Continue", {"code": code})
    return made


def test_the_first_people_of_a_survey_may_start_and_send_together(app: Flask) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    together = threading.Barrier(PEOPLE)

    def take_part(_: int) -> str:
        visitor = Visitor(app.test_client())
        visitor.visit(f"/about/{slug}")
        together.wait(timeout=60)
        visitor.press("Start")
        visitor.take_code()
        visitor.press("Continue", {"depth": "full"})
        visitor.press("Continue", {"helped_words": "They listened."})
        visitor.press("Continue")
        together.wait(timeout=60)
        visitor.press(SEND)
        return visitor.heading

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert set(pool.map(take_part, range(PEOPLE))) == {SENT}
    session = db.session()
    assert len(session.scalars(select(Response.id)).all()) == PEOPLE
    totals = {row.what: row.current for row in session.scalars(select(Total))}
    reached = dict.fromkeys(("part:part", "part:about", "part:check"), PEOPLE)
    assert totals == {"started": PEOPLE, "sent": PEOPLE} | reached


def test_of_many_pages_that_send_one_draft_one_wins_and_the_others_are_told(team: Team) -> None:
    slug = team.survey.slug
    code = sent(team, slug)
    (first,) = pages(team, slug, code, 1)
    first.press("Change my answers")
    crowd = pages(team, slug, code, PAGES)
    for each in crowd:
        each.press("Continue") if each.heading != CHECK else None
        while each.heading != CHECK:
            each.press("Continue")
    shown = Counter(at_once([pressing(each, SEND) for each in crowd]))
    assert shown[SENT] <= 1
    # Whoever saved a page last holds the draft that the others' pages are older than.
    assert sum(shown.values()) == PAGES
    assert set(shown) <= {SENT, ELSEWHERE, "What you sent", GONE, BUSY, CHECK}
    assert count(Response) == 1
    assert count(Receipt) == 1
    rev = db.session.scalars(select(Response.rev)).one()
    db.session.rollback()
    assert rev == 1 + shown[SENT]


@pytest.mark.parametrize("rounds", [1])
def test_sending_changing_and_taking_back_at_once_leaves_one_outcome(team: Team, rounds: int) -> None:
    slug = team.survey.slug
    code = sent(team, slug)
    crowd = pages(team, slug, code, PAGES)
    (sender,) = pages(team, slug, code, 1)
    sender.press("Change my answers")
    acts = [pressing(sender, SEND)]
    for number, each in enumerate(crowd):
        each.press("Take back one answer") if number % 3 == 2 else None
        button = ("Take my answers back", "Change my answers", "Take back: What helped?")[number % 3]
        acts.append(pressing(each, button))
    shown = Counter(at_once(acts))
    assert sum(shown.values()) == PAGES + 1
    assert shown[SENT] <= 1
    assert shown[WITHDRAWN] <= 1
    there = (count(Response), count(Receipt), count(Tombstone))
    assert there == ((0, 0, 1) if shown[WITHDRAWN] else (1, 1, 0)), shown
    assert count(Draft) <= 1
    (after,) = pages(team, slug, code, 1)
    assert after.status == (200 if sum(there[:2]) or count(Draft) else 422)
