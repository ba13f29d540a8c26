"""S19: a full disk: what was acknowledged is stored, what was typed comes back, and it goes on with new room.

The quick form gives the database file a largest size; the long one fills a small file system.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Connection

from consult.models.response import Response
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.visitor import Visitor

LONG = "They listened, and nobody hurried me. " * 120
MOST = 60


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


class Room:
    """How many pages the database file may have; none means as many as there are."""

    def __init__(self) -> None:
        self.pages = 0

    def limit(self, more: int) -> None:
        """As many as there are and so many more, with nothing free inside."""
        db.session.rollback()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            self.pages = int(connection.execute(text("PRAGMA page_count")).scalar_one()) + more

    def lift(self) -> None:
        """As many as it likes."""
        self.pages = 0


@pytest.fixture
def room(app: Flask) -> Iterator[Room]:
    made = Room()

    def limit(connection: Connection, *_rest: object) -> None:
        raw = connection.connection.cursor()
        raw.execute(f"PRAGMA max_page_count = {made.pages or 2**30}")
        raw.close()

    event.listen(db.engine, "before_cursor_execute", limit)
    yield made
    event.remove(db.engine, "before_cursor_execute", limit)


def at_the_check(team: Team) -> Visitor:
    """Somebody about to send a long answer; shows where a full disk stopped them, if one did."""
    visitor = Visitor(team.app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": LONG})
    visitor.press("Continue", {"words_use": "quote"})
    assert visitor.heading == "Check your answers"
    return visitor


def stored() -> int:
    count = db.session.scalar(select(func.count()).select_from(Response)) or 0
    db.session.rollback()
    return count


def test_what_was_acknowledged_is_stored_and_nobody_loses_a_word(team: Team, room: Room) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # the long form fills the disk under PostgreSQL's files as well
    people = [at_the_check(team) for _ in range(12)]
    room.limit(0)
    acknowledged, waiting = 0, []
    for visitor in people:
        visitor.press("Yes, use my answers: send them")
        if visitor.status == 200:
            acknowledged += 1
        else:
            assert visitor.status == 503
            waiting.append(visitor)
    assert waiting, "the disk never was full"
    assert stored() == acknowledged
    writer = waiting[0]
    writer.visit(f"/s/{team.survey.slug}")
    assert writer.heading == "Check your answers", "the visit is as it was"
    assert LONG.strip() in writer.words
    room.lift()
    for visitor in waiting:
        visitor.visit(f"/s/{team.survey.slug}")
        visitor.press("Yes, use my answers: send them")
        assert visitor.heading == "Your answers are sent"
    assert stored() == len(people)
    with db.engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_page_of_questions_on_a_full_disk_gives_the_text_back(team: Team, room: Room) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    people = []
    for _ in range(12):
        visitor = Visitor(team.app.test_client())
        visitor.visit(f"/about/{team.survey.slug}")
        visitor.press("Start")
        visitor.press("I do not want a code")
        visitor.press("Continue", {"depth": "full"})
        people.append(visitor)
    room.limit(0)
    full = 0
    for visitor in people:
        visitor.press("Continue", {"looked": "yes", "helped_words": LONG})
        if visitor.status == 503:
            full += 1
            given_back = [field.get_text().removeprefix("\n") for field in visitor.page.find_all("textarea")]
            assert LONG in given_back
            assert visitor.response is not None
            assert visitor.response.headers["Retry-After"]
    assert full
