"""The way through a survey."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import (
    Answers,
    AnswerValue,
    Depth,
    Page,
    Survey,
    completeness,
    ending,
    load,
    merged,
    next_page,
    on_route,
    page,
    page_of,
    page_past_part,
    pages,
    parse,
    previous_page,
    read,
    shipped,
    stored,
)
from tests.surveys.small import SMALL, answers_to, surveys, unhurried

SMALL_SURVEY = parse(SMALL)
SURVIVORS = load("survivors")
DEPTHS = st.sampled_from(Depth)
ANY_SURVEY = surveys() | st.sampled_from([SMALL_SURVEY, SURVIVORS])


def ids(found: tuple[Page, ...]) -> list[str]:
    return [each.id for each in found]


def asked(survey: Survey, answers: Answers, depth: Depth) -> list[str]:
    return [question.id for each in pages(survey, answers, depth) for question in each.questions]


def test_a_section_is_one_page_unless_a_question_starts_another() -> None:
    assert ids(pages(SMALL_SURVEY, {}, Depth.FULL)) == [
        "first",
        "first.went",
        "second",
        "second.visits",
        "third",
    ]


def test_a_page_without_questions_at_this_depth_is_not_shown() -> None:
    assert ids(pages(SMALL_SURVEY, {}, Depth.STANDARD)) == ["first", "first.went", "second", "third"]
    second = page(SMALL_SURVEY, {}, Depth.SHORT, "second")
    assert second is not None
    assert [question.id for question in second.questions] == ["ways"]


@pytest.mark.parametrize(
    ("looked", "shown"), [("yes", True), ("thought", False), ("no", False), (None, True)]
)
def test_the_part_about_a_service_is_for_those_who_used_one_or_did_not_say(
    looked: str | None, shown: bool
) -> None:
    answers: Answers = {"looked": looked} if looked else {}
    assert ("experience" in ids(pages(SURVIVORS, answers, Depth.FULL))) is shown


def test_parts_are_counted_along_the_way_and_the_opening_is_not_one() -> None:
    every = pages(SURVIVORS, {}, Depth.FULL)
    assert [(each.part, each.parts) for each in every if each.id in {"opening", "experience", "about"}] == [
        (None, 5),
        (2, 5),
        (5, 5),
    ]
    without = pages(SURVIVORS, {"looked": "no"}, Depth.FULL)
    assert [(each.part, each.parts) for each in without if each.id == "good"] == [(2, 4)]


def test_an_answer_that_leaves_the_survey_is_the_end_of_the_way() -> None:
    answers: Answers = {"adult": "under_18"}
    assert ids(pages(SURVIVORS, answers, Depth.FULL)) == ["opening", "opening.adult"]
    assert next_page(SURVIVORS, answers, Depth.FULL, "opening.adult") is None
    found = ending(SURVIVORS, answers)
    assert found is not None
    assert found.id == "under_18"


def test_who_answers_about_someone_else_is_led_to_help_for_friends_and_family() -> None:
    found = ending(SURVIVORS, {"closest": "someone_else"})
    assert found is not None
    assert found.id == "someone_else"
    assert ending(SURVIVORS, {"closest": "not_sure", "adult": "over_18"}) is None


def test_who_leaves_leaves_nothing() -> None:
    assert stored(SURVIVORS, {"adult": "under_18", "looked": "yes", "else": "Words"}) == {}


def test_answers_off_the_route_are_dropped() -> None:
    answers: Answers = {"looked": "no", "kind": "mixed", "welcome": 4, "else": "Words"}
    assert on_route(SURVIVORS, answers) == {"looked": "no", "else": "Words"}


def test_words_beside_an_option_that_is_not_chosen_stay_with_the_answer() -> None:
    answers: Answers = {"about_orientation": "bisexual", "about_orientation.another_way": "Words"}
    assert on_route(SURVIVORS, answers) == answers
    assert on_route(SURVIVORS, {"about_orientation.another_way": "Words"}) == {}


def test_an_answer_given_at_a_greater_depth_is_kept_when_less_is_asked() -> None:
    answers: Answers = {"same_different": "Words", "else": "More"}
    assert "same_different" not in asked(SURVIVORS, answers, Depth.SHORT)
    assert stored(SURVIVORS, answers) == answers


def test_an_answer_that_is_not_stored_is_known_on_the_way_and_then_left_out() -> None:
    answers: Answers = {"adult": "over_18", "now": "stirred", "looked": "yes"}
    assert on_route(SURVIVORS, answers) == answers
    assert stored(SURVIVORS, answers) == {"looked": "yes"}


def test_an_answer_off_the_route_steers_no_later_page() -> None:
    answers: Answers = {"went": "no", "ways": ["none"]}
    assert "words" in asked(SMALL_SURVEY, answers, Depth.FULL)
    assert "words" not in asked(SMALL_SURVEY, {"went": "yes", "ways": ["none"]}, Depth.FULL)


def test_what_is_answered_of_what_is_asked_is_counted() -> None:
    found = completeness(SMALL_SURVEY, {"went": "yes", "ways": ["by_phone"], "adult": "yes"}, Depth.STANDARD)
    assert (found.asked, found.answered) == (4, 2)


def test_a_part_can_be_passed_by() -> None:
    for page_id in ("getting_support", "getting_support.hindered"):
        past = page_past_part(SURVIVORS, {"looked": "no"}, Depth.FULL, page_id)
        assert past is not None
        assert past.id == "good"
    assert page_past_part(SURVIVORS, {}, Depth.FULL, "about") is None


def test_the_check_page_finds_the_way_back_to_a_question() -> None:
    assert page_of(SURVIVORS, "helped_words") == "getting_support.helped"
    with pytest.raises(KeyError):
        page_of(SURVIVORS, "nobody")


def test_from_a_page_that_is_no_longer_on_the_way_one_can_still_go_on_and_back() -> None:
    answers: Answers = {"looked": "no"}
    assert page(SURVIVORS, answers, Depth.FULL, "experience.welcome") is None
    after = next_page(SURVIVORS, answers, Depth.FULL, "experience.welcome")
    before = previous_page(SURVIVORS, answers, Depth.FULL, "experience.welcome")
    assert after is not None
    assert before is not None
    assert (before.id, after.id) == ("getting_support.first_contact", "good")


def test_a_page_that_never_was_is_refused() -> None:
    for step in (next_page, previous_page, page_past_part):
        with pytest.raises(KeyError):
            step(SURVIVORS, {}, Depth.FULL, "nowhere")
    assert page(SURVIVORS, {}, Depth.FULL, "nowhere") is None


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize("survey_id", shipped())
def test_every_page_sent_empty_leads_to_the_end(survey_id: str, depth: Depth) -> None:
    survey = load(survey_id)
    answers: dict[str, AnswerValue] = {}
    seen: list[str] = []
    here = next_page(survey, answers, depth)
    while here is not None:
        reading = read(here.questions, {})
        assert reading.problems == ()
        answers = merged(answers, here.questions, reading)
        seen.append(here.id)
        here = next_page(survey, answers, depth, here.id)
    assert seen == ids(pages(survey, {}, depth))
    assert answers == {}


@unhurried
@given(st.data(), ANY_SURVEY, DEPTHS)
def test_walking_on_from_the_start_visits_every_page_once_and_ends(
    data: st.DataObject, survey: Survey, depth: Depth
) -> None:
    answers = data.draw(answers_to(survey))
    walked: list[str] = []
    here = next_page(survey, answers, depth)
    while here is not None:
        walked.append(here.id)
        assert len(walked) <= len(survey.questions)
        here = next_page(survey, answers, depth, here.id)
    assert walked == ids(pages(survey, answers, depth))


@unhurried
@given(st.data(), ANY_SURVEY, DEPTHS)
def test_going_back_undoes_going_on(data: st.DataObject, survey: Survey, depth: Depth) -> None:
    answers = data.draw(answers_to(survey))
    for here in pages(survey, answers, depth):
        after = next_page(survey, answers, depth, here.id)
        assert previous_page(survey, answers, depth, after.id if after else None) == here
        before = previous_page(survey, answers, depth, here.id)
        assert next_page(survey, answers, depth, before.id if before else None) == here


@unhurried
@given(st.data(), ANY_SURVEY, DEPTHS)
def test_leaving_out_what_is_off_the_route_changes_no_page(
    data: st.DataObject, survey: Survey, depth: Depth
) -> None:
    answers = data.draw(answers_to(survey))
    kept = on_route(survey, answers)
    assert kept.items() <= answers.items()
    assert pages(survey, kept, depth) == pages(survey, answers, depth)
    assert on_route(survey, kept) == kept


@unhurried
@given(st.data(), ANY_SURVEY)
def test_a_page_keeps_its_name_whatever_was_answered(data: st.DataObject, survey: Survey) -> None:
    answers = data.draw(answers_to(survey))
    for each in pages(survey, answers, Depth.FULL):
        for question in each.questions:
            assert page_of(survey, question.id) == each.id


@unhurried
@given(st.data(), ANY_SURVEY)
def test_more_depth_never_takes_a_question_away(data: st.DataObject, survey: Survey) -> None:
    answers = data.draw(answers_to(survey))
    short, standard, full = (set(asked(survey, answers, depth)) for depth in Depth)
    assert short <= standard <= full


@unhurried
@given(st.data(), ANY_SURVEY, DEPTHS)
def test_parts_are_numbered_without_a_gap(data: st.DataObject, survey: Survey, depth: Depth) -> None:
    found = pages(survey, data.draw(answers_to(survey)), depth)
    numbers = [each.part for each in found if each.part is not None]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, found[0].parts + 1 if found else 1))
