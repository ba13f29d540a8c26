"""People who come at the same moment do not stand in each other's way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from consult.models.response import Response, Total
from consult.web.extensions import db
from tests.builders import make_team
from tests.visitor import Visitor

PEOPLE = 6


def test_the_first_people_of_a_survey_may_start_and_send_together(app: Flask) -> None:
    """S20: many people at once."""
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
        visitor.press("Yes, use my answers: send them")
        return visitor.heading

    with ThreadPoolExecutor(PEOPLE) as pool:
        assert set(pool.map(take_part, range(PEOPLE))) == {"Your answers are sent"}
    session = db.session()
    assert len(session.scalars(select(Response.id)).all()) == PEOPLE
    totals = {row.what: row.current for row in session.scalars(select(Total))}
    assert totals == {"started": PEOPLE, "sent": PEOPLE}
