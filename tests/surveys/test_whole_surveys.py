"""Random whole surveys: checked, walked, answered, written down and read back, as a spreadsheet, too."""

from __future__ import annotations

import random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from surveys import (
    AnswerValue,
    Depth,
    Page,
    Survey,
    ending,
    fields_of,
    fingerprint,
    merged,
    options_of,
    pages,
    parse,
    read,
    stored,
    way,
)
from surveys.cells import from_cells
from surveys.check import check
from surveys.codebook import columns
from surveys.interchange import xlsform, xlsform_out
from surveys.writing import write
from tests.surveys import plainly, whole
from tests.surveys.small import forms_for

MANY = settings(deadline=None, max_examples=300, phases=[Phase.explicit, Phase.generate])


def as_form(answers: dict[str, AnswerValue]) -> dict[str, list[str]]:
    """Answers as the fields of a page send them back."""
    return {
        name: [str(each) for each in value] if isinstance(value, list) else [str(value)]
        for name, value in answers.items()
    }


@MANY
@given(whole.surveys())
def test_a_survey_is_checked_written_and_read_back(survey: Survey) -> None:
    assert check(survey) == []
    written = write(survey)
    again = parse(written)
    assert again == survey
    assert fingerprint(again) == fingerprint(survey)
    assert write(again) == written


@MANY
@given(whole.surveys(most_questions=3), st.sampled_from(Depth))
def test_every_way_through_a_survey_comes_to_an_end(survey: Survey, depth: Depth) -> None:
    for given_answers, seen in whole.walks(survey, depth):
        last = ending(survey, given_answers)
        if last is not None:
            assert last in survey.endings
            assert stored(survey, given_answers) == {}, "whoever leaves leaves nothing"
            continue
        asked = [question.id for page in seen for question in page.questions]
        assert len(asked) == len(set(asked)), "nothing is asked twice"
        final = pages(survey, given_answers, depth)
        assert [page.id for page in seen] == [page.id for page in final]
        parts = [page.part for page in final if page.part is not None]
        assert parts == sorted(parts)
        assert set(parts) == set(range(1, len(set(parts)) + 1)), "parts are counted without a gap"


@MANY
@given(whole.surveys(), st.randoms(use_true_random=True))
def test_every_answer_comes_back_as_it_was_given(survey: Survey, chance: random.Random) -> None:
    wanted: dict[str, AnswerValue] = {}
    for question in survey.questions:
        wanted |= whole.answer(chance, question)
    reading = read(survey.questions, as_form(wanted))
    assert reading.problems == ()
    assert reading.values == wanted
    assert read(survey.questions, as_form(reading.values)).values == wanted
    assert merged(wanted, survey.questions, reading) == wanted
    if ending(survey, wanted):
        return
    kept = stored(survey, wanted)
    names = {column.name for column in columns(survey)}
    assert kept.keys() <= names
    # A row of a spreadsheet that holds them is read as the same answers.
    row = {key: "|".join(value) if isinstance(value, list) else str(value) for key, value in wanted.items()}
    assert from_cells(survey, row).values == kept


@MANY
@given(whole.surveys())
def test_a_survey_goes_out_as_a_spreadsheet_and_its_questions_come_back(survey: Survey) -> None:
    out = xlsform_out.write(survey)
    again = xlsform.read(out.sheets, strand=survey.strand).survey
    asked = {question.id: question for question in again.questions}
    assert [section.id for section in again.sections] == [section.id for section in survey.sections]
    for question in survey.questions:
        back = asked[question.id]
        assert {option.id for option in options_of(question)} <= {option.id for option in options_of(back)}
        assert (back.when is None) == (question.when is None)
        for language in survey.languages:
            before = question.text.read(language, base=survey.base)
            assert back.text.read(language, base=survey.base).words == before.words
    boxes = {name for question in survey.questions for name in fields_of(question) if "." in name}
    assert {name.replace(".", "_") for name in boxes} <= asked.keys()


@MANY
@given(whole.surveys(), st.randoms(use_true_random=True))
def test_the_quick_way_through_a_survey_is_that_of_the_plain_rules(
    survey: Survey, chance: random.Random
) -> None:
    answers: dict[str, AnswerValue] = {}
    for question in survey.questions:
        answers |= whole.answer(chance, question)
    come, known, leaves_to = plainly.walk(survey, answers)
    found = way(survey, answers)
    assert found.answers == known
    assert found.leaves_to == leaves_to
    assert (None if found.ending is None else found.ending.id) == leaves_to
    assert found.stored() == plainly.stored(survey, answers)
    for depth in Depth:
        wanted = plainly.pages(survey, answers, depth)
        assert [plain(each) for each in found.pages(depth)] == wanted
        asked = [name for page in wanted for name in page[3] if survey.question(name).stored]
        counted = found.completeness(depth)
        assert (counted.asked, counted.answered) == (len(asked), sum(name in known for name in asked))
        every = [(name, place) for name, place, _ in plainly.groups(survey)]
        place_of = [name for name, _ in every].index
        for at, (name, section) in enumerate(every):
            before = [page for page in wanted if place_of(page[0]) < at]
            after = [page for page in wanted if place_of(page[0]) > at]
            past = [page for page in after if every[place_of(page[0])][1] != section]
            assert plain(found.page(depth, name)) == next((page for page in wanted if page[0] == name), None)
            assert plain(found.previous_page(depth, name)) == (before[-1] if before else None)
            assert plain(found.next_page(depth, name)) == (after[0] if after else None)
            assert plain(found.page_past_part(depth, name)) == (past[0] if past else None)
    assert len(come) == len(found.pages(Depth.FULL))


def plain(page: Page | None) -> plainly.Asked | None:
    """A page as the plain rules tell it."""
    if page is None:
        return None
    return (page.id, page.part, page.parts, tuple(question.id for question in page.questions))


@MANY
@given(st.data(), whole.surveys())
def test_a_form_is_read_as_the_plain_rules_read_it(data: st.DataObject, survey: Survey) -> None:
    form = data.draw(forms_for(survey))
    assert read(survey.questions, form) == plainly.read(survey.questions, form)
