"""S9, T18: a code is offered, kept or done without; to go on with one that nobody wrote down is hard."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.models.response import Draft, Receipt
from tests.builders import Team, make_team
from tests.visitor import Visitor


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def offered(team: Team, visitor: Visitor) -> Visitor:
    """Somebody who looks at a fresh code."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("Get a code")
    return visitor


def count(team: Team, table: type) -> int:
    team.session.rollback()
    return team.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("spelling", ["as shown", "upper", "first letters", "digits"])
def test_two_words_of_the_code_are_typed_back_in_any_spelling(offered: Visitor, spelling: str) -> None:
    words = offered.words_back()["word"]
    shown = offered.page.find(class_="app-code--digits")
    assert shown is not None
    number_of = dict(zip(offered.code().split(), shown.get_text(strip=True).split(), strict=True))
    typed = {
        "as shown": words,
        "upper": [f" {word.upper()} " for word in words],
        "first letters": [word[:4] for word in words],
        "digits": [number_of[word] for word in words],
    }[spelling]
    offered.press("I have my code: go on", {"word": typed})
    assert offered.heading == "How much do you want to share today?"


@pytest.mark.parametrize(
    "typed", [["", ""], ["pear", "plum"], ["0000", "9999"], ["", "\x00"], ["x" * 5000] * 3]
)
def test_after_words_that_are_not_right_the_same_code_stands_there_again(
    offered: Visitor, typed: list[str]
) -> None:
    code, right = offered.code(), offered.words_back()
    offered.press("I have my code: go on", {"word": typed})
    assert offered.status == 422
    assert offered.heading == "Your code"
    assert offered.code() == code
    assert offered.words_back() == right, "the same two places are asked for"
    assert "please look once more" in offered.words
    assert offered.page.title is not None
    assert offered.page.title.get_text(strip=True).startswith("Error:")
    offered.press("I have my code: go on", right)
    assert offered.heading == "How much do you want to share today?"


def test_wrong_words_are_no_trap_since_doing_without_stays_beside_them(team: Team, offered: Visitor) -> None:
    offered.press("I have my code: go on", {"word": ["no", "idea"]})
    offered.press("I do not want a code")
    assert offered.heading == "How much do you want to share today?"
    assert (count(team, Draft), count(team, Receipt)) == (0, 0)


def test_words_are_asked_for_once_and_the_code_is_shown_at_every_save(offered: Visitor) -> None:
    code = offered.code()
    offered.press("I have my code: go on", offered.words_back())
    offered.press("Continue", {"depth": "full"})
    offered.press("Save and come back", {"helped_words": "half a sentence"})
    assert offered.code() == code
    assert offered.page.find(attrs={"name": "word"}) is None
    offered.press("I have my code: go on")
    assert "half a sentence" in offered.words


def test_before_sending_a_code_is_offered_once_more_and_leads_back_to_the_check_page(
    team: Team, visitor: Visitor
) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": "They listened."})
    visitor.press("Continue")
    assert "cannot be found again, by anyone" in visitor.words
    visitor.press("Get a code before sending")
    assert visitor.heading == "Would you like a code?"
    visitor.take_code()
    assert visitor.heading == "Check your answers"
    assert "A lost code cannot be found again, by anyone." in visitor.words
    assert "They listened." in visitor.words
    visitor.press("Show my code again")
    visitor.press("I have my code: go on")
    visitor.press("Yes, use my answers: send them")
    assert visitor.heading == "Your answers are sent"
    assert count(team, Receipt) == 1


def test_who_declines_on_the_way_is_back_where_he_was(team: Team, visitor: Visitor) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Save and come back", {"helped_words": "half a sentence"})
    visitor.press("I do not want a code")
    assert visitor.heading == "Getting support"
    assert "half a sentence" in visitor.words
