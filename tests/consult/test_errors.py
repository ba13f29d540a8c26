"""What people meet when something fails: the right status, a calm page with the way out, their own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from werkzeug.test import TestResponse

from consult import clock, faults, intake
from consult.models.base import Base, writing
from consult.models.response import Response
from consult.settings import Settings
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.consult.conftest import Start
from tests.pages import Page
from tests.visitor import Visitor

CANARY = "canary-3f9a"
TYPED = "Nobody had asked me before.\nNobody wrote <it> down & kept it."
KINDS = {
    "missing": (faults.MissingError, 404),
    "closed": (faults.ClosedError, 410),
    "conflict": (faults.ConflictError, 409),
    "busy": (faults.BusyError, 503),
    "refused": (faults.RefusedError, 409),
    "seal": (faults.SealError, 500),
    "own": (faults.Fault, 500),
    "value": (ValueError, 500),
    "key": (KeyError, 500),
    "disk": (OSError, 500),
    "memory": (MemoryError, 500),
    "recursion": (RecursionError, 500),
    "unicode": (AssertionError, 500),
}
# A message of these two is for the person: what closed, and what would allow the act.
SAID = {"closed", "conflict", "refused"}


@pytest.fixture
def team(app: Flask) -> Team:
    def fail(name: str) -> str:
        raise KINDS[name][0](f"{CANARY} {name}")

    app.add_url_rule("/fail/<name>", "fail", fail, methods=["GET", "POST"])
    app.add_url_rule("/team/fail/<name>", "fail-team", fail, methods=["GET", "POST"])
    return make_team(app)


@pytest.fixture
def writer(team: Team, visitor: Visitor) -> Visitor:
    """Somebody with a code, on the first page of questions."""
    return begin(team, visitor)


def begin(team: Team, visitor: Visitor) -> Visitor:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    assert visitor.heading == "Getting support"
    return visitor


def hold(response: TestResponse, status: int) -> BeautifulSoup:
    """Hold an error page to what all of them must have; returns it."""
    assert response.status_code == status, response.text[:2000]
    Page(response.text).hold(response.request.path)
    page = BeautifulSoup(response.text, "html.parser")
    assert [link["href"] for link in page.select("a[href]")[:2]] == ["#main-content", "/leave"]
    support = page.find(id="support")
    assert support is not None
    assert "999" in support.get_text()
    assert page.title is not None
    assert page.title.get_text(strip=True) == "Standards consultation"
    return page


def given_back(page: BeautifulSoup) -> list[str]:
    """The texts that the page gives back."""
    return [field.get_text().removeprefix("\n") for field in page.find_all("textarea")]


@pytest.mark.parametrize("place", ["/fail", "/team/fail"])
@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_failure_has_its_status_and_a_page_that_tells_nothing(
    team: Team, client: FlaskClient, place: str, name: str
) -> None:
    response = client.get(f"{place}/{name}")
    hold(response, KINDS[name][1])
    if name not in SAID:
        assert CANARY not in response.text
    assert "Traceback" not in response.text
    assert KINDS[name][0].__name__ not in response.text


@pytest.mark.parametrize("name", KINDS)
def test_what_was_typed_comes_back_with_every_kind_of_failure(writer: Visitor, name: str) -> None:
    (field, *_) = writer.page.select("input[name=csrf_token]")
    fields = {"csrf_token": str(field["value"]), "helped_words": TYPED, "looked": "yes", "act": "continue"}
    response = writer.client.post(f"/fail/{name}", data=fields)
    assert given_back(hold(response, KINDS[name][1])) == [TYPED]


@pytest.mark.parametrize("words", ["Believed", "no one", "12 years", "à la gare", "x" * 60])
def test_short_answers_come_back_and_choices_do_not(team: Team, client: FlaskClient, words: str) -> None:
    response = client.post(
        f"/s/{team.survey.slug}", data={"helped_words": words, "looked": "yes", "page": "part"}
    )
    assert given_back(hold(response, 400)) == [words]


def test_an_address_that_is_not_there_and_one_used_in_another_way(client: FlaskClient) -> None:
    hold(client.get("/none"), 404)
    hold(client.get("/about/none"), 404)
    hold(client.get("/static/none.css"), 404)
    response = client.post("/privacy", data={"words": TYPED})
    assert given_back(hold(response, 405)) == [TYPED]
    assert response.headers["Allow"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_that_is_too_large_has_a_page_too(writer: Visitor, kind: str) -> None:
    response = writer.client.post(
        writer.path, data={"helped_words": "x" * 300_000}, headers={"Content-Type": kind}
    )
    page = hold(response, 413)
    assert given_back(page) == (["x" * 300_000] if "urlencoded" in kind else [])
    assert "shorter" in page.get_text() or "less text" in page.get_text()
    writer.visit(writer.path)
    assert writer.heading == "Getting support"


def test_a_code_used_in_two_places_loses_neither_text(team: Team, writer: Visitor) -> None:
    """S20: two places."""
    writer.press("Save and come back", {"helped_words": "First words of mine."})
    code = writer.code()
    two = [Visitor(team.app.test_client()), Visitor(team.app.test_client())]
    for each in two:
        each.visit(f"/back/{team.survey.slug}")
        each.press("Continue", {"code": code})
        assert each.heading == "Getting support"
    two[0].press("Save and come back", {"helped_words": "Saved in one place."})
    two[1].press("Continue", {"helped_words": TYPED})
    assert two[1].response is not None
    assert TYPED in given_back(hold(two[1].response, 409))


@contextmanager
def somebody_else_writing() -> Iterator[None]:
    """Another process holds the database for longer than we wait."""
    db.session.rollback()
    sqlite = db.engine.dialect.name == "sqlite"

    def wait_little(connection: Any, _record: object, _proxy: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=30" if sqlite else "SET lock_timeout = 30")
        cursor.close()
        if not sqlite:
            connection.commit()

    event.listen(db.engine, "checkout", wait_little)
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    writing.set(True)
    with db.engine.connect() as other:
        # On SQLite its beginning takes the one lock for writing.
        other.execute(text("SELECT 1" if sqlite else f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
        try:
            yield
        finally:
            other.rollback()
            event.remove(db.engine, "checkout", wait_little)


@pytest.mark.parametrize("minutes", [0, 5])
def test_a_locked_database_is_a_short_wait_and_the_text_comes_back(
    team: Team, writer: Visitor, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    made = clock.now()
    monkeypatch.setattr(clock, "now", lambda: made + 60 * minutes)
    before = writer.shown
    with somebody_else_writing():
        writer.press("Continue", {"helped_words": TYPED})
        assert writer.response is not None
        assert given_back(hold(writer.response, 503)) == [TYPED]
        assert int(writer.response.headers["Retry-After"]) > 0
    writer.shown = before
    writer.press("Continue", {"helped_words": TYPED})
    assert writer.heading == "About you"
    writer.press("Continue")
    assert "Nobody had asked me before." in writer.words


def test_a_page_that_only_needs_reading_is_shown_while_somebody_writes(
    writer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = clock.now()
    monkeypatch.setattr(clock, "now", lambda: made + 300)
    with somebody_else_writing():
        writer.visit(writer.path)
        assert writer.heading == "Getting support"
        writer.visit("/")
        assert writer.status == 200


def test_a_form_whose_token_cannot_be_kept_is_not_handed_out(team: Team, client: FlaskClient) -> None:
    with somebody_else_writing():
        response = client.get("/team/sign-in")
        assert response.status_code == 503
        assert "csrf_token" not in response.text
        assert "Set-Cookie" not in response.headers
    assert "csrf_token" in client.get("/team/sign-in").text


def test_the_first_page_of_a_visit_is_shown_while_somebody_writes(team: Team, client: FlaskClient) -> None:
    slug = team.survey.slug
    page = BeautifulSoup(client.get(f"/about/{slug}").text, "html.parser")
    (field,) = page.select("input[name=start_token]")
    assert client.post(f"/s/{slug}", data={"start_token": str(field["value"])}).status_code == 303
    with somebody_else_writing():
        response = client.get(f"/s/{slug}")
    assert response.status_code == 200
    assert 'name="csrf_token"' in response.text


def test_sending_while_somebody_writes_stores_nothing_and_says_so(team: Team, writer: Visitor) -> None:
    for _ in range(2):
        writer.press("Continue")
    assert writer.heading == "Check your answers"
    with somebody_else_writing():
        writer.press("Yes, use my answers: send them")
        assert writer.status == 503
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0
    writer.visit(f"/s/{team.survey.slug}")
    writer.press("Yes, use my answers: send them")
    assert writer.heading == "Your answers are sent"


@pytest.mark.parametrize("cookie", ["", "s=" + "A" * 43])
def test_a_database_that_is_not_there_is_a_wait(settings: Settings, start: Start, cookie: str) -> None:
    lost = replace(settings, database_url="sqlite:////nowhere/at/all/consult.db")
    client = start(intake.create_app, lost).test_client(use_cookies=False)
    headers = {"Cookie": cookie} if cookie else {}
    for path in ("/", "/health"):
        response = client.get(path, headers=headers)
        hold(response, 503)
        assert response.headers["Retry-After"]
    assert client.get("/safety").status_code == 200  # what needs no database stands
