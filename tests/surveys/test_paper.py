"""A survey on paper: numbers, and where somebody goes on who passes a block over."""

from __future__ import annotations

from dataclasses import replace

import pytest

import surveys
from surveys import paper
from surveys.model import Scale


def test_every_question_has_one_number_in_the_order_of_the_definition() -> None:
    for survey_id in surveys.shipped():
        survey = surveys.load(survey_id)
        found = [(each.question.id, each.number) for part in paper.sheet(survey).parts for each in part.asked]
        assert found == [(question.id, place) for place, question in enumerate(survey.questions, start=1)]


def test_whoever_a_part_is_not_for_goes_on_after_its_last_question() -> None:
    survey = surveys.load("survivors")
    made = paper.sheet(survey)
    (part,) = [each for each in made.parts if each.section.id == "experience"]
    assert part.gate is not None
    assert (part.gate.first, part.gate.last) == (made.numbers["kind"], made.numbers["differently"])
    assert part.gate.onward == made.numbers["matters_ds1"] == part.after
    assert [each.section.id for each in made.parts if each.gate] == ["experience"]


def test_a_question_with_a_condition_leads_to_the_one_after_it_and_the_last_one_to_the_end() -> None:
    source = """
    id = "gated"
    strand = "practitioners"
    title = "Gated"
    [[sections]]
    id = "only"
    title = "Only"
    [[sections.questions]]
    id = "first"
    kind = "choice"
    text = "First?"
    options = [{ id = "yes", text = "Yes" }, { id = "no", text = "No" }]
    [[sections.questions]]
    id = "second"
    kind = "number"
    text = "Second?"
    when = { question = "first", equals = "yes" }
    [[sections.questions]]
    id = "third"
    kind = "number"
    text = "Third?"
    when = { question = "second", answered = true }
    """
    (part,) = paper.sheet(surveys.parse(source, name="gated.toml")).parts
    gates = [each.gate for each in part.asked]
    assert [gate and (gate.first, gate.last, gate.onward) for gate in gates] == [
        None,
        (2, 2, 3),
        (3, 3, None),
    ]
    assert part.after is None


def test_the_shortest_way_is_named_where_there_is_a_longer_one() -> None:
    """T15: whoever wants to share little sees on paper, too, which questions are enough."""
    survey = surveys.load("survivors")
    short = paper.sheet(survey).short
    wanted = [question.id for question in survey.questions if question.depth is surveys.Depth.SHORT]
    assert [survey.questions[number - 1].id for number in short] == wanted
    assert paper.sheet(surveys.load("practitioners")).short == ()


@pytest.mark.parametrize(
    ("low", "high", "words", "expected"),
    [(1, 9, 3, [(1, 3), (4, 6), (7, 9)]), (0, 5, 2, [(0, 2), (3, 5)]), (1, 5, 3, []), (1, 9, 0, [])],
)
def test_middle_words_of_a_scale_share_its_marks_evenly_or_are_left_out(
    low: int, high: int, words: int, expected: list[tuple[int, int]]
) -> None:
    survey = surveys.load("survivors")
    scale = survey.question("matters_ds1")
    assert isinstance(scale, Scale)
    made = replace(scale, low=low, high=high, thirds=(surveys.text("middling"),) * words)
    assert [(third.low, third.high) for third in paper.thirds(made)] == expected
