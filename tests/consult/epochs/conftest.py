"""Two people with a key each, and seven answers."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.account import Role
from consult.records import accounts
from tests.builders import Team, make_account, make_response, make_team, release


@pytest.fixture
def team(app: Flask) -> Team:
    """Sam and Kim hold a key; six answers are released and one waits."""
    made = make_team(app)
    kim = make_account(app, "kim", made.consultation, Role.ANALYST)
    accounts.grant(made.session, made.vault, made.consultation, made.key, kim)
    for number in range(6):
        make_response(made, {"helped_words": f"before {number}"})
    release(made)
    make_response(made, {"helped_words": "waiting"})
    made.session.commit()
    return made
