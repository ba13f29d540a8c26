"""Surveys from spreadsheets and back: what is taken over, what is refused, and that nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from surveys import (
    And,
    AnyIn,
    Choice,
    Choices,
    Condition,
    CountAtLeast,
    DefinitionError,
    Empty,
    Equals,
    FreeText,
    In,
    Not,
    Number,
    Or,
    Scale,
    Survey,
    comparisons,
    fingerprint,
    load,
    parse,
    text,
)
from surveys.check import check
from surveys.interchange import xlsform, xlsform_out, xpath
from surveys.writing import write
from tests.surveys import small


def both(english: str, welsh: str, column: str = "label") -> dict[str, str]:
    """The cells of a text in two languages."""
    return {f"{column}::English (en)": english, f"{column}::Cymraeg (cy)": welsh}


FORM: dict[str, list[dict[str, str]]] = {
    "settings": [{"form_title": "Support", "form_id": "about-support", "default_language": "English (en)"}],
    "choices": [
        {"list_name": "yn", "name": "yes", **both("Yes", "Ie")},
        {"list_name": "yn", "name": "no", **both("No", "Na")},
        {"list_name": "ways", "name": "phone", **both("Phone", "Ffôn")},
        {"list_name": "ways", "name": "letter", **both("Letter", "Llythyr")},
    ],
    "survey": [
        {"type": "begin_group", "name": "first", **both("First", "Cyntaf")},
        {"type": "note", "name": "n", **both("Two questions.", "Dau.")},
        {
            "type": "select_one yn", "name": "looked", **both("Did you look?", "A wnaethoch chi?"),
            "hint::English (en)": "Ever.", "required": "yes",
        },
        {
            "type": "select_multiple ways", "name": "ways", "relevant": "${looked} = 'yes'",
            **both("Which ways?", "Pa ffyrdd?"),
        },
        {"type": "end_group"},
        {
            "type": "begin_group", "name": "second", "appearance": "field-list", **both("Second", "Ail"),
            "relevant": "selected(${ways}, 'phone') and not(${looked} = 'no')",
        },
        {
            "type": "range", "name": "rating", "parameters": "start=1 end=5 step=1",
            **both("How was it?", "Sut oedd?"),
            **both("Bad", "Drwg", "label_low"), **both("Good", "Da", "label_high"),
        },
        {
            "type": "integer", "name": "visits", "constraint": ". >= 1 and . < 51",
            **both("How many times?", "Sawl gwaith?"),
        },
        {"type": "end_group"},
        {
            "type": "text", "name": "more", "constraint": "string-length(.) <= 300",
            "relevant": "${rating} >= 4", **both("Anything else?", "Arall?"),
        },
    ],
}  # fmt: skip


def rows(*asked: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """A form in one language with these rows."""
    choices = [
        {"list_name": "yn", "name": "yes", "label": "Yes"},
        {"list_name": "yn", "name": "no", "label": "No"},
    ]
    return {"survey": list(asked), "choices": choices}


def refused(*asked: dict[str, str]) -> str:
    """What is said of a form with these rows."""
    with pytest.raises(DefinitionError) as said:
        xlsform.read(rows(*asked))
    return str(said.value)


def test_a_form_in_two_languages_becomes_a_survey_that_holds_together() -> None:
    made = xlsform.read(FORM)
    survey = made.survey
    assert (survey.id, survey.base, survey.languages) == ("about_support", "en", ("en", "cy"))
    assert [section.id for section in survey.sections] == ["first", "second", "questions"]
    assert survey.sections[0].note.read("cy").words == "Dau."
    looked, ways, rating, visits, more = survey.questions
    assert isinstance(looked, Choice)
    assert looked.text.read("cy").words == "A wnaethoch chi?"
    assert isinstance(ways, Choices)
    assert ways.when == Equals(question="looked", value="yes")
    assert ways.starts_page
    assert isinstance(rating, Scale)
    assert (rating.low, rating.high, rating.label_high.read("cy").words) == (1, 5, "Da")
    assert isinstance(visits, Number)
    assert (visits.least, visits.most) == (1, 50)
    assert not visits.starts_page, "a field list is one page"
    assert isinstance(more, FreeText)
    assert more.max_length == 300
    assert more.when == In(question="rating", values=(4, 5))
    assert survey.sections[1].when == And(
        conditions=(
            AnyIn(question="ways", values=("phone",)),
            Not(condition=Equals(question="looked", value="no")),
        )
    )
    assert [str(note) for note in made.notes] == [
        "form.xlsx: looked: it was required, and can be skipped here: nothing is required"
    ]
    # What is left for the author: Welsh for what the form has in English alone, or not at all.
    said = [fault for fault in check(survey) if "missing in 'cy'" not in fault.message]
    assert said == []
    assert {fault.where for fault in check(survey)} == {"title", "looked", "questions", "reassurance"}
    assert fingerprint(parse(write(survey))) == fingerprint(survey)


@pytest.mark.parametrize("kind", ["geopoint", "start", "end", "today", "deviceid", "audit", "image", "date"])
def test_what_would_tell_who_when_or_where_is_refused(kind: str) -> None:
    said = refused({"type": kind, "name": "telling"})
    assert "telling" in said
    assert "take the row out" in said


def test_choice_filter_is_refused_with_a_way_to_mend_it() -> None:
    said = refused({"type": "select_one yn", "name": "a", "label": "A?", "choice_filter": "x=${b}"})
    assert "a: 'choice_filter' cannot be taken over: write one question for each list" in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"type": "select_one nolist", "name": "a", "label": "A?"}, "there is no list 'nolist'"),
        ({"type": "select_one", "name": "a", "label": "A?"}, "the list is not named"),
        ({"type": "begin_repeat", "name": "a", "label": "A"}, "parts that repeat"),
        ({"type": "begin repeat", "name": "a", "label": "A"}, "parts that repeat"),
        ({"type": "calculate", "name": "a"}, "calculates nothing"),
        ({"type": "hologram", "name": "a"}, "'hologram' cannot be taken over"),
        (
            {"type": "range", "name": "a", "label": "A?", "parameters": "start=0 end=10 step=2"},
            "goes up by 1",
        ),
        ({"type": "end_group"}, "never begun"),
        ({"type": "begin_group", "name": "a", "label": "A"}, "not closed"),
        ({"type": "text", "name": "a", "label": "A?", "relevant": "${b} = 'x'"}, "'b' does not come before"),
        (
            {"type": "text", "name": "a", "label": "A?", "relevant": "today() > 3"},
            "'relevant' cannot be taken",
        ),
    ],
)
def test_what_cannot_be_taken_over_is_said_with_its_place(row: dict[str, str], words: str) -> None:
    assert words in refused(row)


def test_all_faults_are_said_at_once() -> None:
    said = refused(
        {"type": "today", "name": "t"}, {"type": "geopoint", "name": "g"}, {"type": "calculate", "name": "c"}
    )
    assert said.count("\n") == 2


def test_a_sheet_that_is_missing_is_said() -> None:
    with pytest.raises(DefinitionError, match="no sheet named survey"):
        xlsform.read({})


def test_names_become_ids_and_doubles_are_found() -> None:
    made = xlsform.read(rows({"type": "text", "name": "My.Answer", "label": "A?"}))
    assert [question.id for question in made.survey.questions] == ["my_answer"]
    assert "is called 'my_answer' here" in str(made.notes[0])
    assert "used twice" in refused(
        {"type": "text", "name": "my.answer", "label": "A?"},
        {"type": "text", "name": "my_answer", "label": "B?"},
    )


def test_or_other_becomes_an_option_with_a_box_and_no_bare_other() -> None:
    made = xlsform.read(rows({"type": "select_one yn or_other", "name": "a", "label": "A?"}))
    (question,) = made.survey.questions
    assert isinstance(question, Choice)
    assert question.options[-1].detail
    assert check(made.survey) == []


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("${c} = 'yes'", Equals(question="c", value="yes")),
        ("'yes' = ${c}", Equals(question="c", value="yes")),
        ('${c} != "yes"', Not(condition=Equals(question="c", value="yes"))),
        ("${m} = ''", Empty(question="m")),
        ("count-selected(${m}) >= 2", CountAtLeast(question="m", count=2)),
        ("count-selected(${m}) > 2", CountAtLeast(question="m", count=3)),
        ("3 < ${s}", In(question="s", values=(4, 5))),
        (
            "${c} = 'yes' or ${c} = 'no' and ${s} = 1",
            Or(
                conditions=(
                    Equals(question="c", value="yes"),
                    And(conditions=(Equals(question="c", value="no"), Equals(question="s", value=1))),
                )
            ),
        ),
        (
            "(${c} = 'yes' or ${c} = 'no') and ${s} = 1",
            And(
                conditions=(
                    In(question="c", values=("yes", "no")),
                    Equals(question="s", value=1),
                )
            ),
        ),
    ],
)
def test_conditions_are_read_as_xpath_means_them(written: str, condition: object) -> None:
    assert xpath.read(written, KNOWN) == condition


KNOWN = {
    "c": Choice(id="c", text=load("survivors").title),
    "m": Choices(id="m", text=load("survivors").title),
    "s": Scale(id="s", text=load("survivors").title, low=1, high=5),
    "w": FreeText(id="w", text=load("survivors").title),
}


@pytest.mark.parametrize(
    "written",
    ["", "${c}", "${c} = ", "(${c} = 'a'", "${c} = 'a')", "${c} = 'a' xor ${m} = 'b'", "position(..) = 1",
     "${w} = 'a'", "${s} > 9", "${w} > 3", "${c} = ${m}", "${s} = 'many'", "regex(., 'a')", "${c} ~ 'a'"],
)  # fmt: skip
def test_a_condition_that_is_not_understood_is_refused_and_never_guessed(written: str) -> None:
    with pytest.raises(xpath.XPathError):
        xpath.read(written, KNOWN)


@small.unhurried
@given(small.surveys())
def test_conditions_survive_the_way_there_and_back(survey: Survey) -> None:
    known = {question.id: question for question in survey.questions}
    for question in survey.questions:
        if question.when is None or any(isinstance(known[name], FreeText) for name in named(question.when)):
            continue
        again = xpath.read(xpath.write(question.when), known)
        assert xpath.read(xpath.write(again), known) == again


def named(condition: Condition) -> set[str]:
    """The questions that a condition looks at."""
    return {each.question for each in comparisons(condition)}


@pytest.mark.parametrize("name", ["survivors", "practitioners"])
def test_a_shipped_survey_goes_out_and_comes_back_with_the_same_questions(name: str) -> None:
    survey = load(name)
    out = xlsform_out.write(survey)
    again = xlsform.read(out.sheets).survey
    asked = {question.id for question in again.questions}
    assert {question.id for question in survey.questions} <= asked
    assert [section.id for section in again.sections] == [section.id for section in survey.sections]
    routed = {question.id for question in survey.questions if question.when} | {
        section.id for section in survey.sections if section.when
    }
    found = {question.id for question in again.questions if question.when}
    assert routed <= found | {section.id for section in again.sections if section.when}


def test_what_a_form_cannot_say_is_said_on_the_way_out() -> None:
    notes = {str(note) for note in xlsform_out.write(load("survivors")).notes}
    assert any("would not end the survey" in note for note in notes)
    assert any("only steers the way" in note for note in notes)
    assert any("easy read would be lost" in note for note in notes)
    assert any("excludes them" in note for note in notes)


GROUPED = rows(
    {"type": "begin group", "name": "first", "label": "First"},
    {"type": "note", "name": "intro", "label": "Three questions."},
    {"type": "begin group", "name": "page", "label": "On looking for help", "appearance": "field-list"},
    {"type": "range", "name": "rating", "label": "How was it?", "parameters": "start=0 end=10 step=1",
     "label_low": "Bad", "label_high": "Good"},
    {"type": "integer", "name": "visits", "label": "How many times?", "constraint": ". > 0 and . <= 50"},
    {"type": "end group"},
    {"type": "text", "name": "more", "label": "Anything else?", "constraint": "string-length(.) < 301",
     "relevant": "${rating} > 5 and ${visits} != ''"},
    {"type": "end group"},
)  # fmt: skip


def test_groups_ranges_constraints_and_notes_go_in_out_and_in_again_as_they_were() -> None:
    first = xlsform.read(GROUPED).survey
    (section,) = first.sections
    assert section.note.read("en").words == "Three questions."
    rating, visits, more = section.questions
    assert isinstance(rating, Scale)
    assert (rating.low, rating.high) == (0, 10)
    assert rating.lead.read("en").words == "On looking for help"
    assert isinstance(visits, Number)
    assert (visits.least, visits.most, visits.starts_page) == (1, 50, False)
    assert isinstance(more, FreeText)
    assert (more.max_length, more.starts_page) == (300, True)
    again = xlsform.read(xlsform_out.write(first).sheets).survey
    assert [question.id for question in again.questions] == ["rating", "visits", "more"]
    for before, after in zip(first.questions, again.questions, strict=True):
        assert (after.when, after.starts_page, after.text, after.lead) == (
            before.when, before.starts_page, before.text, before.lead,
        )  # fmt: skip
    assert again.questions[1] == visits
    assert again.questions[2] == more


@pytest.mark.parametrize("row", [
    {"type": "text", "name": "b", "label": "Why ${a}?"},
    {"type": "note", "name": "b", "label": "You said ${ a }."},
    {"type": "text", "name": "b", "label": "Why?", "hint": "You said ${a}"},
])  # fmt: skip
def test_words_that_repeat_an_answer_are_refused_with_a_way_to_mend_them(row: dict[str, str]) -> None:
    said = refused({"type": "select_one yn", "name": "a", "label": "A?"}, row)
    assert "b: " in said
    assert "repeats the answer to 'a': write a sentence without it" in said


@pytest.mark.parametrize(
    "language", ["English (en)", "english", "en", "Welsh (cy)", "Cymraeg (cy)", "cymraeg"]
)
def test_languages_are_known_by_their_code_or_name(language: str) -> None:
    made = xlsform.read({"survey": [{"type": "text", "name": "a", f"label::{language}": "A?"}]}).survey
    assert made.languages == (("en",) if language.casefold().startswith("en") else ("cy",))


def test_a_language_without_a_code_is_asked_for_one() -> None:
    with pytest.raises(DefinitionError, match="the language 'Klingon' needs its code"):
        xlsform.read({"survey": [{"type": "text", "name": "a", "label::Klingon": "A?"}]})


def test_two_scales_about_one_statement_go_out_under_a_note_and_come_back_together() -> None:
    source = """
    id = "axes"
    strand = "practitioners"
    title = "T"
    [[sections]]
    id = "one"
    title = "One"
    [[sections.questions]]
    id = "ds1"
    kind = "scale"
    about = "A reply within two working days."
    text = "How important is this?"
    label_low = "not important"
    label_high = "very important"
    [[sections.questions]]
    id = "ds1_achievable"
    like = "ds1"
    text = "How achievable is this?"
    """
    survey = parse(source)
    out = xlsform_out.write(survey)
    assert [row.get("name", "") for row in out.sheets["survey"]] == [
        "one", "one_page_1", "ds1_about", "ds1", "ds1_achievable", "", "",
    ]  # fmt: skip
    assert xlsform.read(out.sheets, strand=survey.strand).survey.questions == survey.questions


def test_a_text_that_recalls_is_left_out_and_said() -> None:
    survey = load("survivors")
    first, *others = survey.sections
    again = replace(first.questions[0], recalling=text("You said {answer.looked}."))
    changed = replace(survey, sections=(replace(first, questions=(again, *first.questions[1:])), *others))
    assert any(
        "no earlier answer would be repeated" in str(each) for each in xlsform_out.write(changed).notes
    )
