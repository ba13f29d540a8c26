"""Answers gathered elsewhere, such as a row of a spreadsheet: turned into a form, then read.

Columns are called as in the codebook. What does not fit becomes a problem that names its question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveys.answers import Problem, ProblemCode, Reading, clean, fields_of, read
from surveys.codebook import face_key
from surveys.journey import ending, stored
from surveys.model import CANNOT_RATE, Choice, Choices, Number, Question, Scale, Survey, options_of
from surveys.texts import Text

_BETWEEN = re.compile(r"[|;]")
_DECIMAL_ZERO = re.compile(r"([+-]?[0-9]+)\.0+")  # spreadsheets hand out whole numbers as 7.0


def from_cells(survey: Survey, row: Mapping[str, str]) -> Reading:
    """The answers in one row: question id (or `question.option`) -> cell.

    An option may be given by id or by its label in any language, without regard to case or spacing; many
    options stand between `|` or `;`. Answers off the route and answers that are not stored are left out;
    columns of no question are ignored. A row whose person would have left the survey (under 18, say) gives
    no values and one problem, `leaves`.
    """
    form = {
        name: [cell] if name != question.id else _entries(question, cell)
        for question in survey.questions
        for name in fields_of(question)
        if (cell := clean(row.get(name, "") or _face(question, name, row)))
    }
    reading = read(survey.questions, form)
    if ending(survey, reading.values):
        return Reading(problems=(_leaving(survey, reading),), typed=reading.typed)
    return Reading(values=stored(survey, reading.values), problems=reading.problems, typed=reading.typed)


def _face(question: Question, name: str, row: Mapping[str, str]) -> str:
    """What a scale got from three faces of easy read: it has a column of its own, and is one answer."""
    return row.get(face_key(name), "") if isinstance(question, Scale) else ""


def _leaving(survey: Survey, reading: Reading) -> Problem:
    for question in survey.questions:
        chosen = reading.values.get(question.id)
        if any(option.ends and option.id == chosen for option in options_of(question)):
            typed = reading.typed.get(question.id, ())
            return Problem(question_id=question.id, code=ProblemCode.LEAVES, typed=typed)
    raise LookupError(survey.id)


def _entries(question: Question, cell: str) -> list[str]:
    match question:
        case Choice():
            return [_option_id(question, cell)]
        case Choices():
            # The cell as a whole first: a label may itself hold a semicolon.
            whole = _option_id(question, cell)
            if whole != cell or any(option.id == cell for option in question.options):
                return [whole]
            return [_option_id(question, part.strip()) for part in _BETWEEN.split(cell) if part.strip()]
        case Scale():
            return [_mark(question, cell)]
        case Number():
            return [_DECIMAL_ZERO.sub(r"\1", cell)]
    return [cell]


def _option_id(question: Question, cell: str) -> str:
    for option in options_of(question):
        if option.id == cell or _says(option.text, cell):
            return option.id
    return next((option.id for option in options_of(question) if _folded(option.id) == _folded(cell)), cell)


def _mark(question: Scale, cell: str) -> str:
    if _folded(cell) == _folded(CANNOT_RATE) or _says(question.cannot_rate, cell):
        return CANNOT_RATE
    if _says(question.label_low, cell):
        return str(question.low)
    if _says(question.label_high, cell):
        return str(question.high)
    return _DECIMAL_ZERO.sub(r"\1", cell)


def _says(text: Text, cell: str) -> bool:
    return any(_folded(version.words) == _folded(cell) for version in text.versions)


def _folded(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())
