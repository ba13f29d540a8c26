"""The bank of questions about people: every entry is fit for a survey, and asks no closer than it may."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from surveys import Choice, Section, Strand, Survey, bank, load, parse, text
from surveys.advice import advise
from surveys.bank import Entry
from surveys.check import check
from surveys.fingerprint import fingerprint
from surveys.writing import write

ENTRIES = bank.entries()


def with_one(entry: Entry) -> Survey:
    question = bank.copied(entry, entry.question.id)
    reassured = (text("You do not need to describe what happened to you."),)
    part = Section(id="part", title=text("About you"), note=text("All are up to you."), questions=(question,))
    return Survey(
        id="s", strand=Strand.SURVIVORS, title=text("About"), sections=(part,), reassurance=reassured
    )


def test_the_bank_holds_what_was_asked_for_and_each_once() -> None:
    names = [entry.name for entry in ENTRIES]
    assert names == [
        "age_band",
        "region",
        "ethnic_group",
        "sexual_orientation",
        "condition_and_limits",
        "gender_same_as_registered",
        "religion",
        "carer",
        "town_or_country",
    ]
    assert len({entry.question.id for entry in ENTRIES}) == len(names)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_can_be_asked_as_it_is(entry: Entry) -> None:
    """T22, T40, T41: no fault and no advice; prefer not to say comes last; why, source and day are named."""
    survey = with_one(entry)
    assert check(survey) == []
    assert advise(survey) == []
    question = survey.questions[0]
    assert isinstance(question, Choice)
    assert question.options[-1].text == text("Prefer not to say")
    assert question.depth != "short"
    assert len(entry.why) > 20
    assert entry.source
    assert re.fullmatch(r"https://[a-z.-]+\.uk/\S+", entry.source_url)
    assert parse(write(survey)) == survey


def test_nobody_is_asked_more_closely_than_broad_groups() -> None:
    """T22: an age band and a region at the most."""
    for entry in ENTRIES:
        assert isinstance(entry.question, Choice)
        assert len(entry.question.options) <= 13, entry.name
        if entry.name != "sexual_orientation":
            assert not any(option.detail for option in entry.question.options), entry.name


@pytest.mark.parametrize("entry", ENTRIES[:6], ids=lambda entry: entry.name)
def test_the_shipped_survey_asks_as_the_bank_does(entry: Entry) -> None:
    asked = load("survivors").question(entry.question.id)
    assert bank.same_as_bank(replace(asked, bank=entry.mark))


def test_a_copy_keeps_its_version_and_says_when_it_was_changed() -> None:
    entry = bank.entry("carer")
    copy = bank.copied(entry, "about_carer_2")
    assert copy.bank == "carer/1"
    assert bank.taken_from(copy) == entry
    assert bank.same_as_bank(copy)
    assert bank.same_as_bank(replace(copy, starts_page=True, lead=text("About your week")))
    assert not bank.same_as_bank(replace(copy, text=text("Are you a carer?")))
    assert not bank.same_as_bank(replace(copy, bank="carer/0"))
    assert bank.taken_from(entry.question) is None


def test_where_a_question_came_from_changes_no_fingerprint() -> None:
    survey = with_one(bank.entry("carer"))
    part = survey.sections[0]
    plain = replace(survey, sections=(replace(part, questions=(replace(part.questions[0], bank=""),)),))
    assert fingerprint(plain) == fingerprint(survey)


def test_an_entry_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(KeyError):
        bank.entry("absent")
