"""Taking part: from the landing page to the code, with nothing forced and nothing lost."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

import surveys
from consult.models.consultation import State
from consult.models.response import Draft, Receipt, Response, Total
from consult.models.session import Visit
from consult.records import opened
from tests.builders import Team, make_response, make_team, release
from tests.visitor import Visitor


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def started(team: Team, visitor: Visitor) -> Visitor:
    """A visitor who has pressed Start."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    return visitor


def answer_small(visitor: Visitor, *, words: str = "They listened.", code: bool = True) -> str:
    """Walk the small survey to the check page; returns the code, if one was taken."""
    taken = ""
    if code:
        taken = visitor.take_code()
    else:
        visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": words})
    visitor.press("Continue", {"words_use": "quote"})
    assert visitor.heading == "Check your answers"
    return taken


def stored(team: Team) -> list[opened.Opened]:
    """Everything released, opened by the team."""
    for _ in range(team.consultation.release_min):
        make_response(team, {})
    release(team)
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    return [response for response in found if response.answers]


def count(team: Team, table: type) -> int:
    team.session.rollback()
    return team.session.scalar(select(func.count()).select_from(table)) or 0


def test_words_that_were_sent_reach_the_team_as_they_were_typed(team: Team, started: Visitor) -> None:
    words = "Nobody rushed me.\n\nÂ line after, with <b>marks</b> & “quotes” 🌱"
    answer_small(started, words=words)
    started.press("Yes, use my answers: send them")
    assert started.heading == "Your answers are sent"
    assert [response.answers for response in stored(team)] == [
        {"looked": "yes", "helped_words": words, "words_use": "quote"}
    ]


def test_the_same_code_shows_at_the_end_and_opens_what_was_sent(team: Team, started: Visitor) -> None:
    code = answer_small(started)
    started.press("Yes, use my answers: send them")
    assert code in started.words
    started.press("Close this page")
    started.visit(f"/back/{team.survey.slug}")
    started.press("Continue", {"code": code})
    assert started.heading == "What you sent"
    assert "They listened." in started.words
    assert "Not yet counted" in started.words


@pytest.mark.parametrize("spelling", ["upper", "prefixes", "digits"])
def test_a_code_may_be_typed_in_any_of_its_spellings(team: Team, started: Visitor, spelling: str) -> None:
    code = answer_small(started)
    started.press("Yes, use my answers: send them")
    shown = started.page.find(class_="app-code--digits")
    assert shown is not None
    typed = {
        "upper": code.upper().replace(" ", "-"),
        "prefixes": " ".join(word[:4] for word in code.split()),
        "digits": shown.get_text(strip=True),
    }[spelling]
    started.visit(f"/back/{team.survey.slug}")
    started.press("Continue", {"code": typed})
    assert started.heading == "What you sent"


def test_pages_sent_empty_lead_to_the_end_of_every_shipped_survey(app: Flask, visitor: Visitor) -> None:
    """T01: nothing is required, and no page stands in the way."""
    for survey_id in surveys.shipped():
        team = make_team(app, source=surveys.shipped_source(survey_id), name=survey_id, person=survey_id)
        visitor.visit(f"/about/{team.survey.slug}")
        visitor.press("Start")
        visitor.press("I do not want a code")
        for _ in range(80):
            if visitor.heading == "Check your answers":
                break
            buttons = visitor.shown.buttons
            visitor.press("I am 18 or over" if "I am 18 or over" in buttons else "Continue")
            assert visitor.status == 200
        assert visitor.heading == "Check your answers", survey_id
        visitor.press("Yes, use my answers: send them")
        assert visitor.heading == "Your answers are sent"
        visitor.press("Close this page")


def test_skip_goes_on_and_keeps_nothing_of_the_page(team: Team, started: Visitor) -> None:
    started.press("I do not want a code")
    started.press("Continue")
    started.press("Skip these questions", {"helped_words": "not to be kept"})
    started.press("Skip this question")
    assert "not to be kept" not in started.words


def test_an_answer_can_be_changed_and_removed_before_sending(team: Team, started: Visitor) -> None:
    """T19: the check page."""
    answer_small(started)
    started.press("Change: What helped?")
    started.press("Continue", {"looked": "yes", "helped_words": "Something else."})
    assert "Something else." in started.words
    started.press("Remove: What helped?")
    started.press("Yes, use my answers: send them")
    assert [response.answers for response in stored(team)] == [{"looked": "yes", "words_use": "quote"}]


def test_a_text_that_is_too_long_comes_back_whole_with_a_calm_message(team: Team, started: Visitor) -> None:
    """T30: 422, what to do, and everything typed."""
    started.take_code()
    started.press("Continue", {"depth": "full"})
    long = "word " * 1300
    started.press("Continue", {"helped_words": long})
    assert started.status == 422
    assert "longer than we can keep. Please shorten it by 1,499 characters." in started.words
    box = started.page.find("textarea", id="q-helped_words")
    assert box is not None
    assert box.get_text().strip() == long.strip()
    assert started.page.title is not None
    assert started.page.title.get_text(strip=True).startswith("Error:")


def test_a_chosen_answer_can_be_cleared_without_script_and_typed_words_stay(started: Visitor) -> None:
    """T29: a radio can be emptied again."""
    started.press("I do not want a code")
    started.press("Continue")
    started.press("Continue", {"looked": "yes", "helped_words": "kept words"})
    started.press("Back")
    started.press("Clear this answer", {"looked": "yes", "helped_words": "more kept words"})
    assert not started.page.find("input", attrs={"name": "looked", "checked": True})
    assert "more kept words" in started.words


def test_stopping_with_a_code_keeps_the_draft_and_the_code_brings_it_back(
    team: Team, started: Visitor
) -> None:
    """S28: coming back."""
    code = started.take_code()
    started.press("Continue", {"depth": "full"})
    started.press("Save and come back", {"helped_words": "half a sentence"})
    started.press("I have my code: stop for now")
    assert count(team, Draft) == 1
    started.visit(f"/back/{team.survey.slug}")
    started.press("Continue", {"code": code})
    assert "half a sentence" in started.words


def test_a_code_can_be_taken_on_the_way_and_what_was_typed_goes_with_it(team: Team, started: Visitor) -> None:
    """T18: at any point."""
    started.press("I do not want a code")
    started.press("Continue", {"depth": "full"})
    started.press("Save and come back", {"helped_words": "typed before the code"})
    started.press("Get a code")
    assert count(team, Draft) == 1
    started.press("I have my code: go on", started.words_back())
    assert "typed before the code" in started.words


def test_without_a_code_nothing_is_kept_but_the_visit_and_leaving_ends_that(
    team: Team, started: Visitor
) -> None:
    """S28, S29: leaving."""
    answer_small(started, code=False)
    assert (count(team, Draft), count(team, Receipt)) == (0, 0)
    answer = started.client.get("/leave", base_url="http://localhost")
    assert answer.status_code == 303
    assert count(team, Visit) == 0
    started.visit(f"/s/{team.survey.slug}")
    assert started.heading == "This page is not available."


def test_deleting_before_sending_leaves_nothing(team: Team, started: Visitor) -> None:
    answer_small(started)
    started.press("Delete my answers")
    assert started.heading == "Your answers are deleted"
    assert [count(team, table) for table in (Draft, Receipt, Response, Visit)] == [0, 0, 0, 0]


def test_a_sent_answer_can_be_changed_and_waits_for_its_batch_again(team: Team, started: Visitor) -> None:
    """S28, S32: changing, and waiting again."""
    code = answer_small(started)
    started.press("Yes, use my answers: send them")
    stored(team)
    started.visit(f"/back/{team.survey.slug}")
    started.press("Continue", {"code": code})
    assert "Counted with other answers on 4 January 2027" in started.words
    started.press("Change my answers")
    started.press("Change: What helped?")
    started.press("Continue", {"looked": "no", "helped_words": "New words."})
    started.press("Yes, use my answers: send them")
    assert started.heading == "Your answers are sent"
    waiting = team.session.scalars(select(Response).where(Response.rev == 2)).all()
    assert [row.batch_id for row in waiting] == [None]
    assert [response.answers["helped_words"] for response in stored(team)] == ["New words."]


def test_withdrawing_destroys_the_answers_and_the_code_opens_nothing_more(
    team: Team, started: Visitor
) -> None:
    """S18, S28, T20: taking back, by code alone and with no reason."""
    code = answer_small(started)
    started.press("Yes, use my answers: send them")
    started.visit(f"/back/{team.survey.slug}")
    started.press("Continue", {"code": code})
    started.press("Take my answers back")
    assert started.heading == "Your answers are taken back"
    assert (count(team, Response), count(team, Receipt)) == (0, 0)
    started.visit(f"/back/{team.survey.slug}")
    started.press("Continue", {"code": code})
    assert started.status == 422
    assert "No answers open with this code" in started.words


@pytest.mark.parametrize("typed", ["", "nonsense", "one two three four five six seven eight", "0001 " * 8])
def test_wrong_unknown_and_malformed_codes_look_the_same(team: Team, visitor: Visitor, typed: str) -> None:
    """S9, T21: the same page and status."""
    visitor.visit(f"/back/{team.survey.slug}")
    visitor.press("Continue", {"code": typed})
    assert visitor.status == 422
    assert "No answers open with this code" in visitor.words
    assert visitor.heading == "Come back with your code"


def test_under_18_leaves_the_survey_and_nothing_is_stored(app: Flask, visitor: Visitor) -> None:
    """T36: help for young people, and the visit ends."""
    team = make_team(app, source=surveys.shipped_source("survivors"))
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.take_code()
    visitor.press("Continue")
    visitor.press("Continue")
    visitor.press("I am under 18")
    assert [count(team, table) for table in (Draft, Receipt, Response, Visit)] == [0, 0, 0, 0]
    assert "999" in visitor.words


def test_a_closed_survey_refuses_answers_and_still_gives_back_what_was_typed(
    team: Team, started: Visitor
) -> None:
    started.take_code()
    started.press("Continue")
    team.session.rollback()
    team.survey.state = State.CLOSED
    team.session.commit()
    started.press("Continue", {"helped_words": "words that must not be lost"})
    assert started.status == 410
    assert "words that must not be lost" in started.words
    started.visit(f"/about/{team.survey.slug}")
    assert "This survey is closed." in started.words


def test_a_page_sent_twice_at_once_saves_once_and_shows_the_other_its_words(
    team: Team, started: Visitor
) -> None:
    """S20: two windows."""
    started.take_code()
    started.press("Continue", {"depth": "full"})
    first = started.shown
    started.press("Continue", {"helped_words": "from the first window"})
    draft = team.session.scalars(select(Draft)).one()
    draft.rev += 1  # as if another window had saved between reading and saving
    team.session.commit()
    started.shown = first
    started.press("Continue", {"helped_words": "from the second window"})
    assert started.status in {409, 500}
    assert "from the second window" in started.words


def test_totals_are_shown_only_as_they_stood_at_the_last_release(team: Team, started: Visitor) -> None:
    answer_small(started)
    started.press("Yes, use my answers: send them")
    reached = {"part:part", "part:about", "part:check"}
    totals = {row.what: (row.current, row.shown) for row in team.session.scalars(select(Total))}
    assert totals == {"started": (1, 0), "sent": (1, 0)} | dict.fromkeys(reached, (1, 0))
    stored(team)
    team.session.expire_all()
    totals = {row.what: (row.current, row.shown) for row in team.session.scalars(select(Total))}
    assert totals == {"started": (1, 1), "sent": (6, 6)} | dict.fromkeys(reached, (1, 1))
