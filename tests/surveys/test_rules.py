"""Rules taken apart and put together by their places, and said in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import And, Answered, Condition, Empty, Equals, Not, Or, Survey, holds, load, parse, rules
from surveys.editing import put_rule
from surveys.rules import NoSuchPlaceError
from surveys.writing import write
from tests.surveys import small

YES, NONE = Equals(question="went", value="yes"), Empty(question="went")
EITHER = Or(conditions=(YES, NONE))


def test_the_rule_of_the_shipped_survey_is_said_in_words() -> None:
    survey = load("survivors")
    said = rules.in_words(survey.sections[2].when, survey)
    asked = "“Have you ever looked for support from a service?”"
    assert said == f"if {asked} is “Yes” or {asked} has no answer"


def test_a_rule_may_look_back_at_earlier_pages_and_at_what_is_kept() -> None:
    survey = parse(small.SMALL)
    assert rules.may_look_at(survey, "first") == ()
    assert rules.may_look_at(survey, "went") == ()  # the one before it is not kept
    assert [question.id for question in rules.may_look_at(survey, "second")] == ["went"]
    assert [question.id for question in rules.may_look_at(survey, "rating")] == ["went"]
    assert [question.id for question in rules.may_look_at(survey, "visits")] == ["went", "ways", "rating"]


def test_that_rule_can_be_built_step_by_step() -> None:
    survey = load("survivors")
    looked = Equals(question="looked", value="yes")
    built = rules.add(None, (), looked)
    built = rules.add(built, (), Empty(question="looked"))
    assert rules.joined(built, ()) == survey.sections[2].when


def test_lines_say_how_deep_they_stand_and_what_is_turned_round() -> None:
    survey = parse(small.SMALL)
    rule = And(conditions=(Not(condition=EITHER), Answered(question="ways")))
    listed = [(line.path, line.depth, line.group, line.turned) for line in rules.lines(rule, survey)]
    assert listed == [
        ((), 0, "and", False),
        ((0,), 1, "or", True),
        ((0, 0, 0), 2, "", False),
        ((0, 0, 1), 2, "", False),
        ((1,), 1, "", False),
    ]


def test_more_joins_the_group_that_is_turned_round() -> None:
    rule = Not(condition=EITHER)
    more = Answered(question="ways")
    assert rules.add(rule, (), more) == Not(condition=Or(conditions=(YES, NONE, more)))
    assert rules.joined(rule, ()) == Not(condition=And(conditions=(YES, NONE)))
    assert rules.turned(rule, ()) == EITHER


def test_what_is_left_without_parts_is_taken_out() -> None:
    rule = And(conditions=(Not(condition=Or(conditions=(YES,))), NONE))
    assert rules.put(rule, (0, 0, 0), None) == And(conditions=(NONE,))
    assert rules.put(And(conditions=(NONE,)), (0,), None) is None


def test_a_group_of_its_own_lets_another_join_it() -> None:
    rule = rules.grouped(And(conditions=(YES, NONE)), (0,))
    assert rule == And(conditions=(Or(conditions=(YES,)), NONE))
    assert rules.add(rule, (0,), NONE) == And(conditions=(EITHER, NONE))


@pytest.mark.parametrize("path", [(0,), (5,), (0, 0)])
def test_a_place_that_is_not_there_is_said_to_be_so(path: tuple[int, ...]) -> None:
    with pytest.raises(NoSuchPlaceError):
        rules.at(YES, path)
    with pytest.raises(NoSuchPlaceError):
        rules.put(YES, path, None)


def _everywhere(rule: Condition | None, survey: Survey) -> list[tuple[int, ...]]:
    return [line.path for line in rules.lines(rule, survey)]


def _once_not_twice(rule: Condition, path: tuple[int, ...]) -> Condition | None:
    """The rule, where "not not" at this place, which a file may say, has become what it means."""
    here = rules.at(rule, path)
    if isinstance(here, Not) and isinstance(here.condition, Not):
        return rules.put(rule, path, here.condition.condition)
    return rule


@small.unhurried
@given(st.data())
def test_any_rule_can_be_taken_apart_at_any_place_and_reads_back(data: st.DataObject) -> None:
    survey = data.draw(small.surveys())
    rule = data.draw(small.conditions(list(survey.questions)))
    while rule is not None:
        path = data.draw(st.sampled_from(_everywhere(rule, survey)))
        assert rules.put(rule, path, rules.at(rule, path)) == rule
        act = data.draw(st.sampled_from(["put", "turned", "joined", "grouped", "add"]))
        if act == "turned":
            twice = rules.turned(rules.turned(rule, path) or rule, path)
            assert twice == _once_not_twice(rule, path)
        if act == "joined":
            assert rules.lines(rule, survey)[0].group in {"", "and", "or"}
        other = (
            rules.grouped(rule, path) if act == "grouped" else rules.add(rule, path, Empty(question="q0_0"))
        )
        for changed in (other, rules.put(rule, path, None)):
            kept = put_rule(survey, survey.sections[0].id, changed)
            assert parse(write(kept)) == kept
        rule = rules.put(rule, path, None)


@small.unhurried
@given(st.data())
def test_turning_round_makes_the_opposite(data: st.DataObject) -> None:
    survey = data.draw(small.surveys())
    rule = data.draw(small.conditions(list(survey.questions)))
    answers = data.draw(small.answers_to(survey))
    if rule is not None:
        assert holds(rules.turned(rule, ()), answers) is not holds(rule, answers)
