"""What is written as TOML reads back as the same survey."""

from __future__ import annotations

import pytest
from hypothesis import given

from surveys import Strand, Survey, fingerprint, load, parse, text
from surveys.texts import Text
from surveys.writing import write
from tests.surveys import small


@pytest.mark.parametrize("name", ["survivors", "practitioners"])
def test_a_shipped_survey_is_the_same_after_writing(name: str) -> None:
    survey = load(name)
    again = parse(write(survey))
    assert again == survey
    assert fingerprint(again) == fingerprint(survey)
    assert again.reviewed == survey.reviewed


def test_languages_variants_and_routing_come_back() -> None:
    survey = parse(small.SMALL)
    assert parse(write(survey)) == survey
    assert fingerprint(parse(write(survey))) == fingerprint(survey)


@small.unhurried
@given(small.surveys())
def test_any_survey_comes_back(survey: Survey) -> None:
    written = write(survey)
    assert parse(written) == survey
    assert write(parse(written)) == written


@pytest.mark.parametrize("words", ['say "hello"', "a \\ b", "tab\tand so on", "naïve café", "{results_date}"])
def test_words_keep_their_marks(words: str) -> None:
    survey = Survey(id="marks", strand=Strand.SURVIVORS, title=text(words), sections=())
    flowing = " ".join(words.split())
    assert parse(write(survey)).title == text(flowing)


def test_a_text_that_is_missing_in_the_base_language_keeps_its_languages() -> None:
    survey = Survey(
        id="odd",
        strand=Strand.SURVIVORS,
        title=Text.of({("cy", ""): "Arolwg"}),
        sections=(),
        languages=("en", "cy"),
    )
    assert parse(write(survey)).title == survey.title
