"""Files for paper take seconds each: those that several tests read are made once in a process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

import surveys
from consult.web import paper
from consult.web.paper import Size
from tests.builders import ensure_support
from tests.consult.paper.reading import Read, read

POST_TO = "FREEPOST EXAMPLE\nSome Town"
SEND_BY = date(2027, 4, 1)
DATES = {"freeze_date": "1 May 2027", "results_date": "1 June 2027"}
Questionnaire = Callable[[str, Size], Read]
_made: dict[tuple[str, Size], Read] = {}


@pytest.fixture
def questionnaire(app: Flask) -> Questionnaire:
    """A shipped survey on paper, read back: its id and the size of its letters."""
    ensure_support(app.extensions["sqlalchemy"].session())
    app.extensions["sqlalchemy"].session.commit()

    def make(survey_id: str, size: Size) -> Read:
        if (survey_id, size) not in _made:
            survey = surveys.load(survey_id)
            sheet = paper.Sheet(
                survey=survey,
                language="en",
                dates=DATES,
                post_to=POST_TO,
                send_by=SEND_BY,
                demonstration=True,
            )
            with app.test_request_context("/"):
                made = paper.questionnaire(sheet, surveys.fingerprint(survey), size)
            _made[survey_id, size] = read(made)
        return _made[survey_id, size]

    return make
