"""S7: web sessions change their id, go with the act, end in time, and tell nothing at rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError

from consult import clock
from consult.models.response import Response, Total
from consult.models.session import StaffSession, Visit
from consult.records import opened
from consult.vault import cookies
from consult.web import sessions
from consult.web.extensions import db
from consult.web.sessions import VISIT_HOURS
from tests.builders import PASSPHRASE, Team, make_response, make_team, release
from tests.consult.moving import Clock
from tests.visitor import Visitor

HOUR = 3600
STAFF_IDLE_SECONDS, STAFF_HOURS = 15 * 60, 8
"""The defaults of the settings."""
CHECK = "Check your answers"
SEND = "Yes, use my answers: send them"
NOT_HERE = "This page is not available."


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def started(team: Team, visitor: Visitor) -> Visitor:
    """Somebody who has pressed Start."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    assert visitor.heading == "Before you start"
    return visitor


@pytest.fixture
def checking(started: Visitor) -> Visitor:
    """Somebody without a code, about to send."""
    started.press("I do not want a code")
    started.press("Continue", {"depth": "full"})
    started.press("Continue", {"looked": "yes", "helped_words": "They listened."})
    started.press("Continue", {"words_use": "quote"})
    assert started.heading == CHECK
    return started


@pytest.fixture
def insider(team: Team, visitor: Visitor) -> Visitor:
    """Somebody of the team who has signed in."""
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": PASSPHRASE})
    assert visitor.path == "/team/"
    return visitor


def cookie_of(client: FlaskClient, name: str = "s") -> str:
    """What the browser holds."""
    found = client.get_cookie(name)
    assert found is not None
    return found.value


def holding(app: Flask, name: str, value: str) -> Visitor:
    """Another browser with this cookie."""
    client = app.test_client()
    client.set_cookie(name, value)
    return Visitor(client)


def rows(table: type = Visit) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_visit_has_a_new_id_once_it_is_sent_and_the_old_one_is_dead(team: Team, checking: Visitor) -> None:
    before = cookie_of(checking.client)
    checking.press(SEND)
    assert checking.heading == "Your answers are sent"
    assert cookie_of(checking.client) != before
    assert rows() == 1
    old = holding(team.app, "s", before)
    old.visit(f"/s/{team.survey.slug}")
    assert old.heading == NOT_HERE


def test_start_gives_an_id_that_nobody_could_have_set_before(team: Team) -> None:
    planted = cookies.new_cookie()
    visitor = holding(team.app, "s", planted)
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    assert visitor.heading == "Before you start"
    assert cookie_of(visitor.client) != planted
    attacker = holding(team.app, "s", planted)
    attacker.visit(f"/s/{team.survey.slug}")
    assert attacker.heading == NOT_HERE


def test_ids_of_the_team_change_at_the_door_at_unlocking_and_at_signing_out(
    team: Team, insider: Visitor
) -> None:
    held = [cookie_of(insider.client, "w")]
    insider.visit("/team/unlock")
    insider.press("Unlock", {"passphrase": PASSPHRASE})
    held.append(cookie_of(insider.client, "w"))
    insider.press("Sign out")
    held.append(cookie_of(insider.client, "w"))  # of the page to sign in again
    assert len(set(held)) == 3
    assert rows(StaffSession) == 1
    for old in held[:2]:
        visitor = holding(team.app, "w", old)
        visitor.visit("/team/")
        assert visitor.path == "/team/sign-in"


def test_leaving_ends_the_session_and_takes_the_cookie_back(team: Team, started: Visitor) -> None:
    held = cookie_of(started.client)
    response = started.client.get("/leave")
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert rows() == 0
    old = holding(team.app, "s", held)
    old.visit(f"/s/{team.survey.slug}")
    assert old.heading == NOT_HERE


@pytest.fixture
def failing(app: Flask) -> Iterator[list[bool]]:
    """The next commit does not go through."""
    armed = [True]

    def fail(_connection: Any) -> None:
        if armed and armed.pop():
            raise OperationalError("commit", {}, Exception("disk full"))

    event.listen(db.engine, "commit", fail)
    yield armed
    event.remove(db.engine, "commit", fail)


def test_a_send_that_is_not_stored_is_not_told_as_stored(
    team: Team, checking: Visitor, request: pytest.FixtureRequest
) -> None:
    before = cookie_of(checking.client)
    request.getfixturevalue("failing")
    checking.press(SEND)
    assert checking.status == 503
    assert rows(Response) == 0
    assert cookie_of(checking.client) == before
    checking.visit(f"/s/{team.survey.slug}")
    assert checking.heading == CHECK
    checking.press(SEND)
    assert checking.heading == "Your answers are sent"
    for _ in range(4):
        make_response(team, {})
    release(team)
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert [each.answers["helped_words"] for each in found if each.answers] == ["They listened."]


def test_a_start_that_is_not_stored_leaves_no_session_and_no_count(
    team: Team, visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    request.getfixturevalue("failing")
    visitor.press("Start")
    assert visitor.status == 503
    assert visitor.client.get_cookie("s") is None
    assert rows() == 0
    assert rows(Total) == 0


def blobs() -> list[bytes]:
    """The sealed content of all visits."""
    db.session.rollback()
    return sorted(db.session.scalars(select(Visit.blob)))


def test_a_visit_ends_after_its_hours_and_says_nothing_of_what_it_was(
    team: Team, started: Visitor, moved: Clock
) -> None:
    moved.go_on(VISIT_HOURS * HOUR - 60)
    started.visit(f"/s/{team.survey.slug}")
    assert started.heading == "Before you start"
    moved.go_on(VISIT_HOURS * HOUR + 60)
    started.visit(f"/s/{team.survey.slug}")
    assert started.heading == NOT_HERE


def test_the_team_is_signed_out_when_nobody_was_there(insider: Visitor, moved: Clock) -> None:
    moved.go_on(STAFF_IDLE_SECONDS - 5)
    insider.visit("/team/")
    assert insider.path == "/team/"
    moved.go_on(STAFF_IDLE_SECONDS + 5)
    insider.visit("/team/")
    assert insider.path == "/team/sign-in"
    assert "You were signed out" in insider.words


def test_the_team_is_signed_out_after_a_day_of_work_however_busy(insider: Visitor, moved: Clock) -> None:
    begun = moved.moment
    while moved.moment < begun + STAFF_HOURS * HOUR - 600:
        insider.visit("/team/")
        assert insider.path == "/team/"
        moved.go_on(600)
    moved.go_on(601)
    insider.visit("/team/")
    assert insider.path == "/team/sign-in"


@pytest.mark.parametrize("place", [0, 5, 40, -1])
def test_a_changed_row_counts_as_none(team: Team, started: Visitor, place: int) -> None:
    (blob,) = blobs()
    changed = bytearray(blob)
    changed[place] ^= 1
    db.session.execute(update(Visit).values(blob=bytes(changed)))
    db.session.commit()
    started.visit(f"/s/{team.survey.slug}")
    assert started.status == 200
    assert started.heading == NOT_HERE


def test_a_row_moved_to_another_person_counts_as_none(team: Team, started: Visitor) -> None:
    (mine,) = blobs()
    other = Visitor(team.app.test_client())
    other.visit(f"/about/{team.survey.slug}")
    other.press("Start")
    db.session.rollback()
    theirs = cookies.Secret(cookie_of(other.client)).row
    db.session.execute(update(Visit).where(Visit.id_hash == theirs).values(blob=mine))
    db.session.commit()
    other.visit(f"/s/{team.survey.slug}")
    assert other.heading == NOT_HERE


def test_a_visit_put_among_the_sessions_of_the_team_opens_no_door(team: Team, started: Visitor) -> None:
    row = db.session.scalars(select(Visit)).one()
    db.session.add(
        StaffSession(id_hash=row.id_hash, kind="staff", blob=row.blob, purge_after=row.purge_after)
    )
    db.session.commit()
    intruder = holding(team.app, "w", cookie_of(started.client))
    intruder.visit("/team/")
    assert intruder.path == "/team/sign-in"


def test_a_store_that_cannot_be_read_is_a_wait_and_no_lost_visit(team: Team, started: Visitor) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE visit RENAME TO visit_away")
    try:
        started.visit(f"/s/{team.survey.slug}")
        assert started.status == 503
        assert "Set-Cookie" not in started.client.get("/privacy").headers
    finally:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE visit_away RENAME TO visit")
    started.visit(f"/s/{team.survey.slug}")
    assert started.heading == "Before you start"


def test_rows_of_one_kind_are_of_one_size_whatever_is_in_them(team: Team, checking: Visitor) -> None:
    other = Visitor(team.app.test_client())
    other.visit(f"/about/{team.survey.slug}")
    other.press("Start")
    assert len({len(blob) for blob in blobs()}) == 1


def test_outside_the_seal_stands_an_hour_and_no_finer_time(team: Team, started: Visitor) -> None:
    row = db.session.scalars(select(Visit)).one()
    assert row.kind == "visit"
    assert row.purge_after - clock.now() / HOUR < VISIT_HOURS + 48 + 2  # and two days for a wrong clock
    assert b"started" not in row.blob


def test_ended_sessions_are_destroyed_by_the_hour(team: Team, started: Visitor) -> None:
    due = db.session.scalars(select(Visit.purge_after)).one()
    db.session.add(StaffSession(id_hash=bytes(32), kind="staff", blob=b"", purge_after=due - 10))
    db.session.commit()
    assert [sessions.purge(db.session(), hour) for hour in (due - 10, due - 9, due, due + 1)] == [0, 1, 0, 1]
