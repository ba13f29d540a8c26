"""Kim, who may read answers, before an empty form."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.account import Role
from tests.builders import Team, make_account, make_team
from tests.consult.entering import sign_in
from tests.consult.gathering.scene import PAPER
from tests.visitor import Visitor


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app, source=PAPER)
    make_account(app, "kim", made.consultation, Role.ANALYST)
    made.session.rollback()
    return made


@pytest.fixture
def keyer(team: Team, visitor: Visitor) -> Visitor:
    """Kim, who may read answers and has unlocked nothing, before an empty form."""
    sign_in(visitor, "kim")
    visitor.visit("/team/trial/")
    follow(visitor, "On paper: questions and posters to print, and typing answers in")
    follow(visitor, "Type answers in")
    assert visitor.heading == "Type answers in"
    return visitor


def follow(visitor: Visitor, words: str) -> None:
    (link,) = [each for each in visitor.page.select("main a") if each.get_text(strip=True) == words]
    visitor.visit(str(link["href"]))
