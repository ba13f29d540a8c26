"""T19, T26: a copy of one's own answers, to print or as a file, after a calm warning; nothing is stored."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from consult.models.base import Base
from consult.web.extensions import db
from consult.web.padding import LEAST, STEP
from tests.builders import Team, make_team
from tests.consult.moving import Clock
from tests.visitor import Visitor

COPY, SENT = "A copy of your answers", "Your answers are sent"
SEND, KEEP = "Yes, use my answers: send them", "Keep a copy for yourself"
WORDS = "They listened.\n\nA line after, with <b>marks</b> & “quotes”."


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def answered(team: Team, visitor: Visitor, *, code: bool = False) -> str:
    """Somebody on the check page."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    taken = visitor.take_code() if code else ""
    if not code:
        visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": WORDS})
    visitor.press("Continue", {"words_use": "quote"})
    return taken


def rows() -> dict[str, object]:
    """Every row but of the sealed visit, which notes where its person is."""
    db.session.rollback()
    found: dict[str, object] = {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name != "visit"
    }
    db.session.rollback()
    return found


def file(visitor: Visitor, button: str) -> str:
    """What the browser would keep."""
    visitor.press(button)
    assert visitor.response is not None
    return visitor.response.text


@pytest.mark.parametrize("code", [True, False], ids=["with a code", "without"])
def test_a_copy_is_offered_on_the_check_page_the_end_page_and_after_coming_back(
    team: Team, visitor: Visitor, code: bool
) -> None:
    taken = answered(team, visitor, code=code)
    visitor.press(KEEP)
    assert visitor.heading == COPY
    assert "They listened." in visitor.words
    visitor.press("Back without a file")
    visitor.press(SEND)
    before = rows()
    visitor.press(KEEP)
    assert (visitor.heading, visitor.path) == (COPY, f"/s/{team.survey.slug}")
    assert "They listened." in visitor.words
    assert "They listened." in file(visitor, "Download as plain text")
    visitor.visit(f"/s/{team.survey.slug}")
    visitor.press("Back")
    assert visitor.heading == SENT
    visitor.press("Close this page")
    if code:
        visitor.visit(f"/back/{team.survey.slug}")
        visitor.press("Continue", {"code": taken})
        visitor.press(KEEP)
        assert "They listened." in visitor.words
        assert taken not in visitor.words
    assert rows() == before


def test_the_warning_stands_before_the_answers_and_the_files(team: Team, visitor: Visitor) -> None:
    answered(team, visitor)
    visitor.press(KEEP)
    text = visitor.words
    places = [
        text.index(part) for part in ("who else may see it", "They listened.", "Download as plain text")
    ]
    assert places == sorted(places)
    assert "e-mail" not in text.lower()
    warning = visitor.page.select("main .app-screen-only")
    assert any("who else may see it" in each.get_text() for each in warning), "it is not printed"


@pytest.mark.parametrize(
    ("button", "name"), [("Download as plain text", "copy.txt"), ("Download as a web page", "copy.html")]
)
def test_a_file_has_a_neutral_name_leads_nowhere_and_is_of_the_size_of_pages(
    team: Team, visitor: Visitor, button: str, name: str
) -> None:
    """S41: nobody who watches the line tells a file from a page by its size."""
    answered(team, visitor)
    visitor.press(KEEP)
    held = file(visitor, button)
    response = visitor.response
    assert response is not None
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers["Cache-Control"] == "no-store"
    assert len(response.data) >= LEAST
    assert len(response.data) % STEP == 0
    for telling in ("http", "localhost", team.survey.slug, "Standards consultation", "survivor"):
        assert telling not in held
    if name.endswith("html"):
        page = BeautifulSoup(held, "html.parser")
        assert not page.select("a, link, script, img, form, [style]")
        assert WORDS in page.get_text()
        assert page.title is not None
        assert page.title.get_text() == "Copy"
    else:
        assert WORDS in held
        assert "- Yes\n" in held
        assert "\n\n\n" not in held.rstrip()


def test_a_copy_of_what_was_sent_without_a_code_ends_with_the_visit_or_an_idle_hour(
    team: Team, visitor: Visitor, moved: Clock
) -> None:
    """T17, T18: who sent without a code must not leave the answers lying open in a browser."""
    answered(team, visitor)
    visitor.press(SEND)
    moved.go_on(61 * 60)
    visitor.visit(f"/s/{team.survey.slug}")
    assert visitor.heading == SENT
    assert KEEP not in visitor.words
    visitor.post(
        f"/s/{team.survey.slug}",
        [("act", "copy"), ("csrf_token", str(visitor.page.select("input[name=csrf_token]")[0]["value"]))],
    )
    assert "They listened." not in visitor.words


def test_leaving_from_the_copy_ends_everything(team: Team, visitor: Visitor) -> None:
    """T08: the way out is on this page too."""
    answered(team, visitor)
    visitor.press(KEEP)
    assert visitor.page.select("a[href='/leave']")
    visitor.client.get("/leave", base_url="http://localhost")
    visitor.visit(f"/s/{team.survey.slug}")
    assert visitor.heading == "This page is not available."


def test_another_kind_of_file_is_none_of_ours(team: Team, visitor: Visitor) -> None:
    answered(team, visitor)
    visitor.press(KEEP)
    token = str(visitor.page.select("input[name=csrf_token]")[0]["value"])
    visitor.post(f"/s/{team.survey.slug}", [("download", "../x"), ("csrf_token", token)])
    assert visitor.status == 404


def test_the_end_page_thanks_settles_and_says_what_happens_next_for_every_survey(
    team: Team, visitor: Visitor
) -> None:
    """T37: the blocks are there for a survey without words of its own at the end, too."""
    answered(team, visitor)
    visitor.press(SEND)
    for part in (
        "Thank you. Your answers are with us.",
        "Feel your feet on the floor",
        "What happens next",
        "we will show what we heard and what it changed",
        "Need to talk to someone now?",
    ):
        assert visitor.words.count(part) == 1, part
    assert not any(word in visitor.words.lower() for word in ("brave", "courage", "strong of you"))
