"""Answers gathered elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import CANNOT_RATE, ProblemCode, fields_of, load, parse
from surveys.cells import from_cells
from surveys.codebook import columns
from tests.surveys.small import ANY_CHARACTERS, SMALL, unhurried

SURVEY = parse(SMALL)


@pytest.mark.parametrize("cell", ["yes", "Yes", " YES ", "Do", "do"])
def test_an_option_is_known_by_its_id_or_its_label_in_any_language(cell: str) -> None:
    assert from_cells(SURVEY, {"went": cell}).values == {"went": "yes"}


@pytest.mark.parametrize(
    "cell",
    ["by_phone|another", "another ; by_phone", "In another  way|BY PHONE", "Dros y ffôn; Ffordd arall;"],
)
def test_many_options_stand_between_bars_or_semicolons(cell: str) -> None:
    assert from_cells(SURVEY, {"ways": cell}).values == {"ways": ["by_phone", "another"]}


def test_a_label_that_holds_a_semicolon_is_still_one_option() -> None:
    assert from_cells(SURVEY, {"ways": "By letter; posted"}).values == {"ways": ["by_letter"]}


@pytest.mark.parametrize("cell", ["cannot_rate", "Cannot rate", "I cannot say", "alla i ddim dweud"])
def test_not_being_able_to_rate_is_known_by_word_and_text(cell: str) -> None:
    assert from_cells(SURVEY, {"rating": cell}).values == {"rating": CANNOT_RATE}


@pytest.mark.parametrize(("cell", "mark"), [("7", 7), ("7.0", 7), ("bad", 1), ("Da", 9)])
def test_a_mark_is_known_by_number_or_by_the_words_at_an_end(cell: str, mark: int) -> None:
    assert from_cells(SURVEY, {"rating": cell}).values == {"rating": mark}


def test_a_number_of_a_spreadsheet_is_a_whole_number() -> None:
    assert from_cells(SURVEY, {"visits": "12.0"}).values == {"visits": 12}


def test_own_words_and_say_how_words_have_columns_of_their_own() -> None:
    row = {"words": "a; b | c", "ways": "another", "ways.another": "By boat"}
    expected = {"words": "a; b | c", "ways": ["another"], "ways.another": "By boat"}
    assert from_cells(SURVEY, row).values == expected


@pytest.mark.parametrize(
    ("row", "question", "code"),
    [
        ({"went": "Perhaps"}, "went", ProblemCode.UNKNOWN_OPTION),
        ({"ways": "by_phone|by_train"}, "ways", ProblemCode.UNKNOWN_OPTION),
        ({"ways": "none|by_phone"}, "ways", ProblemCode.EXCLUSIVE),
        ({"rating": "quite good"}, "rating", ProblemCode.NOT_A_NUMBER),
        ({"rating": "10"}, "rating", ProblemCode.OUT_OF_RANGE),
        ({"visits": "7.5"}, "visits", ProblemCode.NOT_A_NUMBER),
        ({"words": "x" * 21}, "words", ProblemCode.TOO_LONG),
    ],
)
def test_a_cell_that_does_not_fit_names_its_question(
    row: dict[str, str], question: str, code: ProblemCode
) -> None:
    reading = from_cells(SURVEY, row)
    assert [(problem.question_id, problem.code) for problem in reading.problems] == [(question, code)]
    assert reading.values == {}


def test_a_row_of_someone_who_would_have_left_the_survey_is_not_taken() -> None:
    reading = from_cells(SURVEY, {"adult": "I am not", "went": "yes", "words": "Hello"})
    assert reading.values == {}
    assert [(problem.question_id, problem.code) for problem in reading.problems] == [
        ("adult", ProblemCode.LEAVES)
    ]


def test_answers_that_are_not_stored_or_off_the_route_are_left_out() -> None:
    assert from_cells(SURVEY, {"adult": "yes", "went": "no", "ways": "by_phone"}).values == {"went": "no"}


def test_columns_of_no_question_are_ignored() -> None:
    assert from_cells(SURVEY, {"submitted_at": "2026-01-01", "went": "yes"}).values == {"went": "yes"}


@unhurried
@given(st.data())
def test_no_row_raises_and_nothing_has_a_key_outside_the_codebook(data: st.DataObject) -> None:
    survey = load("survivors")
    names = [name for question in survey.questions for name in fields_of(question)]
    cells = st.text(ANY_CHARACTERS, max_size=30) | st.sampled_from(["yes", "7", "White;Asian", "under_18"])
    row = data.draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=5), cells, max_size=10))
    assert from_cells(survey, row).values.keys() <= {column.name for column in columns(survey)}
