"""Reading a definition, and what an author is told when it cannot be read."""

from __future__ import annotations

import pytest

from surveys import Choice, DefinitionError, Depth, Fault, Scale, parse
from surveys.check import check
from tests.surveys.small import SMALL


def faults_of(source: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as refused:
        parse(source, name="mine.toml")
    return refused.value.faults


def test_a_survey_in_two_languages_is_read_and_has_no_faults() -> None:
    survey = parse(SMALL)
    assert check(survey) == []
    went = survey.question("went").text
    assert went.read("cy").words == "Aethoch chi?"
    assert went.read("en", variant="easy").words == "Did you go there?"


def test_what_is_not_said_has_its_default() -> None:
    went = parse(SMALL).question("went")
    assert isinstance(went, Choice)
    assert (went.depth, went.stored, went.sensitive, went.buttons) == (Depth.SHORT, True, False, False)


def test_a_question_can_be_like_another_and_differ_where_it_says_so() -> None:
    more = '\n[[sections.questions]]\nid = "again"\nlike = "rating"\ntext = "And again?"\ndepth = "full"\n'
    survey = parse(SMALL.replace('\n[[sections]]\nid = "third"', more + '\n[[sections]]\nid = "third"'))
    again, rating = survey.question("again"), survey.question("rating")
    assert isinstance(again, Scale)
    assert isinstance(rating, Scale)
    assert (again.label_low, again.cannot_rate) == (rating.label_low, rating.cannot_rate)
    assert (again.text.read("en").words, again.depth) == ("And again?", Depth.FULL)


def test_a_question_like_another_does_not_take_over_its_place_in_the_survey() -> None:
    more = '\n[[sections.questions]]\nid = "again"\nlike = "visits"\n[[sections]]\nid = "third"'
    again = parse(SMALL.replace('\n[[sections]]\nid = "third"', more)).question("again")
    assert not again.starts_page


def test_file_question_and_fault_are_named() -> None:
    (fault,) = faults_of(SMALL.replace('kind = "number"', 'kind = "slider"'))
    assert str(fault) == (
        "mine.toml: visits: 'kind' cannot be 'slider'; it is one of choice, choices, scale, free_text, number"
    )


def test_all_faults_come_at_once() -> None:
    wrong = (
        SMALL.replace('kind = "number"', 'kind = "slider"')
        .replace("stored = false", 'stored = "no"')
        .replace("max_length = 20", 'max_length = "long"')
        .replace('depth = "standard"', 'depth = "deep"')
    )
    assert [fault.where for fault in faults_of(wrong)] == ["adult", "rating", "visits", "words"]


def test_nothing_may_be_required() -> None:
    (fault,) = faults_of(SMALL.replace("max_length = 20", "max_length = 20\nrequired = true"))
    assert (fault.where, fault.message) == ("words", "'required': nothing may be required")


def test_an_unknown_setting_is_a_fault_and_not_ignored() -> None:
    faults = faults_of(SMALL.replace("exclusive = true", "exclusiv = true"))
    assert [(fault.where, fault.message) for fault in faults] == [
        ("ways.none", "'exclusiv': there is no such setting here")
    ]


def test_what_is_not_toml_is_named_with_its_line() -> None:
    (fault,) = faults_of('id = "a"\ntitle = "unfinished\n')
    assert (fault.file, fault.where) == ("mine.toml", "line 2")
    assert "not TOML" in fault.message


def test_a_file_that_ends_too_early_is_a_fault() -> None:
    (fault,) = faults_of('id = "a"\nsummary = [')
    assert "not TOML" in fault.message


def test_tables_nested_beyond_reason_are_a_fault_and_not_a_crash() -> None:
    assert faults_of("a = " + "[" * 100_000)


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ('strand = "survivors"', 'strand = "literature"', "survey", "one of survivors, practitioners"),
        ('strand = "survivors"', "", "survey", "'strand' is missing"),
        ('id = "small"', "", "survey", "'id' is missing"),
        ('languages = ["en", "cy"]', 'languages = "en"', "survey", "a list of strings"),
        ('id = "third"', "", "sections[3]", "'id' is missing"),
        ('id = "words"', "", "third.questions[1]", "'id' is missing"),
        ('{ id = "by_phone", ', "{ ", "ways.options[1]", "'id' is missing"),
        ("least = 1", "least = true", "visits", "a whole number"),
        ('kind = "free_text"', "", "words", "'kind' is missing"),
        ('kind = "free_text"', 'like = "nobody"', "words", "'like' names a question"),
        ('id = "young"\n', 'id = "young"\nwhen = 1\n', "young", "no such setting"),
        ('text = { en = "Anything else?"', 'text = { english = "Anything else?"', "words", "en-easy"),
        ('en = "How many times?"', "en = 3", "visits", "words under a language"),
        ('title = { en = "Third", cy = "Trydydd" }', "title = 3", "third", "a text or a table"),
        ("buttons = true\noptions = [", "buttons = true\noptions = 3\nx = [", "adult", "a list of tables"),
    ],
)
def test_a_wrong_entry_is_named_with_its_place(old: str, new: str, where: str, said: str) -> None:
    assert old in SMALL
    faults = faults_of(SMALL.replace(old, new, 1))
    assert any(fault.where == where and said in fault.message for fault in faults), faults


def test_line_breaks_in_a_text_are_the_authors_own_affair() -> None:
    broken = SMALL.replace('en = "Anything else?"', 'en = """Anything\n   else?"""')
    assert parse(broken) == parse(SMALL)
