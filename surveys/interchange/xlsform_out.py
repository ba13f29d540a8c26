"""From a survey to the rows of an XLSForm, for teams who go on in a spreadsheet or in another tool.

What an XLSForm cannot say (an option that ends the survey, an answer that is not kept, how much somebody
chose to share) is left out, and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from surveys.conditions import Condition, Equals
from surveys.faults import Fault
from surveys.interchange import xpath
from surveys.interchange.rows import ABOUT
from surveys.model import (
    CANNOT_RATE,
    Choice,
    Choices,
    Depth,
    FreeText,
    Number,
    Option,
    Question,
    Scale,
    Section,
    Survey,
    options_of,
)
from surveys.texts import NO_TEXT, Text

Row = dict[str, str]
_NAMES = {"en": "English (en)", "cy": "Cymraeg (cy)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Rows by sheet, each sheet with the heads of its columns, and what could not be said."""

    sheets: dict[str, tuple[Row, ...]]
    notes: tuple[Fault, ...] = ()


def write(survey: Survey) -> Exported:
    """The rows of an XLSForm that asks what `survey` asks."""
    rows = tuple(row for section in survey.sections for row in _section(survey, section))
    choices = tuple(row for question in survey.questions for row in _choices(survey, question))
    settings = {
        "form_title": survey.title.read(survey.base).words,
        "form_id": survey.id,
        "default_language": _language(survey.base),
    }
    file = f"{survey.id}.xlsx"
    notes = tuple(
        Fault(file=file, where=question.id, message=message)
        for question in survey.questions
        for message in _lost(question)
    )
    if survey.easy:
        notes = (Fault(file=file, where="easy", message="easy read would be lost; here it is a view"), *notes)
    return Exported(sheets={"survey": rows, "choices": choices, "settings": (settings,)}, notes=notes)


def _section(survey: Survey, section: Section) -> Iterator[Row]:
    yield _row("begin_group", section.id, relevant=_relevant(section.when)) | _words(
        survey, "label", section.title
    )
    if section.note:
        yield _row("note", f"{section.id}_note") | _words(survey, "label", section.note)
    for place, group in enumerate(section.groups(), start=1):
        if len(group) == 1 and not _about(group[0]):
            yield from _question(survey, group[0])
            continue
        # Without a label: its words would be read as a heading of their own.
        yield _row("begin_group", f"{section.id}_page_{place}", appearance="field-list")
        above = NO_TEXT
        for question in group:
            if (about := _about(question)) and about != above:
                note = _row("note", f"{question.id}{ABOUT}", relevant=_relevant(question.when))
                yield note | _words(survey, "label", about)
            above = about
            yield from _question(survey, question)
        yield {"type": "end_group"}
    yield {"type": "end_group"}


def _about(question: Question) -> Text:
    return question.about if isinstance(question, Scale) else NO_TEXT


def _question(survey: Survey, question: Question) -> Iterator[Row]:
    relevant = _relevant(question.when)
    if question.lead:
        yield _row("note", f"{question.id}_lead", relevant=relevant) | _words(survey, "label", question.lead)
    row = _row(_type(question), question.id, relevant=relevant)
    row |= _words(survey, "label", question.text) | _words(survey, "hint", question.hint)
    match question:
        case Number():
            row["constraint"] = f". >= {question.least} and . <= {question.most}"
        case FreeText():
            row |= {"constraint": f"string-length(.) <= {question.max_length}", "appearance": "multiline"}
        case Scale() if not question.cannot_rate:
            row["parameters"] = f"start={question.low} end={question.high} step=1"
            row |= _words(survey, "label_low", question.label_low)
            row |= _words(survey, "label_high", question.label_high)
    yield row
    for option in options_of(question):
        if option.detail:
            yield from _detail(survey, question, option)


def _detail(survey: Survey, question: Question, option: Option) -> Iterator[Row]:
    """A box of its own, asked when the option was chosen."""
    chosen = (
        f"selected(${{{question.id}}}, '{option.id}')"
        if isinstance(question, Choices)
        else xpath.write(Equals(question=question.id, value=option.id))
    )
    yield _row("text", f"{question.id}_{option.id}", relevant=chosen) | _words(survey, "label", option.text)


def _type(question: Question) -> str:
    match question:
        case Choice():
            return f"select_one {question.id}"
        case Choices():
            return f"select_multiple {question.id}"
        case Scale():
            return f"select_one {question.id}" if question.cannot_rate else "range"
        case Number():
            return "integer"
    return "text"


def _choices(survey: Survey, question: Question) -> Iterator[Row]:
    for option in options_of(question):
        yield {"list_name": question.id, "name": option.id} | _words(survey, "label", option.text)
    if isinstance(question, Scale) and question.cannot_rate:
        for mark in range(question.low, question.high + 1):
            yield {"list_name": question.id, "name": str(mark)} | _mark(survey, question, mark)
        yield {"list_name": question.id, "name": CANNOT_RATE} | _words(survey, "label", question.cannot_rate)


def _mark(survey: Survey, question: Scale, mark: int) -> Row:
    """A mark's number, with the words that stand at the ends."""
    ends = {question.low: question.label_low, question.high: question.label_high}
    words = _words(survey, "label", ends[mark]) if mark in ends else {}
    heads = [_head("label", language) for language in survey.languages]
    return {head: f"{mark} ({words[head]})" if head in words else str(mark) for head in heads}


def _relevant(condition: Condition | None) -> str:
    return "" if condition is None else xpath.write(condition)


def _row(kind: str, name: str, *, relevant: str = "", appearance: str = "") -> Row:
    given = {"type": kind, "name": name, "relevant": relevant, "appearance": appearance}
    return {head: words for head, words in given.items() if words}


def _words(survey: Survey, column: str, words: Text) -> Row:
    return {
        _head(column, language): words.read(language, base=survey.base).words
        for language in survey.languages
        if words
    }


def _head(column: str, language: str) -> str:
    return f"{column}::{_language(language)}"


def _language(code: str) -> str:
    return _NAMES.get(code, f"{code} ({code})")


def _lost(question: Question) -> Iterator[str]:
    if question.recalling:
        yield "no earlier answer would be repeated; here it is where there is one"
    if not question.stored:
        yield "the answer would be kept; here it only steers the way"
    if question.depth is not Depth.SHORT:
        yield f"it would be asked of everybody; here it is asked from the depth '{question.depth}' on"
    for option in options_of(question):
        if option.ends:
            yield f"the option '{option.id}' would not end the survey; here it does"
        if option.exclusive:
            yield f"the option '{option.id}' could be chosen beside others; here it excludes them"
