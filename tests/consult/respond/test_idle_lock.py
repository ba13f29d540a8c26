"""T17: after an idle hour a visit with a code asks for it, keeps what was sent, and goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from consult.models.response import Response
from consult.models.session import Visit
from consult.vault import cookies, receipts
from consult.web.extensions import db
from tests.builders import Team
from tests.consult.moving import Clock
from tests.visitor import Visitor

LOCKED = "Please type your code"
WORDS = "Written before a long pause.\n\nAnd <after> it & so on."
MINUTE = 60


@pytest.fixture
def writer(team: Team, visitor: Visitor, moved: Clock) -> Visitor:
    """Somebody without a code yet, at the start."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    return visitor


def to_the_questions(writer: Visitor) -> None:
    writer.press("Continue", {"depth": "full"})
    assert writer.heading == "Getting support"


def test_an_hour_of_rest_asks_for_the_code_and_goes_on_with_what_was_typed(
    writer: Visitor, moved: Clock
) -> None:
    code = writer.take_code()
    to_the_questions(writer)
    moved.go_on(61 * MINUTE)
    writer.press("Continue", {"looked": "yes", "helped_words": WORDS})
    assert writer.heading == LOCKED
    assert writer.status == 200
    assert "long pause" not in writer.words
    writer.press("Go on", {"code": code})
    assert writer.heading == "About you"
    writer.press("Continue")
    assert "Written before a long pause." in writer.words
    writer.press("Yes, use my answers: send them")
    assert writer.heading == "Your answers are sent"


def test_less_than_an_hour_locks_nothing(writer: Visitor, moved: Clock) -> None:
    writer.take_code()
    to_the_questions(writer)
    for _ in range(3):
        moved.go_on(59 * MINUTE)
        writer.visit(writer.path)
        assert writer.heading == "Getting support"


def test_looking_at_another_page_first_does_not_wake_the_visit(
    team: Team, writer: Visitor, moved: Clock
) -> None:
    code = writer.take_code()
    to_the_questions(writer)
    moved.go_on(61 * MINUTE)
    writer.visit("/safety")
    writer.visit(f"/s/{team.survey.slug}")
    assert writer.heading == LOCKED
    writer.press("Go on", {"code": code})
    assert writer.heading == "Getting support"


@pytest.mark.parametrize(
    "typed",
    ["", "nonsense", receipts.new().words, "0001 " * 8],
    ids=["empty", "nonsense", "another", "digits"],
)
def test_another_code_opens_nothing_and_what_was_typed_still_waits(
    writer: Visitor, moved: Clock, typed: str
) -> None:
    code = writer.take_code()
    to_the_questions(writer)
    moved.go_on(61 * MINUTE)
    writer.press("Continue", {"helped_words": WORDS})
    writer.press("Go on", {"code": typed})
    assert writer.status == 422
    assert writer.heading == LOCKED
    assert "This is not the code of this visit" in writer.words
    writer.press("Go on", {"code": code})
    assert writer.heading == "About you"
    writer.press("Back")
    assert "And <after> it & so on." in writer.words


def test_a_locked_visit_holds_nothing_that_opens_the_draft(team: Team, writer: Visitor, moved: Clock) -> None:
    code = writer.take_code()
    to_the_questions(writer)
    writer.press("Continue", {"helped_words": WORDS})
    moved.go_on(61 * MINUTE)
    writer.visit(f"/s/{team.survey.slug}")
    held = writer.client.get_cookie("s")
    assert held is not None
    db.session.rollback()
    content = cookies.Secret(held.value).open("visit", db.session.scalars(select(Visit.blob)).one())["visit"]
    assert (content["draft_key"], content["pointer_key"], content["code"]) == ("", "", "")
    assert code not in str(content)
    assert content["lookup"]


def test_nothing_can_be_done_at_the_lock_but_typing_the_code_and_ending(
    team: Team, writer: Visitor, moved: Clock
) -> None:
    writer.take_code()
    to_the_questions(writer)
    writer.press("Continue", {"helped_words": WORDS})
    writer.press("Continue")
    token = str(writer.page.select("input[name=csrf_token]")[0]["value"])
    moved.go_on(61 * MINUTE)
    for act in ("send", "delete", "edit", "remove", "save", "continue", "withdraw"):
        writer.post(f"/s/{team.survey.slug}", [("csrf_token", token), ("act", act)])
        assert writer.heading == LOCKED
    db.session.rollback()
    assert db.session.scalars(select(Response)).all() == []
    writer.press("End this visit")
    assert writer.heading == "You can close this page"
    writer.visit(f"/s/{team.survey.slug}")
    assert writer.heading == "This page is not available."


def test_without_a_code_a_visit_lasts_twenty_hours(team: Team, writer: Visitor, moved: Clock) -> None:
    writer.press("I do not want a code")
    to_the_questions(writer)
    for hours in (2, 19.9):
        moved.go_on(hours * 60 * MINUTE)
        writer.visit(f"/s/{team.survey.slug}")
        assert writer.heading == "Getting support"
    writer.press("Continue", {"helped_words": WORDS})
    assert writer.heading == "About you"
    moved.go_on(20.1 * 60 * MINUTE)
    writer.visit(f"/s/{team.survey.slug}")
    assert writer.heading == "This page is not available."


def test_a_code_that_was_shown_and_not_typed_back_locks_nobody_out(
    team: Team, writer: Visitor, moved: Clock
) -> None:
    writer.press("Get a code")
    moved.go_on(90 * MINUTE)
    writer.visit(f"/s/{team.survey.slug}")
    assert writer.heading == "Your code"
    writer.press("I have my code: go on", writer.words_back())
    assert writer.heading == "How much do you want to share today?"


def test_rest_before_a_code_was_taken_does_not_lock_afterwards(
    team: Team, writer: Visitor, moved: Clock
) -> None:
    moved.go_on(90 * MINUTE)
    writer.visit(f"/s/{team.survey.slug}")
    writer.take_code()
    to_the_questions(writer)


def test_a_code_at_the_way_back_finds_the_held_text_too(team: Team, writer: Visitor, moved: Clock) -> None:
    code = writer.take_code()
    to_the_questions(writer)
    writer.press("Save and come back", {"helped_words": "first"})
    writer.press("I have my code: go on")
    moved.go_on(61 * MINUTE)
    writer.press("Continue", {"helped_words": WORDS})
    writer.visit(f"/back/{team.survey.slug}")
    writer.press("Continue", {"code": code})
    assert writer.heading == "About you"
    writer.press("Back")
    assert "Written before a long pause." in writer.words


def test_a_draft_saved_elsewhere_meanwhile_gives_the_held_text_back(
    team: Team, writer: Visitor, moved: Clock
) -> None:
    code = writer.take_code()
    to_the_questions(writer)
    writer.press("Save and come back", {"helped_words": "first"})
    writer.press("I have my code: go on")
    moved.go_on(61 * MINUTE)
    writer.press("Continue", {"helped_words": WORDS})
    other = Visitor(team.app.test_client())
    other.visit(f"/back/{team.survey.slug}")
    other.press("Continue", {"code": code})
    other.press("Continue", {"helped_words": "from elsewhere"})
    writer.press("Go on", {"code": code})
    assert writer.status == 409
    assert "Written before a long pause." in writer.words
    writer.visit(f"/s/{team.survey.slug}")
    assert writer.status == 200, "and is not tried for ever"
