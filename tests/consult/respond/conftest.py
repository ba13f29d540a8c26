"""A clock in the hand of the test, and an application that limits as it does when it is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from consult import clock, intake
from consult.settings import LimitSettings, Settings
from tests.builders import Team, make_team
from tests.consult.conftest import Start

Limited = Callable[..., Flask]


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    moment: float

    def now(self) -> float:
        return self.moment

    def go_on(self, seconds: float) -> None:
        self.moment += seconds


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of visits, form tokens and buckets."""
    made = Clock(moment=clock.now())
    monkeypatch.setattr(clock, "now", made.now)
    behind = made.moment - clock.steady()
    monkeypatch.setattr(clock, "steady", lambda: made.moment - behind)
    return made


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def limited(team: Team, settings: Settings, start: Start) -> Limited:
    """Makes an intake with limits, some of them tighter than usual."""
    team.session.rollback()

    def make(**changes: int) -> Flask:
        made = start(intake.create_app, replace(settings, limits=LimitSettings(on=True, **changes)))
        made.test_client_class = team.app.test_client_class
        return made

    return make
