"""Answers gathered elsewhere, such as a row of a spreadsheet: turned into a form, then read.

Columns are called as in the codebook. What does not fit becomes a problem that names its question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveys.answers import Problem, ProblemCode, Reading, clean, fields_of, read
from surveys.codebook import face_key
from surveys.journey import ending, stored
from surveys.model import (
    CANNOT_RATE,
    Choice,
    Choices,
    Number,
    Question,
    Scale,
    Survey,
    detail_key,
    options_of,
)
from surveys.texts import Text

_YES = frozenset({"yes", "y", "true", "1", "x", "checked", "selected", "ie"})
_NO = frozenset({"", "no", "n", "false", "0", "unchecked", "not selected", "n/a", "na"})
_BETWEEN = re.compile(r"[|;]")
_DECIMAL_ZERO = re.compile(r"([+-]?[0-9]+)\.0+")  # spreadsheets hand out whole numbers as 7.0


def from_cells(survey: Survey, row: Mapping[str, str]) -> Reading:
    """The answers in one row: question id (or `question.option`) -> cell.

    An option may be given by id or by its label in any language, without regard to case or spacing; many
    options stand between `|`, `;` or commas. Where a tool has a column for each option, its cell stands under
    `question:option` and says yes or no; anything else in it is what somebody wrote beside it. Answers off
    the route and answers that are not stored are left out; columns of no question are ignored. A row whose
    person would have left the survey (under 18, say) gives no values and one problem, `leaves`.
    """
    form = {
        name: [cell] if name != question.id else _entries(question, cell)
        for question in survey.questions
        for name in fields_of(question)
        if (cell := clean(row.get(name, "") or _face(question, name, row)))
    }
    for question in survey.questions:
        _add_ticks(question, row, form)
    reading = read(survey.questions, form)
    if ending(survey, reading.values):
        return Reading(problems=(_leaving(survey, reading),), typed=reading.typed)
    return Reading(values=stored(survey, reading.values), problems=reading.problems, typed=reading.typed)


def _face(question: Question, name: str, row: Mapping[str, str]) -> str:
    """What a scale got from three faces of easy read: it has a column of its own, and is one answer."""
    return row.get(face_key(name), "") if isinstance(question, Scale) else ""


def option_key(question_id: str, option_id: str) -> str:
    """The name of a cell that says whether one option was chosen."""
    return f"{question_id}:{option_id}"


def _add_ticks(question: Question, row: Mapping[str, str], form: dict[str, list[str]]) -> None:
    """Put options of which a cell of their own says that they were chosen beside what else was answered."""
    for option in options_of(question):
        cell = clean(row.get(option_key(question.id, option.id), ""))
        if _folded(cell) in _NO:
            continue
        chosen = form.setdefault(question.id, [])
        ticked = _folded(cell) in _YES or cell == option.id or _says(option.text, cell)
        if ticked or option.detail:
            chosen.append(option.id)
        else:
            chosen.append(cell)  # no option is called so: a problem that names the question
        if option.detail and not ticked:
            form.setdefault(detail_key(question.id, option.id), [cell])


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
            parts = [_option_id(question, part.strip()) for part in _BETWEEN.split(cell) if part.strip()]
            return _at_commas(question, parts) if len(parts) == 1 else parts
        case Scale():
            return [_mark(question, cell)]
        case Number():
            return [_DECIMAL_ZERO.sub(r"\1", cell)]
    return [cell]


def _at_commas(question: Choices, parts: list[str]) -> list[str]:
    """One entry as the options between its commas, if each of them is one: a label may hold commas, too."""
    found: list[str] = []
    waiting = ""
    for part in parts[0].split(","):
        waiting = f"{waiting},{part}" if waiting else part
        made = _option_id(question, waiting.strip())
        if any(option.id == made for option in question.options):
            found.append(made)
            waiting = ""
    return found if found and not waiting else parts


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
