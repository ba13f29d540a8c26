"""The author's lint."""

from __future__ import annotations

import pytest

from surveys import parse
from surveys.check import check
from tests.surveys.small import SMALL


def found_in(source: str) -> list[tuple[str, str]]:
    return [(fault.where, fault.message) for fault in check(parse(source), name="mine.toml")]


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ('id = "visits"', 'id = "rating"', "rating", "the question id 'rating' is used 2 times"),
        ('id = "third"', 'id = "second"', "second", "the section id 'second' is used 2 times"),
        ('id = "by_letter"', 'id = "by_phone"', "ways", "the option id 'by_phone' is used 2 times"),
        ('id = "visits"', 'id = "Visits-2"', "Visits-2", "must be small letters"),
        ('id = "by_phone"', 'id = "2"', "ways", "must be small letters"),
        ('languages = ["en", "cy"]', 'languages = ["cy"]', "languages", "'en' is not among"),
        ('question = "went", equals', 'question = "wend", equals', "second", "'wend', which does not exist"),
        ('equals = "yes"', 'equals = "maybe"', "second", "'maybe' of 'went', which can never be"),
        ('equals = "yes"', "equals = 1", "second", "can never be its answer"),
        ('any_in = ["none"]', 'any_in = ["gone"]', "words", "'gone' of 'ways'"),
        ('any_in = ["none"]', 'equals = "none"', "words", "compare 'ways' with any_in or all_in"),
        ('equals = "yes"', 'any_in = ["yes"]', "second", "compare 'went' with equals or in"),
        ('equals = "yes"', "count_at_least = 2", "second", "'count_at_least' is for questions with many"),
        ('equals = "yes"', 'in = ["yes", "si"]', "second", "'si' of 'went'"),
        ('question = "went", equals', 'question = "adult", equals', "second", "'adult', which is not stored"),
        (
            'when = { not = { question = "ways", any_in = ["none"] } }',
            'when = { question = "words", empty = true }',
            "words",
            "not on an earlier page",
        ),
        (
            'depth = "standard"',
            'depth = "standard"\nwhen = { question = "ways", answered = true }',
            "rating",
            "not on an earlier page",
        ),
        (
            'title = { en = "First", cy = "Cyntaf" }',
            'title = { en = "First", cy = "C" }\nwhen = { question = "went", empty = true }',
            "first",
            "not on an earlier page",
        ),
        ('ends = "young"', 'ends = "old"', "adult.no", "'old', which does not exist"),
        ("stored = false", "stored = true", "adult.no", "nothing is left behind"),
        ('{ id = "no", text = { en = "No", cy = "Naddo" } },', "", "went", "1 options"),
        ('en = "Yes", ', "", "went.yes", "missing in the base language 'en': 'Do'"),
        ('text = { en = "Which ways?", cy = "Pa ffyrdd?" }', "", "ways", "the question has no text"),
        (', cy = "Naddo"', "", "went.no", "missing in 'cy', which is offered: 'No'"),
        ('cy = "Trydydd"', 'en-easy = "3"', "third", "missing in 'cy'"),
        ("{results_date}.", "{result_date}.", "thanks", "nothing fills in '{result_date}'"),
        ('en = "In another way"', 'en = "Other"', "ways.another", "a bare 'Other'"),
        ('en = "In another way"', 'en = "Other (please specify)"', "ways.another", "a bare 'Other'"),
        ('en = "In another way"', 'en = "Other, please say which"', "ways.another", "a bare 'Other'"),
        ('en = "None"', 'en = "By phone"', "ways.none", "reads the same as 'by_phone'"),
        (
            "You do not need to describe what happened to you.",
            "Take your time.",
            "words",
            "box for own words",
        ),
        ("You do not need to describe what happened to you.", "Take your time.", "ways", "box for own words"),
        ("max_length = 20", "max_length = 0", "words", "must be 1 or more"),
        ("least = 1", "least = 51", "visits", "above the most"),
        ('depth = "standard"', "low = 9", "rating", "the scale runs from 9 to 9"),
        ('depth = "standard"', "high = 100", "rating", "11 marks at most"),
        ('depth = "standard"', 'thirds = ["a"]', "rating", "all three thirds or none"),
        ('label_low = { en = "Bad", cy = "Drwg" }', "", "rating", "words at both ends"),
        (
            '{ id = "no", text = { en = "No",',
            '{ id = "no", exclusive = true, text = { en = "No",',
            "went",
            "",
        ),
        ("stored = false", "stored = false\nhint = 'You must answer'", "adult", "nothing may be required"),
        ("paragraphs = [", "paragraphs = []\n# [", "young", "the ending has no text"),
    ],
)
def test_a_fault_is_found_and_placed(old: str, new: str, where: str, said: str) -> None:
    """T05, T41: each fault of an author with its place."""
    assert old in SMALL
    found = found_in(SMALL.replace(old, new, 1))
    assert any(place.startswith(where) and said in message for place, message in found), found


@pytest.mark.parametrize(
    ("compared", "possible"),
    [
        ('question = "rating", in = [7, 8, 9]', True),
        ('question = "rating", equals = "cannot_rate"', True),
        ('question = "rating", in = [9, 10]', False),
        ('question = "rating", equals = "7"', False),
        ('question = "visits", equals = 50', True),
        ('question = "visits", equals = 51', False),
        ('question = "went", in = ["yes", "no"]', True),
    ],
)
def test_a_condition_expects_only_what_can_be_answered(compared: str, possible: bool) -> None:
    found = found_in(
        SMALL.replace('not = { question = "ways", any_in = ["none"] }', f"not = {{ {compared} }}")
    )
    assert (found == []) is possible, found


def test_own_words_are_answered_or_empty_and_never_compared() -> None:
    last = (
        '[[sections]]\nid = "last"\ntitle = { en = "L", cy = "L" }\n'
        '[[sections.questions]]\nid = "end"\nkind = "free_text"\ntext = { en = "End", cy = "End" }\n'
    )
    for compared, faults in (("answered = true", 0), ('equals = "x"', 1)):
        more = f'{last}when = {{ question = "words", {compared} }}\n[[endings]]'
        assert len(found_in(SMALL.replace("[[endings]]", more))) == faults


@pytest.mark.parametrize(
    "asked",
    [
        "What is your name?",
        "Please give your full name",
        "Surname",
        "Name:",
        "E-mail",
        "Your email address",
        "What is your phone number?",
        "Phone",
        "What is your postcode?",
        "The first half of your post code",
        "What is your date of birth?",
        "Home address",
        "Contact details",
    ],
)
def test_nothing_may_ask_who_someone_is(asked: str) -> None:
    """T22: nor how to reach him."""
    found = found_in(SMALL.replace('en = "Anything else?"', f'en = "{asked}"'))
    assert [place for place, message in found if "ask who someone is" in message] == ["words"]


@pytest.mark.parametrize(
    "asked",
    [
        "Please leave out names and places",
        "Would you like a service with another name?",
        "Would a phone call suit you?",
        "How should a service address you?",
        "What would you name as most important?",
    ],
)
def test_words_near_to_a_name_are_not_taken_for_one(asked: str) -> None:
    assert found_in(SMALL.replace('en = "Anything else?"', f'en = "{asked}"')) == []


def test_an_option_may_name_a_way_of_contact() -> None:
    assert found_in(SMALL.replace('en = "By phone"', 'en = "Phone"')) == []


def test_the_line_about_not_describing_may_stand_with_each_box_instead() -> None:
    """T05: but somewhere it stands."""
    moved = SMALL.replace("You do not need to describe what happened to you.", "Take your time.")
    line = 'hint = { en = "You do not need to describe what happened to you.", cy = "Cymraeg" }\n'
    for kept in ("max_length = 20", 'id = "ways"'):
        moved = moved.replace(kept, line + kept)
    assert found_in(moved) == []


def test_a_survey_for_practitioners_needs_no_such_line() -> None:
    moved = SMALL.replace("You do not need to describe what happened to you.", "Take your time.")
    assert found_in(moved.replace('strand = "survivors"', 'strand = "practitioners"')) == []


def test_a_section_without_questions_is_found() -> None:
    assert ("bare", "the section has no questions") in found_in(
        SMALL.replace("[[endings]]", '[[sections]]\nid = "bare"\ntitle = { en = "B", cy = "B" }\n[[endings]]')
    )


def test_a_fault_names_the_file() -> None:
    (fault,) = check(parse(SMALL.replace(', cy = "Naddo"', "")), name="mine.toml")
    assert str(fault).startswith("mine.toml: went.no: ")
