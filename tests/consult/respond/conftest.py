"""An application that limits as it does when it is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from consult import intake
from consult.settings import LimitSettings, Settings
from tests.builders import Team, make_team
from tests.consult.conftest import Start

Limited = Callable[..., Flask]


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
