"""The last day to start: told before, put off only, and from the day after nobody can start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult import clock
from consult.manage import service
from consult.manage.service.closing import ClosingDateError, set_closing
from consult.models.audit import AuditEvent
from consult.models.consultation import State
from tests.builders import Team, make_team
from tests.consult.entering import sign_in, vault_of
from tests.visitor import Visitor

TODAY = clock.today()
LAST = TODAY + timedelta(days=30)
WHO: dict[str, Any] = {"actor": "sam", "today": TODAY}


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, freeze_date=TODAY + timedelta(days=60))
    made.survey.closing_date = LAST
    made.session.commit()
    return made


def close_on(team: Team, day: date, **more: Any) -> None:
    set_closing(team.session, team.vault, "trial", "small", day, **WHO | more)


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let it be that day."""
    monkeypatch.setattr(clock, "today", lambda: day)


def test_people_are_told_the_last_day_before_they_start(team: Team, visitor: Visitor) -> None:
    visitor.visit(f"/about/{team.survey.slug}")

    assert f"You can start until {LAST.day} {LAST:%B %Y}" in visitor.words


def test_on_the_last_day_people_start_and_the_day_after_nobody_does_by_itself(
    team: Team, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T20: coming back never pauses."""
    on(monkeypatch, LAST)
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    assert visitor.status == 200
    code = visitor.take_code()

    on(monkeypatch, LAST + timedelta(days=1))
    late = Visitor(visitor.client.application.test_client())
    late.visit("/")
    assert "Nothing is open at the moment." in late.words
    late.visit(f"/about/{team.survey.slug}")
    assert "The last day to start was" in late.words
    assert not late.page.find("button", string="Start")
    visitor.press("Continue", {"depth": "short"})
    assert visitor.status == 200, "who has begun goes on"
    assert code


def test_a_start_sent_from_a_page_of_the_day_before_is_answered_calmly(
    team: Team, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.visit(f"/about/{team.survey.slug}")

    on(monkeypatch, LAST + timedelta(days=1))
    visitor.press("Start")

    assert visitor.status == 410
    assert "The last day to start is over; whoever has a code can still come back." in visitor.words
    assert "999" in visitor.words


def test_what_people_were_told_is_put_off_and_never_brought_forward(team: Team, session: Session) -> None:
    """T20: a day that was told does not come earlier."""
    close_on(team, LAST + timedelta(days=7))
    assert team.survey.closing_date == LAST + timedelta(days=7)

    with pytest.raises(ClosingDateError, match="only become later"):
        close_on(team, LAST)

    entry = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert entry is not None
    assert (entry.action, entry.object) == ("extend survey", "trial/small")
    assert LAST.isoformat() in entry.detail


def test_before_anybody_was_told_it_moves_either_way(team: Team) -> None:
    team.survey.state = State.PREPARING

    close_on(team, LAST - timedelta(days=7))

    assert team.survey.closing_date == LAST - timedelta(days=7)


@pytest.mark.parametrize("days", [-1, 61])
def test_a_day_that_is_over_or_after_the_last_day_to_take_back_is_refused(team: Team, days: int) -> None:
    """T20: who starts on the last day can still take answers back."""
    with pytest.raises(ClosingDateError):
        close_on(team, TODAY + timedelta(days=days))


def test_the_last_day_to_take_back_does_not_come_before_the_last_day_to_start(
    app: Flask, team: Team, session: Session
) -> None:
    team.consultation.state = State.PREPARING

    wanted = replace(service.terms_of(session, "trial"), freeze_date=LAST - timedelta(days=1))
    with pytest.raises(service.TermsError, match="people can start until"):
        service.change(session, vault_of(app), "trial", wanted, **WHO)


def test_a_lead_puts_it_off_on_its_page_and_is_told_why_not(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/surveys/small/closing")
    assert "People were told:" in visitor.words

    visitor.press("Put it off", {"day": (LAST - timedelta(days=1)).isoformat()})
    assert visitor.status == 422
    assert "can only become later" in visitor.words
    visitor.press("Put it off", {"day": ""})
    assert visitor.status == 422
    visitor.press("Put it off", {"day": (LAST + timedelta(days=1)).isoformat()})

    assert "The last day to start is saved." in visitor.words
