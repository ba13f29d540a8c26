"""An application that limits as it does when it is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

import surveys
from consult import intake
from consult.settings import LimitSettings, Settings
from consult.web import easyread
from tests.builders import Team, make_team
from tests.consult.conftest import Start
from tests.visitor import Visitor

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


@pytest.fixture
def vouched(settings: Settings) -> Settings:
    """An installation whose pages in easy read a group has read."""
    return replace(settings, easy_read_reviewed=f"{easyread.mark('en')} an easy-read group, 3 November 2026")


@pytest.fixture
def easy_team(app: Flask) -> Team:
    """The survivors' survey, with all that it offers reviewed."""
    return make_team(app, source=surveys.shipped_source("survivors"))


@pytest.fixture
def easy(easy_team: Team, vouched: Settings, start: Start) -> Visitor:
    """Somebody before the landing page of the survey, in easy read."""
    easy_team.session.rollback()
    made = start(intake.create_app, vouched)
    made.test_client_class = easy_team.app.test_client_class
    visitor = Visitor(made.test_client())
    visitor.visit(f"/about/{easy_team.survey.slug}?language=en-easy")
    return visitor


@pytest.fixture
def demonstration(app: Flask) -> Team:
    """The survivors' survey with its draft Welsh, and nothing that is real."""
    team = make_team(app, source=surveys.shipped_source("survivors"), demonstration=True)
    team.session.rollback()
    return team
