"""The columns of the table of answers, with labels: what an export prints and an import expects.

Not the tree of themes, which is a code frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surveys.conditions import Answers, AnswerValue
from surveys.model import (
    CANNOT_RATE,
    FACES,
    Choice,
    Choices,
    FreeText,
    Number,
    Question,
    Scale,
    Survey,
    detail_key,
    options_of,
)
from surveys.texts import NO_TEXT, Text


class ColumnKind(StrEnum):
    """What stands in the cells of a column."""

    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    FACES = "faces"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `name` is the key of the answer; `values` are the values that have a label, in order.

    For a "say how" column the label is that of its option. The answers that a scale got from three faces are
    in a column of their own, of the kind `FACES`: they can be counted, and compared with no number.
    """

    name: str
    question_id: str
    label: Text
    kind: ColumnKind
    values: tuple[tuple[str, Text], ...] = ()


def columns(survey: Survey) -> tuple[Column, ...]:
    """A column for each stored question, in order, each followed by those of its "say how" boxes."""
    return tuple(
        column
        for question in survey.questions
        if question.stored
        for column in (_column(question), *_details(question), *_faces(question, survey))
    )


def face_key(question_id: str) -> str:
    """The column for answers that a scale got from three faces. Never a key among answers: see `value_in`."""
    return f"{question_id}.face"


def value_in(column: Column, answers: Answers) -> AnswerValue | None:
    """What stands in this column for these answers: a mark, or the face chosen in its place; never both."""
    if column.kind is ColumnKind.FACES:
        value = answers.get(column.question_id)
        return value if value in FACES else None
    value = answers.get(column.name)
    return None if column.kind is ColumnKind.SCALE and value in FACES else value


def _column(question: Question) -> Column:
    return Column(
        name=question.id,
        question_id=question.id,
        label=question.asked,
        kind=_kind(question),
        values=_values(question),
    )


def _details(question: Question) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=detail_key(question.id, option.id),
            question_id=question.id,
            label=option.text,
            kind=ColumnKind.TEXT,
        )
        for option in options_of(question)
        if option.detail
    )


def _faces(question: Question, survey: Survey) -> tuple[Column, ...]:
    if not (survey.easy and isinstance(question, Scale)):
        return ()
    return (
        Column(
            name=face_key(question.id),
            question_id=question.id,
            label=question.asked,
            kind=ColumnKind.FACES,
            values=tuple(zip(FACES, question.three, strict=False)),
        ),
    )


def _kind(question: Question) -> ColumnKind:
    match question:
        case Choice():
            return ColumnKind.CHOICE
        case Choices():
            return ColumnKind.CHOICES
        case Scale():
            return ColumnKind.SCALE
        case Number():
            return ColumnKind.NUMBER
        case FreeText():
            return ColumnKind.TEXT
    raise TypeError(question)


def _values(question: Question) -> tuple[tuple[str, Text], ...]:
    if not isinstance(question, Scale):
        return tuple((option.id, option.text) for option in options_of(question))
    ends = {question.low: question.label_low, question.high: question.label_high}
    marks = tuple((str(mark), ends.get(mark, NO_TEXT)) for mark in range(question.low, question.high + 1))
    return (*marks, (CANNOT_RATE, question.cannot_rate)) if question.cannot_rate else marks
