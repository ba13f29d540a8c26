"""The columns of the table of answers, with labels: what an export prints and an import expects.

Not the tree of themes, which is a code frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surveys.answers import detail_key
from surveys.model import CANNOT_RATE, Choice, Choices, FreeText, Number, Question, Scale, Survey, options_of
from surveys.texts import NO_TEXT, Text


class ColumnKind(StrEnum):
    """What stands in the cells of a column."""

    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `name` is the key of the answer; `values` are the values that have a label, in order.

    For a "say how" column the label is that of its option.
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
        for column in (_column(question), *_details(question))
    )


def _column(question: Question) -> Column:
    return Column(
        name=question.id,
        question_id=question.id,
        label=question.text,
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
