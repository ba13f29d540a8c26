"""A clock that moves when it is told to, and the rule that is the default."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from consult import clock
from consult.settings import MFA_RULES, Settings
from tests.builders import Team, make_team
from tests.consult.accounts.second_factor.factor import Clock


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation with the rule that is the default."""
    return replace(settings, require_mfa=MFA_RULES[0])


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    monkeypatch.setattr(clock, "steady", made.now)
    return made


@pytest.fixture
def team(app: Flask) -> Team:
    """With "sam", who holds a key."""
    return make_team(app)
