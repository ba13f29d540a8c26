"""All ways through a survey: each is real, and every page that can come is on one of them."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import (
    Answers,
    AnswerValue,
    Depth,
    Survey,
    ending,
    load,
    on_route,
    options_of,
    pages,
    parse,
    shipped,
)
from surveys import Choice as OneOf
from surveys import Choices as ManyOf
from surveys.paths import path, paths, steering
from tests.surveys.small import SMALL, answers_to, surveys

SMALL_SURVEY = parse(SMALL)
DEPTHS = st.sampled_from(Depth)
unhurried = settings(deadline=None, max_examples=40)


def ids(survey: Survey, answers: Answers, depth: Depth) -> tuple[str, ...]:
    return tuple(page.id for page in pages(survey, answers, depth))


def test_a_survey_without_branches_has_one_way() -> None:
    source = SMALL.replace(', ends = "young"', "").split("[[sections]]")
    plain = parse(source[0] + "[[sections]]" + source[1])

    (way,) = paths(plain, Depth.FULL).found

    assert way.answers == {}
    assert way.pages == ("first", "first.went")


def test_the_ways_of_the_small_survey_are_these_and_no_others() -> None:
    """By hand: under 18 leaves; who did not go skips the second part; "none" skips the last box."""
    found = paths(SMALL_SURVEY, Depth.FULL)

    assert not found.capped
    assert [(dict(way.answers), way.pages, way.ending) for way in found.found] == [
        ({}, ("first", "first.went", "second", "second.visits", "third"), None),
        ({"adult": "no"}, ("first",), "young"),
        ({"went": "no"}, ("first", "first.went", "third"), None),
        ({"ways": ["none"]}, ("first", "first.went", "second", "second.visits"), None),
    ]


def test_what_steers_is_what_a_condition_names_or_what_leaves() -> None:
    assert [each.id for each in steering(SMALL_SURVEY)] == ["adult", "went", "ways"]


@unhurried
@given(surveys(), DEPTHS)
def test_every_way_on_the_list_is_one_that_the_renderer_would_go(survey: Survey, depth: Depth) -> None:
    for way in paths(survey, depth).found:
        assert way.pages == ids(survey, way.answers, depth)
        assert on_route(survey, way.answers) == way.answers, "no answer to what is not asked"
        left = ending(survey, way.answers)
        assert way.ending == (left.id if left else None)
        for question_id, answer in way.answers.items():
            question = survey.question(question_id)
            assert depth.covers(question.depth), "nobody answers what this depth does not ask"
            given = {answer} if isinstance(answer, str | int) else set(answer)
            if isinstance(question, OneOf | ManyOf):
                assert given <= {option.id for option in options_of(question)}


@unhurried
@given(st.data(), surveys(), DEPTHS)
def test_every_page_that_any_answers_lead_to_is_on_a_way_of_the_list(
    data: st.DataObject, survey: Survey, depth: Depth
) -> None:
    """Answers drawn at random, of those that this depth asks: an oracle that knows nothing of conditions."""
    found = paths(survey, depth)
    listed = {page for way in found.found for page in way.pages}
    answers = data.draw(answers_to(survey))
    askable = {key: value for key, value in answers.items() if depth.covers(survey.question(key).depth)}

    assert found.capped or set(ids(survey, askable, depth)) <= listed


@unhurried
@given(surveys())
def test_the_list_reaches_what_trying_all_answers_reaches(survey: Survey) -> None:
    """The independent way: the product of all answers to what steers, wherever that is small enough."""
    asked = steering(survey)
    possible: list[list[AnswerValue | None]] = []
    for question in asked:
        options = [option.id for option in options_of(question)]
        some = [list(each) for count in range(1, 4) for each in combinations(options, count)]
        values: list[AnswerValue] = [*(options if isinstance(question, OneOf) else some)]
        possible.append([None, *(values or ["words", "a", "b", "c"])])
    size = 1
    for each in possible:
        size *= len(each)
    if size > 3000:
        return
    reached = {
        page
        for answers in product(*possible)
        for page in ids(
            survey,
            {q.id: a for q, a in zip(asked, answers, strict=True) if a is not None},
            Depth.FULL,
        )
    }

    assert {page for way in paths(survey, Depth.FULL).found for page in way.pages} == reached


@pytest.mark.parametrize("survey_id", shipped())
@pytest.mark.parametrize("depth", Depth)
def test_the_surveys_that_ship_have_a_whole_list(survey_id: str, depth: Depth) -> None:
    survey = load(survey_id)

    found = paths(survey, depth)

    assert not found.capped
    assert found.found[0].answers == {}
    everywhere = {page for way in found.found for page in way.pages}
    assert everywhere >= set(ids(survey, {}, depth))


def test_a_page_that_only_two_answers_together_open_is_on_a_way() -> None:
    both = '{ and = [{ question = "went", equals = "no" }, { question = "adult", equals = "yes" }] }'
    survey = parse(
        SMALL.replace('when = { not = { question = "ways", any_in = ["none"] } }', f"when = {both}")
    )

    found = paths(survey, Depth.FULL).found

    assert any(way.answers == {"adult": "yes", "went": "no"} and "third" in way.pages for way in found)


def test_a_list_that_would_be_too_long_ends_and_says_so() -> None:
    found = paths(SMALL_SURVEY, Depth.FULL, most=2)

    assert len(found.found) == 2
    assert found.capped


def test_answers_off_the_way_fall_away() -> None:
    way = path(SMALL_SURVEY, {"went": "no", "ways": ["none"]}, Depth.FULL)

    assert way.answers == {"went": "no"}
    assert "second" not in way.pages
