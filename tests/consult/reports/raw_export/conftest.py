"""Six released answers, each with its own wish about words."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Team, make_response, make_team, release
from tests.consult.reports.raw_export.unpacking import CANARY


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app)
    for consent in ("quote", "paraphrase", "count_only", None, "quote", "quote"):
        answers: dict[str, object] = {"looked": "yes", "helped_words": f"{CANARY} {consent}"}
        make_response(made, answers | ({"words_use": consent} if consent else {}))
    release(made)
    return made
