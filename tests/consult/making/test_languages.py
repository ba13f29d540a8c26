"""What a survey lacks in another language, for who translates it."""

from __future__ import annotations

from flask import Flask

import surveys
from consult.records import kept_versions
from consult.web.extensions import db
from tests.builders import SMALL, TODAY
from tests.consult.entering import make_led, sign_in
from tests.visitor import Visitor

HALF = SMALL.replace('text = "What helped?"', 'text = { en = "What helped?", cy = "Beth helpodd?" }').replace(
    'title = "A small survey"',
    'title = { en = "A small survey", cy = "Arolwg bach" }\n'
    'consent = [{ en = "Until {freeze_date} you can.", cy = "Gallwch." }]',
)


def test_each_text_that_a_language_lacks_is_named_with_its_place() -> None:
    """T42: nothing for a complete one; a date that was left out counts as missing."""
    half = surveys.parse(HALF)
    assert surveys.translations(half) == ("cy",)
    lacks = {each.where: each.placeholders for each in surveys.missing(half, "cy")}
    assert lacks["consent"] == ("freeze_date",)
    assert lacks["looked"] == ()
    assert not {"title", "helped_words"} & set(lacks)
    for survey_id in surveys.shipped():
        assert surveys.missing(surveys.load(survey_id), "cy") == ()


def test_languages_are_offered_once_a_person_has_read_them() -> None:
    """T42: D9, and drafts only where no answer is real."""
    shipped = surveys.load("survivors")
    assert "cy" not in surveys.offered(shipped, ["en"])
    assert "cy" in surveys.offered(shipped, ["cy"])
    assert "cy" in surveys.offered(shipped, ["en"], drafts=True)


def test_the_team_sees_what_is_missing_and_that_nobody_has_read_it(app: Flask, visitor: Visitor) -> None:
    """T42: a list for who translates."""
    consultation = make_led(app)
    kept_versions.load(db.session(), consultation, HALF, name="half.toml", today=TODAY)
    db.session.commit()
    sign_in(visitor, "sam")
    visitor.visit("/team/spring/surveys/small/languages")
    assert visitor.heading == "What is missing in other languages"
    assert "A draft: nobody has read it yet" in visitor.words
    assert "Have you looked for support?" in visitor.words
    assert "left out: freeze_date" in visitor.words
    assert "What helped?" not in visitor.words
