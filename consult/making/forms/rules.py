"""Forms for rules: first which earlier question, then what its answer has to be."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs trail
from wtforms.validators import InputRequired, Optional

import surveys
from consult.making.forms.numbers import whole_number
from surveys import (
    CANNOT_RATE,
    AllIn,
    Answered,
    AnyIn,
    Choice,
    Choices,
    CountAtLeast,
    Empty,
    Equals,
    FreeText,
    In,
    Number,
    Question,
    Scale,
    options_of,
)

_ = lazy_gettext
_ONE = lazy_gettext("Please choose one of these.")
_SHORT = 80


class EarlierForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """The question to look back at."""

    question = RadioField(
        _("Which question shall it look back at?"), validators=[InputRequired(message=_ONE)]
    )

    def offer(self, questions: Sequence[Question], base: str) -> None:
        """The questions that a rule may look at."""
        self.question.choices = [
            SelectChoice(value=each.id, label=(each.text.read(base, base=base).words or each.id)[:_SHORT])
            for each in questions
        ]


class ConditionForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """What the answer has to be. Which operators are offered follows from the kind of question."""

    operator = RadioField(_("What has to be so?"), validators=[InputRequired(message=_ONE)])
    values = SelectMultipleField(_("Answers"), validate_choice=True)
    numbers = StringField(_("Numbers"), description=_("Whole numbers with commas between, such as 1, 2, 3."))
    count = whole_number(_("How many at least"))

    def offer(self, question: Question, base: str) -> None:
        """Show what suits a question; what does not is taken away."""
        self.operator.choices = [
            SelectChoice(value=name, label=label) for name, label in _operators(question)
        ]
        answers = _answers(question, base)
        self.values.choices = [SelectChoice(value=value, label=label) for value, label in answers]
        if not answers:
            del self.values
        if not isinstance(question, Number):
            del self.numbers
        if isinstance(question, Choices):
            self.count.validators = [Optional()]
        else:
            del self.count

    def condition(self, question: Question) -> surveys.Condition | None:
        """The condition as chosen; None with a message beside the field when something is missing."""
        operator = str(self.operator.data)
        match operator:
            case "answered":
                return Answered(question=question.id)
            case "empty":
                return Empty(question=question.id)
            case "count":
                return self._counted(question)
        values = self._values(question)
        return _compared(operator, question.id, values) if values else None

    def _counted(self, question: Question) -> surveys.Condition | None:
        if self.count.data is None or self.count.data < 1:
            self.count.errors = [gettext("Please write a whole number from 1.")]
            return None
        return CountAtLeast(question=question.id, count=self.count.data)

    def _values(self, question: Question) -> list[str | int]:
        if isinstance(question, Number):
            return self._typed_numbers()
        chosen: list[str | int] = [
            int(value) if isinstance(question, Scale) and value != CANNOT_RATE else value
            for value in self.values.data or ()
        ]
        if not chosen:
            self.values.errors = [gettext("Please choose at least one answer.")]
        return chosen

    def _typed_numbers(self) -> list[str | int]:
        typed = [each.strip() for each in str(self.numbers.data or "").split(",") if each.strip()]
        try:
            numbers: list[str | int] = [int(each) for each in typed]
        except ValueError:
            numbers = []
        if not numbers:
            self.numbers.errors = [
                gettext("Please write whole numbers with commas between, such as 1, 2, 3.")
            ]
        return numbers


def _compared(operator: str, question_id: str, values: Sequence[str | int]) -> surveys.Condition:
    if operator != "one_of":
        kind = AllIn if operator == "all_of" else AnyIn
        return kind(question=question_id, values=tuple(str(value) for value in values))
    if len(values) == 1:
        return Equals(question=question_id, value=values[0])
    return In(question=question_id, values=tuple(values))


def _operators(question: Question) -> list[tuple[str, str]]:
    any_answer = [("answered", gettext("It has an answer")), ("empty", gettext("It has no answer"))]
    match question:
        case Choices():
            return [
                ("any_of", gettext("At least one of the answers below was chosen")),
                ("all_of", gettext("All of the answers below were chosen")),
                ("count", gettext("At least so many answers were chosen")),
                *any_answer,
            ]
        case FreeText():
            return any_answer
    return [("one_of", gettext("It is one of the answers below")), *any_answer]


def _answers(question: Question, base: str) -> list[tuple[str, str]]:
    if isinstance(question, Choice | Choices):
        return [(each.id, each.text.read(base, base=base).words or each.id) for each in options_of(question)]
    if isinstance(question, Scale):
        marks = [(str(mark), str(mark)) for mark in range(question.low, question.high + 1)]
        way_out = question.cannot_rate.read(base, base=base).words
        return [*marks, (CANNOT_RATE, way_out)] if way_out else marks
    return []
