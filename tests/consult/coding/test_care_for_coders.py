"""Care for those who read (T48): level first, words hidden until opened, limits that hold, a way out."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consult import clock
from consult.coding import service
from consult.coding.service import Pace, RestError
from consult.models.reading import Reading
from consult.models.signoff import SignOffKind
from consult.records import limits, signoffs
from consult.records.signoffs import Wanted
from tests.builders import SMALL, TODAY, make_response, make_team, release
from tests.consult.coding.workbench import BOX, DEFINITION, TEXTS, Workbench, sign_in
from tests.visitor import Visitor

ANSWERS = f"/team/trial/answers/small/{BOX}"


def agree(bench: Workbench, minutes: int, answers: int, supporter: str = "") -> None:
    """Sign limits, and who supports the team, as before a survey opens."""
    team = bench.team
    signed = [Wanted(kind=SignOffKind.STAFF_LIMITS, about=limits.in_words(minutes, answers))]
    signed += [Wanted(kind=SignOffKind.STAFF_SUPPORT, about=supporter)] if supporter else []
    for wanted in signed:
        signoffs.record(team.session, team.vault, team.survey, wanted, team.account, today=TODAY)
    team.session.commit()


def take_up(bench: Workbench, place: int, pace: Pace | None = None, **when: Any) -> Pace:
    """Open an answer for reading, committed."""
    where = (DEFINITION, BOX, bench.responses[place].hex())
    told: dict[str, Any] = {"again": False, "now": 1000.0, "today": TODAY} | when
    after = service.take_up(bench.unlocked(), where, pace or Pace(), **told)
    bench.team.session.commit()
    return after


def test_no_word_of_an_answer_is_in_view_before_it_is_opened(app: Flask, visitor: Visitor) -> None:
    """T48: the level and the length come first; opening is an act of its own, also without script."""
    source = SMALL.replace('text = "What helped?"', 'text = "What helped?"\nsensitive = true')
    team = make_team(app, source=source)
    ids = tuple(make_response(team, {BOX: text}) for text in TEXTS)
    release(team)
    sign_in(visitor)
    visitor.visit(ANSWERS)
    for text in TEXTS:
        assert text[:20] not in visitor.words
    visitor.visit(f"{ANSWERS}/{ids[0].hex()}")
    assert "May be hard to read" in visitor.words
    assert "Words: 19." in visitor.words
    assert "eight months" not in visitor.words
    visitor.press("Open it")
    assert "I waited eight months for a reply." in visitor.words
    visitor.press("Done, next")
    assert visitor.heading == "Open an answer"  # the next one of this question comes covered, too
    visitor.visit(ANSWERS)
    assert "I waited eight months" in visitor.words  # opened, so known


def test_a_daily_limit_that_was_signed_holds_and_is_told_calmly(bench: Workbench, visitor: Visitor) -> None:
    """T48: whoever reached it is told so, is asked nothing, loses nothing and may look at what is open."""
    agree(bench, 50, 2, supporter="Ash Example")
    sign_in(visitor)
    for place in (0, 1):
        visitor.visit(f"{ANSWERS}/{bench.responses[place].hex()}")
        visitor.press("Open it")
        assert visitor.heading == "Code an answer"
        visitor.press("Waiting")
    visitor.press("Done, next")
    assert visitor.status == 200
    assert visitor.heading == "Looking after yourself"
    assert "That is enough for today" in visitor.words
    assert "Ash Example sees to it that people who read answers have somebody to talk to." in visitor.words
    visitor.visit(f"{ANSWERS}/{bench.responses[2].hex()}")
    visitor.press("Open it")
    assert visitor.heading == "Looking after yourself"
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    visitor.press("Kindness")
    assert "Added." in visitor.words


def test_the_count_is_of_a_day_and_nothing_of_what_was_read_or_when_is_kept(bench: Workbench) -> None:
    agree(bench, 50, 2)
    take_up(bench, 0)
    take_up(bench, 1)
    with pytest.raises(RestError):
        take_up(bench, 2)
    take_up(bench, 1, again=True)  # once more is no second answer
    take_up(bench, 2, today=TODAY.replace(day=TODAY.day + 1))
    (row,) = bench.team.session.scalars(select(Reading)).all()
    assert (row.day.day, row.answers) == (TODAY.day + 1, 1)
    assert {column.name for column in Reading.__table__.columns} == {
        "account_id",
        "consultation_id",
        "day",
        "answers",
    }


def test_after_the_minutes_at_a_time_a_pause_comes_first(bench: Workbench) -> None:
    agree(bench, 30, 100)
    pace = Pace()
    for minute in (0, 8, 16, 24, 29):
        pace = take_up(bench, 0, pace, now=60.0 * (1000 + minute))
    with pytest.raises(RestError) as told:
        take_up(bench, 1, pace, now=60.0 * 1031)
    assert (told.value.why, told.value.minutes) == ("pause", 8)
    rested = take_up(bench, 1, pace, now=60.0 * 1039)
    assert rested.since == 60.0 * 1039


def test_while_nobody_signed_limits_those_of_the_house_hold(bench: Workbench) -> None:
    stands = service.care(bench.team.session, "trial", bench.team.account.id, today=TODAY)
    assert (stands.limits.minutes, stands.limits.answers, stands.limits.signed) == (50, 100, False)
    agree(bench, 20, 5)
    team = bench.team
    wanted = Wanted(kind=SignOffKind.STAFF_LIMITS)
    signoffs.record(team.session, team.vault, team.survey, wanted, team.account, given=False, today=TODAY)
    stands = service.care(team.session, "trial", team.account.id, today=TODAY)
    assert stands.limits.answers == 100


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("50 minutes at a time, and 20 answers a day at most", (50, 20)),
        ("45 minutes at a time", (45, limits.HOUSE_ANSWERS)),
        ("as much as feels right", (limits.HOUSE_MINUTES, limits.HOUSE_ANSWERS)),
    ],
)
def test_a_sentence_that_was_signed_is_read_for_its_figures(words: str, found: tuple[int, int]) -> None:
    stands = limits.read(words)
    assert (stands.minutes, stands.answers) == found


def clock_on(monkeypatch: pytest.MonkeyPatch, *, minutes: int) -> None:
    """Set the clock forward."""
    moment = clock.now() + 60 * minutes
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_too_hard_gives_the_answer_to_others_and_says_nothing_to_anybody(
    bench: Workbench, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T48: skipping needs no reason; the answer is drawn for others, and no page names who left it."""
    sign_in(visitor)
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    visitor.press("Leave it to others")
    assert bench.responses[0].hex() not in visitor.path
    others = bench.second()
    drawn = set()
    for seed in range(40):
        mine = service.next_to_code(bench.unlocked(), DEFINITION, BOX, seed=seed)
        assert mine is not None
        assert mine.response != bench.responses[0].hex()
    clock_on(monkeypatch, minutes=11)
    for seed in range(60):
        found = service.next_to_code(others, DEFINITION, BOX, seed=seed)
        assert found is not None
        drawn.add(found.response)
    assert bench.responses[0].hex() in drawn
    listed = service.answers(others, DEFINITION, BOX)
    assert "skip" not in repr(listed)


def test_an_answer_that_somebody_has_just_now_is_drawn_for_nobody_else(bench: Workbench) -> None:
    other = bench.second()
    had = set()
    for seed in range(len(TEXTS)):
        found = service.next_to_code(bench.unlocked(), DEFINITION, BOX, seed=seed)
        assert found is not None
        had.add(found.response)
    for seed in range(12):
        drawn = service.next_to_code(other, DEFINITION, BOX, seed=seed)
        assert drawn is None or drawn.response not in had


def test_every_page_of_coding_leads_to_support_for_who_reads(bench: Workbench, visitor: Visitor) -> None:
    """T48: from lists, covers, answers and the frame it is one link away."""
    sign_in(visitor)
    here = f"{ANSWERS}/{bench.responses[0].hex()}"
    for path in ("/team/trial/answers", ANSWERS, here, "/team/trial/themes", "/team/trial/themes/new"):
        visitor.visit(path)
        assert "Support and limits for people who read answers" in visitor.words, path
    visitor.visit(here)
    visitor.press("Open it")
    assert "Support and limits for people who read answers" in visitor.words
    visitor.visit("/team/trial/care")
    assert "Day Line" in visitor.words


def test_single_keys_can_be_switched_off_for_oneself(bench: Workbench, visitor: Visitor) -> None:
    """T28: WCAG 2.1.4."""
    sign_in(visitor)
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    visitor.press("Open it")
    assert visitor.page.select("[data-key]")
    visitor.visit("/team/trial/care")
    visitor.press("Switch single keys off for me")
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    assert not visitor.page.select("[data-key], [data-focus-key]")
    visitor.visit("/team/trial/care")
    visitor.press("Switch single keys on for me")
    assert "Switch single keys off for me" in visitor.words


def test_reading_for_long_is_mentioned_before_it_is_too_long(
    bench: Workbench, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T48: a reminder at half of the time, in words, that takes nothing away."""
    agree(bench, 20, 100)
    sign_in(visitor)
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    visitor.press("Open it")
    assert "A short pause does good." not in visitor.words
    for minute in (7, 7):
        clock_on(monkeypatch, minutes=minute)
        visitor.press("Waiting")
    assert "You have been reading for 14 minutes. A short pause does good." in visitor.words
