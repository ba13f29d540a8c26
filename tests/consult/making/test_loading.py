"""A survey's text, typed or chosen: checked, kept as a version, and never changed while people answer."""

from __future__ import annotations

import io

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from consult.models.account import Account, Role
from consult.models.consultation import Consultation, Survey
from consult.web.extensions import db
from tests.builders import SMALL, make_account, make_team
from tests.consult.entering import make_consultation, sign_in
from tests.visitor import HOST, Visitor

FAULTY = SMALL.replace('kind = "free_text"', 'kind = "essay"').replace('strand = "survivors"', "")


def lead(app: Flask, consultation: Consultation) -> Account:
    return make_account(app, "lea", consultation, Role.LEAD)


def test_faults_are_listed_with_where_and_what_and_the_text_is_kept(app: Flask, visitor: Visitor) -> None:
    lead(app, make_consultation(app))
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/surveys/load")

    visitor.press("Keep this version", {"source": FAULTY})

    assert visitor.status == 422
    assert "2 things to mend in text" in visitor.words
    assert "helped_words" in visitor.words
    box = visitor.page.find("textarea", {"name": "source"})
    assert box is not None
    assert box.get_text().removeprefix("\n").strip() == FAULTY.strip()
    assert db.session.scalars(select(Survey)).all() == []


def test_a_text_without_faults_is_kept_as_a_version(app: Flask, visitor: Visitor) -> None:
    lead(app, make_consultation(app))
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/surveys/load")

    visitor.press("Check", {"source": SMALL})
    assert "There is nothing to mend." in visitor.words
    visitor.press("Keep this version")

    assert "The survey is loaded." in visitor.words
    assert "A small survey" in visitor.words


def test_a_shipped_survey_can_be_started_from(app: Flask, visitor: Visitor) -> None:
    lead(app, make_consultation(app))
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/surveys/load")

    visitor.press("Put its text into the box below", {"shipped": "practitioners", "source": "half a thought"})

    assert 'id = "practitioners"' in visitor.words
    earlier = visitor.page.find(id="earlier")
    assert earlier is not None
    assert "half a thought" in earlier.get_text()
    visitor.press("Keep this version")
    assert "The survey is loaded." in visitor.words


@pytest.mark.parametrize(
    ("content", "said"),
    [(SMALL.encode(), "The survey is loaded."), (b"\xff\xfe\x00", "not UTF-8 text")],
)
def test_a_survey_comes_from_a_file(app: Flask, visitor: Visitor, content: bytes, said: str) -> None:
    lead(app, make_consultation(app))
    sign_in(visitor, "lea")
    visitor.visit("/team/spring/surveys/load")
    token = visitor.page.find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)

    answer = visitor.client.post(
        "/team/spring/surveys/load",
        data={
            "csrf_token": token["value"],
            "act": "keep",
            "source": "half a thought",
            "file": (io.BytesIO(content), "small.toml"),
        },
        content_type="multipart/form-data",
        base_url=HOST,
        follow_redirects=True,
    )

    assert said in answer.text
    assert ("half a thought" in answer.text) == (said == "not UTF-8 text")


def test_an_open_survey_never_changes_under_the_people_who_answer(app: Flask, visitor: Visitor) -> None:
    make_team(app)
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/surveys/load")
    changed = SMALL.replace("What helped?", "What helped you?")

    visitor.press("Keep this version", {"source": changed})

    assert visitor.status == 409
    assert "close it before loading another version" in visitor.words
    assert "What helped you?" in visitor.words
