"""What is wrong, missing or too much in a form is said beside it, and nothing that was typed is lost."""

from __future__ import annotations

import re

import pytest

from consult.models.consultation import State
from tests.builders import Team, make_response, release
from tests.consult.gathering.keying.sheet import (
    SEAL,
    WORDS,
    logged,
    mark,
    open_all,
    rows,
    sent_fields,
    shown,
    totals,
)
from tests.consult.gathering.scene import ANSWERS
from tests.visitor import Visitor


def test_what_is_wrong_stands_beside_its_field_and_everything_typed_stays(team: Team, keyer: Visitor) -> None:
    """T30: too long, no number, two that rule each other out; nothing is stored."""
    wrong = {**ANSWERS, "visits": "a few", "helped": ["text_online", "nothing"], "helped_words": "w" * 5001}
    wrong["helped.another_way"] = ""
    keyer.press(SEAL, wrong)
    assert keyer.status == 422
    assert keyer.page.title is not None
    assert keyer.page.title.get_text(strip=True).startswith("Error:")
    links = [(str(a["href"]), a.get_text(strip=True)) for a in keyer.page.select(".govuk-error-summary a")]
    assert {href for href, _ in links} == {"#q-visits", "#q-helped", "#q-helped_words"}
    assert all(keyer.page.find(id=href[1:]) for href, _ in links)
    assert any(said.startswith("Question 5: Please write a whole number") for _, said in links)
    left = {name: value for name, value in wrong.items() if value}
    assert shown(keyer) == {**left, "came-by": "paper"}
    assert (rows(team), logged(team)) == ([], [])


def test_nothing_is_required_but_an_empty_form_is_a_slip(team: Team, keyer: Visitor) -> None:
    """T01: one answer is enough; a form without any was pressed by mistake."""
    keyer.press(SEAL)
    assert keyer.status == 422
    assert "Nothing is typed in yet" in keyer.words
    keyer.press(SEAL, {"words_use": "count_only"})
    assert keyer.heading == "The answers are sealed"


def test_answers_to_questions_that_were_not_for_the_person_are_not_dropped_unseen(
    team: Team, keyer: Visitor
) -> None:
    """The paper says No and goes on all the same: the numbers are named, and somebody decides."""
    keyer.press(SEAL, {**ANSWERS, "looked": "no"})
    assert keyer.status == 422
    assert "these questions are not for this person: 4, 5, 6." in keyer.words
    assert shown(keyer)["helped_words"] == WORDS
    assert rows(team) == []
    keyer.press("Seal without these answers")
    assert keyer.heading == "The answers are sealed"
    for _ in range(4):
        make_response(team, {"looked": "yes"})
    release(team)
    (mine,) = [each for each in open_all(team) if each.keyed]
    assert set(mine.answers) == {"looked", "helped", "helped.another_way", "words_use"}


def test_keeping_and_clearing_store_nothing_and_lose_nothing(team: Team, keyer: Visitor) -> None:
    """The press that keeps somebody signed in, and the one that takes a tick back."""
    first = mark(keyer)
    keyer.press("Keep what is typed and go on", ANSWERS)
    assert (keyer.status, shown(keyer)) == (200, {**ANSWERS, "came-by": "paper"})
    keyer.press("Clear this answer", form=3)
    left = {name: value for name, value in ANSWERS.items() if name != "welcome"}
    assert shown(keyer) == {**left, "came-by": "paper"}
    assert mark(keyer) == first
    assert rows(team) == []


def test_a_survey_that_closed_meanwhile_takes_nothing_and_gives_all_back(team: Team, keyer: Visitor) -> None:
    fields = sent_fields(keyer, ANSWERS)
    team.session.get_one(type(team.survey), team.survey.id).state = State.CLOSED
    team.session.commit()
    keyer.post(keyer.path, fields)
    assert keyer.status == 410
    assert "This survey is closed" in keyer.words
    assert shown(keyer) == {**ANSWERS, "came-by": "paper"}
    assert rows(team) == []


def test_too_much_for_one_response_is_said_calmly(team: Team, keyer: Visitor) -> None:
    """T30: the words of one person have one place, and it has an end."""
    team.session.rollback()
    keyer.press(SEAL, {**ANSWERS, "helped_words": "\u20ac" * 5000, "helped.another_way": "\u20ac" * 1000})
    assert keyer.heading == "The answers are sealed"


def test_a_full_or_locked_database_costs_no_word_and_no_tick(
    team: Team, keyer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30: the form is shown again with everything in it, and the next press seals it once."""
    writer = team.app.extensions["consult.writer"]
    monkeypatch.setattr(writer, "_too_much", lambda: True)
    keyer.press(SEAL, ANSWERS)
    assert keyer.status == 503
    assert "press the button again in a moment" in keyer.words
    assert shown(keyer) == {**ANSWERS, "came-by": "paper"}
    monkeypatch.undo()
    keyer.press(SEAL)
    assert keyer.heading == "The answers are sealed"
    assert (len(rows(team)), totals(team), len(logged(team))) == (1, {"started": 1, "sent": 1}, 1)


@pytest.mark.parametrize(
    "odd",
    [
        [("sheet-mark", "../../x"), ("came-by", "pigeon"), ("paper-language", "xx")],
        [("sheet-mark", ""), ("looked", "\x00maybe"), ("no_such", "words")],
        [("helped", "absent"), ("welcome", "99999999999999999999")],
        [("act", "delete"), ("clear", "")],
    ],
)
def test_odd_input_is_a_page_and_never_a_fault(
    team: Team, keyer: Visitor, odd: list[tuple[str, str]]
) -> None:
    names = {name for name, _ in odd}
    fields = [each for each in sent_fields(keyer, {"looked": "yes"}) if each[0] not in names]
    keyer.post(keyer.path, [*fields, *odd])
    assert keyer.status in {200, 422}
    for each in rows(team):
        assert re.fullmatch(rb"[0-9a-f]{32}", each.id.hex().encode())
