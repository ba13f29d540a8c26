"""S9, S20, S28, T20: the code reads, changes and takes back what was sent, in whole or one answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from consult import clock
from consult.models.consultation import Consultation, State
from consult.models.response import Draft, Receipt, Response, Tombstone, Total
from consult.records import opened
from tests.builders import Team, make_response, release
from tests.visitor import Visitor

KEPT, CHECK, GONE = "What you sent", "Check your answers", "These answers are not here any more"
SEND, SENT = "Yes, use my answers: send them", "Your answers are sent"


@pytest.fixture
def code(team: Team, visitor: Visitor) -> str:
    """The code of somebody who has sent three answers."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    taken = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": "They listened."})
    visitor.press("Continue", {"words_use": "quote"})
    visitor.press(SEND)
    assert visitor.heading == SENT
    visitor.press("Close this page")
    return taken


def back(team: Team, code: str) -> Visitor:
    """Somebody who comes back with the code."""
    made = Visitor(team.app.test_client())
    made.visit(f"/back/{team.survey.slug}")
    made.press("Continue", {"code": code})
    return made


def count(team: Team, table: type) -> int:
    team.session.rollback()
    found = team.session.scalar(select(func.count()).select_from(table)) or 0
    team.session.rollback()
    return found


def test_one_answer_is_taken_back_by_a_plainly_named_act(team: Team, code: str) -> None:
    person = back(team, code)
    assert person.heading == KEPT
    person.press("Take back one answer")
    assert person.heading == "Take back one answer"
    person.press("Take back: What helped?")
    assert person.heading == KEPT
    assert "They listened." not in person.words
    assert "Yes" in person.words
    row = team.session.scalars(select(Response)).one()
    assert (row.rev, row.batch_id) == (2, None)
    team.session.rollback()
    again = back(team, code)
    assert "They listened." not in again.words
    for _ in range(4):
        make_response(team, {})
    release(team)
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert [each.answers for each in found if each.answers] == [{"looked": "yes", "words_use": "quote"}]
    assert {each.what: each.current for each in team.session.scalars(select(Total))}["sent"] == 5


def test_a_released_answer_taken_back_waits_for_its_group_again(team: Team, code: str) -> None:
    for _ in range(4):
        make_response(team, {})
    assert release(team) == 5
    person = back(team, code)
    assert "Counted with other answers on 4 January 2027" in person.words
    person.press("Take back one answer")
    person.press("Take back: What helped?")
    assert "Not yet counted" in person.words


def test_taking_back_one_answer_and_all_stay_possible_when_the_survey_is_closed(
    team: Team, code: str
) -> None:
    team.survey.state = State.CLOSED
    team.session.commit()
    person = back(team, code)
    assert "Change my answers" not in person.words
    person.press("Take back one answer")
    person.press("Back")
    assert person.heading == KEPT
    person.press("Take back one answer")
    person.press("Take back: Have you looked for support?")
    assert person.heading == KEPT
    person.press("Take my answers back")
    assert person.heading == "Your answers are taken back"
    assert (count(team, Response), count(team, Receipt), count(team, Tombstone)) == (0, 0, 1)


@pytest.mark.parametrize("tampering", ["older", "damaged", "swapped"])
def test_who_comes_back_is_told_when_the_stored_text_is_not_what_was_saved(
    team: Team, code: str, tampering: str
) -> None:
    """vault.md 7.3: an edit, a replay and a swap inside the database do not go unnoticed."""
    session = team.session
    old = session.scalars(select(Response)).one()
    of = old.id
    kept: dict[str, Any] = {"body": old.body, "slot": old.slot, "rev": old.rev}
    session.rollback()
    if tampering == "older":
        person = back(team, code)
        person.press("Take back one answer")
        person.press("Take back: What helped?")
        changes = kept
    elif tampering == "damaged":
        changes = {"body": kept["body"][:-1] + bytes([kept["body"][-1] ^ 1])}
    else:
        other = make_response(team, {"helped_words": "of somebody else"})
        changes = {"body": session.get_one(Response, other).body}
    session.execute(update(Response).where(Response.id == of).values(changes))
    session.commit()
    person = back(team, code)
    assert person.heading == KEPT
    assert "What we hold is not what you last saved." in person.words
    assert "of somebody else" not in person.words
    person.press("Take my answers back")
    assert person.heading == "Your answers are taken back"


def test_who_comes_back_is_told_when_the_text_was_removed_by_somebody_else(team: Team, code: str) -> None:
    team.session.execute(delete(Response))
    team.session.commit()
    person = back(team, code)
    assert person.heading == KEPT
    assert "What you sent is not here any more" in person.words
    assert "Change my answers" not in person.words
    person.press("Take my answers back")
    assert person.heading == "Your answers are taken back"
    assert (count(team, Receipt), count(team, Tombstone)) == (0, 1)


@pytest.mark.parametrize(("day", "said"), [(date(2027, 6, 30), False), (date(2027, 7, 1), True)])
def test_after_the_freeze_date_the_page_says_what_can_still_be_done(
    team: Team, code: str, monkeypatch: pytest.MonkeyPatch, day: date, said: bool
) -> None:
    consultation = team.session.scalars(select(Consultation)).one()
    consultation.freeze_date = date(2027, 6, 30)
    team.session.commit()
    monkeypatch.setattr(clock, "today", lambda: day)
    person = back(team, code)
    assert ("Figures were fixed on 30 June 2027." in person.words) is said
    person.press("Take my answers back")
    assert "is deleted" in person.words
    assert ("Figures were fixed on 30 June 2027." in person.words) is said
    assert "cannot be called back" in person.words
    assert count(team, Response) == 0


def test_what_another_page_took_back_is_told_calmly_and_once(team: Team, code: str) -> None:
    first, *others = (back(team, code) for _ in range(4))
    others[1].press("Take back one answer")
    first.press("Take my answers back")
    for each, act in zip(others, ("Change my answers", "Take back: What helped?", ""), strict=True):
        each.press(act) if act else each.visit(f"/s/{team.survey.slug}")
        assert each.status == 200
        assert each.heading == GONE
        each.visit(f"/s/{team.survey.slug}")
        assert each.heading == "This page is not available."


def test_a_draft_begun_before_another_page_changed_the_answers_says_so_and_is_not_stuck(
    team: Team, code: str
) -> None:
    first, second = back(team, code), back(team, code)
    first.press("Change my answers")
    second.press("Take back one answer")
    second.press("Take back: What helped?")
    first.press("Change: What helped?")
    first.press("Continue", {"looked": "no", "helped_words": "New words."})
    first.press(SEND)
    assert first.heading == CHECK
    assert "Nothing was sent just now." in first.words
    assert "They listened." not in back(team, code).words
    first.press(SEND)
    assert first.heading == SENT
    assert "New words." in back(team, code).words
    assert count(team, Response) == 1


def test_a_draft_begun_before_another_page_took_all_back_begins_anew(team: Team, code: str) -> None:
    first, second = back(team, code), back(team, code)
    first.press("Change my answers")
    draft = team.session.scalars(select(Draft)).one()
    kept = {name: getattr(draft, name) for name in Draft.__table__.columns.keys()}  # noqa: SIM118 - not a dict
    team.session.rollback()
    second.press("Take my answers back")
    team.session.add(Draft(**kept))  # as if it had been saved between reading and taking back
    team.session.commit()
    first.press(SEND)
    assert first.heading == CHECK
    assert "Nothing was sent just now." in first.words
    first.press(SEND)
    assert first.heading == SENT
    assert (count(team, Response), count(team, Tombstone), count(team, Receipt)) == (1, 1, 1)


def test_sending_twice_from_one_page_sends_once(team: Team, code: str) -> None:
    person = back(team, code)
    person.press("Change my answers")
    before = person.shown
    person.press(SEND)
    assert person.heading == SENT
    person.shown = before
    person.press(SEND)
    assert person.heading == SENT
    assert team.session.scalars(select(Response.rev)).all() == [2]
