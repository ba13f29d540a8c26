"""The columns of the table of answers."""

from __future__ import annotations

import pytest

from surveys import FreeText, Section, Strand, Survey, fields_of, load, parse, shipped, text
from surveys.codebook import ColumnKind, columns
from tests.surveys.small import SMALL


def test_each_stored_question_has_a_column_and_each_say_how_box_one_after_it() -> None:
    assert [(column.name, column.kind) for column in columns(parse(SMALL))] == [
        ("went", ColumnKind.CHOICE),
        ("ways", ColumnKind.CHOICES),
        ("ways.another", ColumnKind.TEXT),
        ("rating", ColumnKind.SCALE),
        ("visits", ColumnKind.NUMBER),
        ("words", ColumnKind.TEXT),
    ]


def test_values_have_labels_in_every_language() -> None:
    went = columns(parse(SMALL))[0]
    assert [(value, label.read("cy").words) for value, label in went.values] == [
        ("yes", "Do"),
        ("no", "Naddo"),
    ]


def test_a_scale_lists_its_marks_and_the_way_out() -> None:
    rating = columns(parse(SMALL))[3]
    labels = {value: label.read("en").words for value, label in rating.values}
    assert list(labels) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "cannot_rate"]
    assert (labels["1"], labels["5"], labels["9"]) == ("Bad", "", "Good")
    assert labels["cannot_rate"] == "I cannot say"


@pytest.mark.parametrize("survey_id", shipped())
def test_columns_are_the_keys_that_answers_can_have(survey_id: str) -> None:
    survey = load(survey_id)
    keys = [name for question in survey.questions if question.stored for name in fields_of(question)]
    assert [column.name for column in columns(survey) if column.kind is not ColumnKind.FACES] == keys
    assert len(set(keys)) == len(keys)


def test_what_is_not_stored_has_no_column() -> None:
    words = FreeText(id="w", text=text("W"), stored=False)
    section = Section(id="s", title=text("S"), questions=(words,))
    survey = Survey(id="x", strand=Strand.SURVIVORS, title=text("T"), sections=(section,))
    assert columns(survey) == ()
