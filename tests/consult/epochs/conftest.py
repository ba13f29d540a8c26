"""Two people with a key each, and seven answers."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Team, make_holders, make_response


@pytest.fixture
def team(app: Flask) -> Team:
    """Sam and Kim hold a key; six answers are released and one waits."""
    made = make_holders(app)
    make_response(made, {"helped_words": "waiting"})
    made.session.commit()
    return made
