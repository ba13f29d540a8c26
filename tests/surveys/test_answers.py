"""From a form to answers and problems."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import (
    CANNOT_RATE,
    DETAIL_LENGTH,
    Answers,
    AnswerValue,
    Choice,
    Choices,
    FreeText,
    Number,
    Problem,
    ProblemCode,
    Question,
    Reading,
    Scale,
    clean,
    detail_key,
    fields_of,
    load,
    merged,
    options_of,
    parse,
    read,
    shipped,
)
from tests.surveys.small import ANY_CHARACTERS, SMALL, forms_for, unhurried

SURVEY = parse(SMALL)


def answer(**form: str | list[str]) -> Reading:
    sent = {name.replace("__", "."): [each] if isinstance(each, str) else each for name, each in form.items()}
    return read(SURVEY.questions, sent)


def the_problem(reading: Reading) -> Problem:
    (problem,) = reading.problems
    return problem


def test_each_kind_of_question_has_its_kind_of_answer() -> None:
    reading = answer(went="yes", ways=["another", "by_phone"], rating="7", visits=" 12 ", words=" Fine. ")
    assert reading.values == {
        "went": "yes",
        "ways": ["by_phone", "another"],
        "rating": 7,
        "visits": 12,
        "words": "Fine.",
    }
    assert reading.problems == ()


def test_an_untouched_page_stores_nothing_and_is_no_problem() -> None:
    assert answer() == Reading()
    assert answer(went="", ways=[], rating="", visits=" ", words="\r\n ") == Reading()


def test_fields_of_no_question_are_ignored() -> None:
    assert answer(csrf_token="x", went__yes="y", nobody="z") == Reading()


def test_someone_may_say_that_he_cannot_rate() -> None:
    assert answer(rating=CANNOT_RATE).values == {"rating": CANNOT_RATE}


def test_a_scale_without_a_way_out_takes_marks_only() -> None:
    scale = Scale(id="s", text=SURVEY.title)
    (problem,) = read([scale], {"s": [CANNOT_RATE]}).problems
    assert problem.code is ProblemCode.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("field", "typed", "code", "limit", "over"),
    [
        ("rating", "0", ProblemCode.OUT_OF_RANGE, 1, 1),
        ("rating", "12", ProblemCode.OUT_OF_RANGE, 9, 3),
        ("visits", "60", ProblemCode.OUT_OF_RANGE, 50, 10),
        ("visits", "-5", ProblemCode.OUT_OF_RANGE, 1, 6),
        ("visits", "3.5", ProblemCode.NOT_A_NUMBER, None, None),
        ("visits", "٣", ProblemCode.NOT_A_NUMBER, None, None),
        ("visits", "1_0", ProblemCode.NOT_A_NUMBER, None, None),
        ("went", "perhaps", ProblemCode.UNKNOWN_OPTION, None, None),
        ("ways", "by_train", ProblemCode.UNKNOWN_OPTION, None, None),
        ("words", "x" * 23, ProblemCode.TOO_LONG, 20, 3),
    ],
)
def test_a_problem_carries_its_facts_and_what_was_typed(
    field: str, typed: str, code: ProblemCode, limit: int | None, over: int | None
) -> None:
    reading = answer(**{field: typed})
    expected = Problem(question_id=field, code=code, typed=(typed,), limit=limit, over=over)
    assert the_problem(reading) == expected
    assert reading.values == {}
    assert reading.typed == {field: (typed,)}


def test_digits_without_end_are_out_of_range_and_quickly_so() -> None:
    start = time.process_time()
    assert the_problem(answer(visits="9" * 200_000)).code is ProblemCode.OUT_OF_RANGE
    assert time.process_time() - start < 1


def test_an_excluding_option_beside_others_is_settled_on_the_server() -> None:
    reading = answer(ways=["none", "by_phone", "by_letter"], went="yes")
    assert the_problem(reading).code is ProblemCode.EXCLUSIVE
    assert the_problem(reading).typed == ("none", "by_phone", "by_letter")
    assert the_problem(reading).over == 2
    assert reading.values == {"went": "yes"}


def test_an_excluding_option_alone_is_an_answer() -> None:
    assert answer(ways=["none"]).values == {"ways": ["none"]}


def test_the_words_beside_an_option_are_kept_under_both_names() -> None:
    reading = answer(ways=["another"], ways__another="By boat")
    assert reading.values == {"ways": ["another"], "ways.another": "By boat"}


def test_words_in_a_say_how_box_choose_their_option() -> None:
    assert answer(ways=["by_phone"], ways__another="By boat").values == {
        "ways": ["by_phone", "another"],
        "ways.another": "By boat",
    }


def test_words_beside_an_excluding_option_are_a_problem_and_are_not_lost() -> None:
    reading = answer(ways=["none"], ways__another="By boat")
    assert the_problem(reading).code is ProblemCode.EXCLUSIVE
    assert reading.typed["ways.another"] == ("By boat",)


def test_in_a_choice_of_one_the_words_choose_their_option_only_when_nothing_else_is_chosen() -> None:
    orientation = load("survivors").question("about_orientation")
    field = "about_orientation.another_way"
    alone = read([orientation], {field: ["My own way"]})
    assert alone.values == {"about_orientation": "another_way", field: "My own way"}
    beside = read([orientation], {field: ["My own way"], "about_orientation": ["bisexual"]})
    assert beside.values == {
        "about_orientation": "bisexual",
        field: "My own way",
    }  # and are kept all the same


def test_a_say_how_text_that_is_too_long_names_its_own_box() -> None:
    problem = the_problem(answer(ways=["another"], ways__another="x" * (DETAIL_LENGTH + 1)))
    assert (problem.question_id, problem.code, problem.over) == ("ways.another", ProblemCode.TOO_LONG, 1)


def test_a_length_is_counted_after_new_lines_are_made_one_character() -> None:
    assert answer(words="a\r\n" * 10 + "b").problems[0].over == 1
    assert answer(words="a\r\n" * 9 + "b").values == {"words": "a\n" * 9 + "b"}


def test_emptying_a_question_takes_its_answer_and_its_words_away() -> None:
    before: Answers = {"ways": ["another"], "ways.another": "By boat", "went": "yes"}
    assert merged(before, [SURVEY.question("ways")], Reading()) == {"went": "yes"}


def test_a_new_answer_takes_the_place_of_the_old_one() -> None:
    before: Answers = {"went": "yes", "words": "Old"}
    after = merged(before, [SURVEY.question("words")], answer(words="New"))
    assert after == {"went": "yes", "words": "New"}


def test_what_xml_cannot_hold_is_dropped_from_words() -> None:
    assert clean("\ud800a\x00b\x0bc\ufffe\udfff") == "abc"


def test_words_are_kept_in_one_form_of_each_letter() -> None:
    assert clean("o\u0302 n\r\nyn\rhŷn\t") == "ô n\nyn\nhŷn"


def test_emoji_and_letters_of_any_script_stay() -> None:
    assert clean("ŵ سلام 🙂") == "ŵ سلام 🙂"


@unhurried
@given(st.text(ANY_CHARACTERS))
def test_cleaning_twice_changes_nothing(words: str) -> None:
    once = clean(words)
    assert clean(once) == once
    once.encode()


@unhurried
@given(st.data())
@pytest.mark.parametrize("survey_id", [*shipped(), "small"])
def test_whatever_is_sent_nothing_beyond_the_definition_is_stored(
    survey_id: str, data: st.DataObject
) -> None:
    """S24: any form that can be made."""
    survey = SURVEY if survey_id == "small" else load(survey_id)
    reading = read(survey.questions, data.draw(forms_for(survey)))
    fields = {name for question in survey.questions for name in fields_of(question)}
    assert reading.values.keys() <= fields
    assert reading.typed.keys() <= fields
    assert {problem.question_id for problem in reading.problems} <= fields
    for question in survey.questions:
        assert_fits(question, reading.values)


def assert_fits(question: Question, values: Answers) -> None:
    value = values.get(question.id)
    assert_details_fit(question, values)
    if value is not None:
        assert_answer_fits(question, value)


def assert_details_fit(question: Question, values: Answers) -> None:
    for option in options_of(question):
        words = values.get(detail_key(question.id, option.id))
        if words is not None:
            assert isinstance(words, str)
            assert 0 < len(words) <= DETAIL_LENGTH
            assert option.detail
            assert question.id in values


def assert_answer_fits(question: Question, value: AnswerValue) -> None:
    ids = [option.id for option in options_of(question)]
    match question:
        case Choice():
            assert value in ids
        case Choices():
            assert isinstance(value, list)
            assert value == [each for each in ids if each in value]
            assert len(value) == 1 or not any(o.exclusive for o in question.options if o.id in value)
        case Scale():
            can = [CANNOT_RATE] if question.cannot_rate else []
            assert value in [*range(question.low, question.high + 1), *can]
        case Number():
            assert isinstance(value, int)
            assert question.least <= value <= question.most
        case FreeText():
            assert isinstance(value, str)
            assert clean(value) == value
            assert 0 < len(value) <= question.max_length
