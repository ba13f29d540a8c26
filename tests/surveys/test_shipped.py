"""The definitions that come with the package."""

from __future__ import annotations

import pytest

from surveys import Choice, Depth, FreeText, Scale, Strand, load, pages, shipped, shipped_source
from surveys.check import check


@pytest.mark.parametrize("survey_id", shipped())
def test_a_shipped_survey_has_no_faults(survey_id: str) -> None:
    assert check(load(survey_id)) == []


@pytest.mark.parametrize("survey_id", shipped())
def test_a_shipped_survey_is_called_like_its_file(survey_id: str) -> None:
    assert load(survey_id).id == survey_id


@pytest.mark.parametrize("survey_id", shipped())
def test_a_shipped_survey_says_on_every_page_that_it_is_an_illustration(survey_id: str) -> None:
    assert load(survey_id).notice.read("en").words.startswith("Illustrative draft.")


def test_both_strands_have_a_survey() -> None:
    assert {load(survey_id).strand for survey_id in shipped()} == set(Strand)


def test_a_survey_that_is_not_shipped_cannot_be_loaded() -> None:
    for missing in ("nobody", "../survivors", "survivors.toml"):
        with pytest.raises(KeyError):
            shipped_source(missing)


def test_the_survivor_survey_has_five_parts_after_an_opening() -> None:
    survey = load("survivors")
    assert [section.id for section in survey.sections if not section.counted] == ["opening"]
    assert sum(section.counted for section in survey.sections) == 5


def test_the_short_way_asks_about_five_questions() -> None:
    asked = [
        question.id
        for page in pages(load("survivors"), {}, Depth.SHORT)
        for question in page.questions
        if page.part and not question.id.endswith("_words")
    ]
    assert asked == ["looked", "helped", "hindered", "missing", "else", "now", "words_use"]


def test_ten_lines_are_rated_and_two_are_left_out_on_purpose() -> None:
    lines = [each for each in load("survivors").questions if each.id.startswith("matters_")]
    assert [int(each.id.removeprefix("matters_ds")) for each in lines] == [1, 2, 3, 4, 5, 6, 8, 9, 11, 12]
    assert all(isinstance(each, Scale) and (each.low, each.high) == (1, 9) for each in lines)
    assert all(isinstance(each, Scale) and each.cannot_rate and len(each.thirds) == 3 for each in lines)


def test_who_someone_is_and_how_he_is_now_are_not_kept() -> None:
    assert {each.id for each in load("survivors").questions if not each.stored} == {"closest", "adult", "now"}


def test_each_question_about_oneself_can_be_declined() -> None:
    for question in load("survivors").questions:
        if question.id.startswith("about_"):
            assert isinstance(question, Choice)
            assert question.options[-1].text.read("en").words == "Prefer not to say"


def test_twelve_standards_are_rated_on_two_axes_by_practitioners() -> None:
    survey = load("practitioners")
    for number in range(1, 13):
        for axis in ("imp", "ach"):
            question = survey.question(f"{axis}_ds{number}")
            assert isinstance(question, Scale)
            assert (question.low, question.high) == (1, 9)
        assert isinstance(survey.question(f"comment_ds{number}"), FreeText)
        applies = survey.question(f"applies_ds{number}")
        assert isinstance(applies, Choice)
        assert [option.id for option in applies.options] == ["men_only", "mixed", "both", "needs_change"]


def test_a_practitioner_belongs_to_one_of_the_five_groups() -> None:
    group = load("practitioners").question("group")
    assert isinstance(group, Choice)
    groups = ["lived_experience", "men_only_service", "mixed_service", "research", "commissioning"]
    assert [option.id for option in group.options] == groups
