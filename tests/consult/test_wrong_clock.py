"""S21: a clock two days off, a jump, summer time, 29 February: nothing ends early or late or is lost."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult import clock
from consult.models.response import Draft
from consult.models.session import Visit
from consult.records import drafts, responses, writing
from consult.records.drafts import DraftContent
from consult.web import sessions
from consult.web.throttle import FREE_TRIES, LONGEST_WAIT, SignInPace
from tests.builders import Team, make_team
from tests.consult.entering import sign_in
from tests.visitor import Visitor

DAY = 86400
OFF = (-2, 0, 2)
# A week's Monday, the slack on either side, and the night in which the job runs.
LATEST = 6 + 2 + 2 + 1


@dataclass
class Times:
    """What the two clocks show: the time of day, which can be set, and the one that nobody sets."""

    day: float
    steady: float

    def pass_by(self, seconds: float) -> None:
        """Time goes on, on both."""
        self.day += seconds
        self.steady += seconds

    def jump(self, seconds: float) -> None:
        """The time of day is set."""
        self.day += seconds


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Times:
    made = Times(day=clock.now(), steady=clock.steady())
    monkeypatch.setattr(clock, "now", lambda: made.day)
    monkeypatch.setattr(clock, "steady", lambda: made.steady)
    return made


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def saved(team: Team, day: date) -> None:
    """A draft that somebody saved on a day of the server's clock."""
    _, keys = responses.new_code(team.intake, team.consultation)
    _, write = drafts.saving(
        team.intake,
        team.survey,
        keys,
        DraftContent(),
        previous=0,
        days=team.consultation.draft_days,
        today=day,
    )
    writing.at_once(team.session, write)
    team.session.commit()


@pytest.mark.parametrize("then", OFF)
@pytest.mark.parametrize("when", OFF)
def test_a_draft_is_kept_for_its_days_whichever_night_or_day_had_a_wrong_clock(
    team: Team, when: int, then: int
) -> None:
    """The clock was wrong when the draft was saved, or it is when the job runs."""
    if when and then:
        return  # two wrong clocks in a row: nothing is promised
    for start in (date(2028, 1, 29), date(2028, 1, 30), date(2027, 3, 1), date(2027, 12, 31)):
        saved(team, start + timedelta(days=when))
        for day in range(1, team.consultation.draft_days + LATEST + 1):
            drafts.expire(team.session, today=start + timedelta(days=day + then))
            if not team.session.scalar(select(func.count()).select_from(Draft)):
                break
        assert team.consultation.draft_days < day <= team.consultation.draft_days + LATEST
        team.session.commit()


def test_a_leap_day_and_the_turn_of_a_year_are_days_like_any_other(team: Team) -> None:
    for day in (date(2028, 2, 29), date(2028, 1, 30), date(2026, 12, 31)):
        saved(team, day)
    due = sorted(team.session.scalars(select(Draft.expires)))
    assert due == [date(2027, 2, 1), date(2028, 3, 6), date(2028, 4, 3)]
    assert {each.weekday() for each in due} == {0}


def on_a_question(team: Team, visitor: Visitor) -> Visitor:
    """Somebody without a code, whose words are in the visit alone."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": "They listened."})
    return visitor


@pytest.mark.parametrize("jump", [-2 * DAY, 2 * DAY])
def test_a_jump_of_the_clock_takes_no_words_from_somebody_without_a_code(
    team: Team, visitor: Visitor, times: Times, jump: float
) -> None:
    on_a_question(team, visitor)
    times.jump(jump)
    sessions.purge(team.session, int(times.day // 3600))  # the night's work, by the wrong clock
    team.session.commit()
    times.pass_by(600)
    visitor.press("Continue", {"words_use": "quote"})
    assert visitor.heading == "Check your answers"
    assert "They listened." in visitor.words
    times.jump(-jump)
    visitor.press("Yes, use my answers: send them")
    assert visitor.heading == "Your answers are sent"


def test_a_visit_still_ends_in_time_when_the_clock_was_set_back(
    team: Team, visitor: Visitor, times: Times
) -> None:
    on_a_question(team, visitor)
    times.jump(-2 * DAY)
    times.pass_by((sessions.VISIT_HOURS + 1) * 3600)
    visitor.visit(f"/s/{team.survey.slug}")
    assert "They listened." not in visitor.words
    sessions.purge(team.session, int(times.day // 3600) + 2 * 48 + sessions.VISIT_HOURS)
    team.session.commit()
    assert team.session.scalar(select(func.count()).select_from(Visit)) == 0


def test_the_team_is_signed_out_in_time_although_the_clock_was_set_back(
    team: Team, visitor: Visitor, times: Times
) -> None:
    sign_in(visitor, "sam")
    times.jump(-2 * DAY)
    times.pass_by(600)
    visitor.visit("/team/")
    assert visitor.path == "/team/", "somebody who works stays in"
    times.pass_by(600)
    visitor.visit("/team/")
    assert visitor.path == "/team/"
    times.pass_by(team.app.extensions["consult.settings"].staff_idle_minutes * 60 + 1)
    visitor.visit("/team/")
    assert visitor.path == "/team/sign-in"


def test_the_team_is_signed_out_after_a_machine_stood_still(
    team: Team, visitor: Visitor, times: Times
) -> None:
    """A paused machine counts nothing; the time of day, set right afterwards, tells."""
    sign_in(visitor, "sam")
    times.jump(3 * DAY)
    visitor.visit("/team/")
    assert visitor.path == "/team/sign-in"


def test_a_restart_of_the_machine_leaves_the_time_of_day_to_decide(
    team: Team, visitor: Visitor, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_question(team, visitor)
    monkeypatch.setattr(clock, "boot", lambda: "another start")
    times.steady = 5.0
    times.jump(3600)
    visitor.visit(f"/s/{team.survey.slug}")
    assert visitor.heading != "This page is not available."
    times.jump((sessions.VISIT_HOURS + 1) * 3600)
    times.pass_by((sessions.VISIT_HOURS + 1) * 3600)
    visitor.visit(f"/s/{team.survey.slug}")
    assert "They listened." not in visitor.words


@pytest.mark.parametrize("jump", [-2 * DAY, 2 * DAY])
def test_a_jump_makes_nobody_wait_longer_at_the_door(times: Times, jump: float) -> None:
    pace = SignInPace()
    for _ in range(FREE_TRIES + 20):
        pace.failed("sam")
    times.jump(jump)
    assert 0 < pace.wait("sam") <= LONGEST_WAIT
    times.pass_by(LONGEST_WAIT)
    assert pace.wait("sam") == 0


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_days_are_those_of_utc_wherever_the_machine_thinks_it_is(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert abs((datetime.now(UTC).date() - clock.today()).days) == 0
        assert abs(clock.now() - time.time()) < 5
    finally:
        monkeypatch.undo()
        os.environ.pop("TZ", None)
        time.tzset()


def test_the_steady_clock_goes_on_by_itself() -> None:
    before = clock.steady()
    time.sleep(0.01)
    assert 0.01 <= clock.steady() - before < 60
    assert clock.boot() == clock.boot() != ""
