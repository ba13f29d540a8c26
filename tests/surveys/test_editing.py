"""Editing a survey: any sequence of acts leaves a survey that is written and read back as itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import (
    Choice,
    Choices,
    Ending,
    FreeText,
    Option,
    Question,
    Scale,
    Section,
    Strand,
    Survey,
    editing,
    fingerprint,
    parse,
    text,
)
from surveys.check import check
from surveys.editing import NoSuchPartError, make_id
from surveys.texts import Text
from surveys.writing import write
from tests.surveys import small

Act = Callable[[Survey], Survey]


def read_back(survey: Survey) -> Survey:
    return parse(write(survey))


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("Have you ever looked for support from a service?", "have_you_ever_looked_for_support"),
        ("Worker's gender", "workers_gender"),
        ("18 to 24", "option_18_to_24"),
        ("Café, near?", "cafe_near"),
        ("…", "option"),
        ("Title", "title_2"),
        ("Yes", "yes_3"),
    ],
)
def test_an_id_is_made_from_the_words_and_is_not_taken(words: str, made: str) -> None:
    assert make_id(words, {"yes", "yes_2"}, otherwise="option") == made


@small.unhurried
@given(st.text(max_size=80), st.sets(st.sampled_from(["a", "b", "part", "part_2"])))
def test_every_id_that_is_made_passes_the_check_of_ids(words: str, taken: set[str]) -> None:
    made = make_id(words, taken)
    assert made not in taken
    survey = Survey(
        id="one", strand=Strand.SURVIVORS, title=text("One"), sections=(Section(id=made, title=text("T")),)
    )
    assert not [fault for fault in check(survey) if "small letters" in fault.message]


@st.composite
def acts(draw: st.DrawFn, survey: Survey) -> Survey:
    """The survey after one act that is possible in it."""
    new = make_id(draw(st.sampled_from(["How was it?", "Yes", "More", "", "7"])), editing.ids_of(survey))
    by = draw(st.integers(-3, 3))
    possible: list[Act] = [
        lambda old: editing.add_section(old, Section(id=new, title=text("New"))),
        lambda old: editing.add_ending(old, Ending(id=new, title=text("End"))),
        lambda old: replace(old, title=text("Another title"), languages=("en", "cy")),
    ]
    if survey.endings:
        end = draw(st.sampled_from(survey.endings))
        possible += [
            lambda old: editing.put_ending(old, replace(end, paragraphs=(text("Words."),))),
            lambda old: editing.remove_ending(old, end.id),
        ]
    if survey.sections:
        part = draw(st.sampled_from(survey.sections))
        kind = draw(st.sampled_from(list(editing.KINDS)))
        possible += [
            lambda old: editing.move_section(old, part.id, by),
            lambda old: editing.remove_section(old, part.id),
            lambda old: editing.put_section(old, replace(part, note=text("A note."))),
            lambda old: editing.put_rule(old, part.id, None),
            lambda old: editing.add_question(old, part.id, editing.KINDS[kind](id=new, text=text("Why?"))),
        ]
    if survey.questions:
        possible += draw(_acts_on_a_question(survey, by))
    return draw(st.sampled_from(possible))(survey)


@st.composite
def _acts_on_a_question(draw: st.DrawFn, survey: Survey, by: int) -> list[Act]:
    asked = draw(st.sampled_from(survey.questions))
    part = draw(st.sampled_from(survey.sections))
    kind = draw(st.sampled_from(list(editing.KINDS)))
    rule = draw(small.conditions(list(survey.questions)))
    chosen: Option | None
    possible: list[Act] = [
        lambda old: editing.move_question(old, asked.id, by),
        lambda old: editing.place_question(old, asked.id, part.id),
        lambda old: editing.remove_question(old, asked.id),
        lambda old: editing.put_question(old, editing.as_kind(asked, kind)),
        lambda old: editing.put_rule(old, asked.id, rule),
    ]
    if isinstance(asked, Choice | Choices):
        name = make_id("An option", {option.id for option in asked.options})
        possible.append(
            lambda old: editing.add_option(old, asked.id, Option(id=name, text=text("An option")))
        )
        if asked.options:
            chosen = draw(st.sampled_from(asked.options))
            possible += [
                lambda old: editing.move_option(old, asked.id, chosen.id, by),
                lambda old: editing.remove_option(old, asked.id, chosen.id),
                lambda old: editing.put_option(old, asked.id, replace(chosen, detail=True)),
            ]
    return possible


@small.unhurried
@given(st.data())
def test_any_sequence_of_acts_leaves_a_survey_that_reads_back_as_itself(data: st.DataObject) -> None:
    survey = data.draw(small.surveys() | st.just(editing.empty("new", Strand.SURVIVORS, text("New"))))
    for _ in range(data.draw(st.integers(1, 4))):
        survey = data.draw(acts(survey))
        assert read_back(survey) == survey
        assert fingerprint(read_back(survey)) == fingerprint(survey)


@small.unhurried
@given(st.data())
def test_ids_are_never_used_twice_whatever_is_done(data: st.DataObject) -> None:
    survey = data.draw(small.surveys())
    for _ in range(data.draw(st.integers(1, 4))):
        survey = data.draw(acts(survey))
    names = [each.id for each in survey.sections] + [each.id for each in survey.questions]
    names += [each.id for each in survey.endings]
    assert len(names) == len(set(names))


@small.unhurried
@given(small.surveys(), st.integers(-9, 9), st.data())
def test_moving_there_and_back_changes_nothing_and_loses_nobody(
    survey: Survey, by: int, data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from(survey.sections))
    place = survey.sections.index(part)
    moved = editing.move_section(survey, part.id, by)
    assert sorted(each.id for each in moved.sections) == sorted(each.id for each in survey.sections)
    back = moved.sections.index(part)
    assert editing.move_section(moved, part.id, place - back) == survey


def test_what_is_written_anew_in_welsh_or_easy_read_is_read_by_a_person_again() -> None:
    survey = replace(parse(small.SMALL), reviewed=("en", "cy", "en-easy"))
    asked = survey.question("went")

    def with_words(words: dict[tuple[str, str], str]) -> Survey:
        return editing.put_question(survey, replace(asked, text=Text.of(words)))

    words = {(each.language, each.variant): each.words for each in asked.text.versions}
    assert editing.unreviewed(survey, with_words(words)).reviewed == ("en", "cy", "en-easy")
    changed = with_words(words | {("en", ""): "Did you go in?"})
    assert editing.unreviewed(survey, changed).reviewed == ("en", "cy", "en-easy")
    changed = with_words(words | {("cy", ""): "Geiriau eraill?"})
    assert editing.unreviewed(survey, changed).reviewed == ("en", "en-easy")
    changed = with_words(words | {("en", "easy"): "Did you go in?"})
    assert editing.unreviewed(survey, changed).reviewed == ("en", "cy")
    moved = editing.move_question(survey, "rating", -1)
    assert editing.unreviewed(survey, moved).reviewed == ("en", "cy", "en-easy")


def test_every_kind_of_question_can_be_made() -> None:
    # By name: a class with slots stands there twice, as it was written and as it was made.
    assert {kind.__name__ for kind in editing.KINDS.values()} == {
        kind.__name__ for kind in Question.__subclasses__()
    }
    for word, kind in editing.KINDS.items():
        made = kind(id="one", text=text("One?"))
        assert editing.kind_of(made) == word
        part = Section(id="part", title=text("Part"), questions=(made,))
        survey = Survey(id="s", strand=Strand.SURVIVORS, title=text("S"), sections=(part,))
        assert parse(write(survey)) == survey


def test_a_question_goes_to_another_part_and_keeps_its_id() -> None:
    survey = parse(small.SMALL)
    moved = editing.place_question(survey, "went", "third")
    assert [question.id for question in editing.section(moved, "third").questions] == ["words", "went"]
    assert editing.section_of(moved, "went").id == "third"
    assert moved.question("went") == survey.question("went")


def test_another_kind_keeps_what_both_kinds_have() -> None:
    survey = parse(small.SMALL)
    one = survey.question("went")
    many = editing.as_kind(one, "choices")
    assert isinstance(many, Choices)
    assert isinstance(one, Choice)
    assert (many.text, many.options, many.starts_page) == (one.text, one.options, True)
    assert isinstance(editing.as_kind(many, "free_text"), FreeText)
    assert isinstance(editing.as_kind(one, "scale"), Scale)
    assert editing.as_kind(one, "choice") is one


@pytest.mark.parametrize(
    "act",
    [
        lambda survey: editing.remove_question(survey, "absent"),
        lambda survey: editing.move_section(survey, "absent", 1),
        lambda survey: editing.place_question(survey, "went", "absent"),
        lambda survey: editing.add_option(survey, "words", Option(id="a", text=text("A"))),
        lambda survey: editing.put_ending(survey, Ending(id="absent", title=text("A"))),
        lambda survey: editing.put_rule(survey, "absent", None),
    ],
)
def test_what_is_not_there_is_said_to_be_so(act: Act) -> None:
    with pytest.raises(NoSuchPartError):
        act(parse(small.SMALL))
