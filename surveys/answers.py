"""From what was typed to answers, or to problems that the person who typed can mend.

A problem is technical only: too long, not a number, two options that rule each other out. An empty field is
never one. Fields that belong to no question are ignored, so nothing beyond the definition can be stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.conditions import Answers, AnswerValue
from surveys.model import (
    CANNOT_RATE,
    DETAIL_LENGTH,
    FACES,
    Choice,
    Choices,
    FreeText,
    Number,
    Question,
    Scale,
    detail_key,
)

# What XML 1.0 cannot hold (reports and exports are XML), lone surrogates among it.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_DIGITS = re.compile(r"[+-]?[0-9]+")


class ProblemCode(StrEnum):
    """What is wrong with one field."""

    TOO_LONG = "too_long"
    EXCLUSIVE = "exclusive"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_OPTION = "unknown_option"
    LEAVES = "leaves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One field to mend.

    `question_id` is the field: a question's id, or `question.option` for a "say how" box. `limit` is the
    length or bound that was passed and `over` by how much (for an excluding option: how many others were
    chosen).
    """

    question_id: str
    code: ProblemCode
    typed: tuple[str, ...]
    limit: int | None = None
    over: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Answers by question id, the problems, and all that was typed, by field, for showing the page again."""

    values: dict[str, AnswerValue] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    typed: dict[str, tuple[str, ...]] = field(default_factory=dict)


def fields_of(question: Question) -> tuple[str, ...]:
    """The fields of a question: its own, then those of its "say how" boxes."""
    return question.fields


def clean(words: str) -> str:
    r"""Words as they are kept: NFC, `\n` for a new line, nothing XML cannot hold, no space at the ends."""
    if not (words.isascii() and words.isprintable()):
        legal = _ILLEGAL.sub("", words).replace("\r\n", "\n").replace("\r", "\n")
        words = unicodedata.normalize("NFC", legal)
    return words.strip()


def read(questions: Iterable[Question], form: Mapping[str, Sequence[str]]) -> Reading:
    """The answers to these questions in a form: field name -> everything sent under it.

    A question left empty has no key in `values`, nor has one with a problem. Never raises, whatever was sent.
    """
    reader = _Reader(form)
    for question in questions:
        reader.read(question)
    return Reading(values=reader.values, problems=tuple(reader.problems), typed=reader.typed)


def merged(answers: Answers, questions: Iterable[Question], reading: Reading) -> dict[str, AnswerValue]:
    """Earlier answers with those to these questions replaced: what was emptied is gone."""
    renewed = set().union(*(question.fields for question in questions))
    return {key: value for key, value in answers.items() if key not in renewed} | reading.values


class _Reader:
    """Goes through one form, question by question."""

    def __init__(self, form: Mapping[str, Sequence[str]]) -> None:
        self.form = form
        self.values: dict[str, AnswerValue] = {}
        self.problems: list[Problem] = []
        self.typed: dict[str, tuple[str, ...]] = {}

    def read(self, question: Question) -> None:
        typed = self._typed(question.id)
        details = self._details(question.boxes) if question.boxes else {}
        if not (typed or details):
            return
        match question:
            case Choice():
                self._choice(question, typed, details)
            case Choices():
                self._choices(question, typed, details)
            case Scale():
                self._scale(question, typed)
            case Number():
                self._whole(question.id, typed[0], question.least, question.most)
            case FreeText():
                if words := self._words(question.id, typed, question.max_length):
                    self.values[question.id] = words
            case _:
                raise TypeError(question)

    def _typed(self, name: str) -> tuple[str, ...]:
        sent = self.form.get(name)
        if not sent:
            return ()
        typed = tuple(filter(None, map(clean, sent)))
        if typed:
            self.typed[name] = typed
        return typed

    def _details(self, boxes: tuple[tuple[str, str], ...]) -> dict[str, str]:
        """What stands in "say how" boxes, by option."""
        found = {option_id: self._words(name, self._typed(name), DETAIL_LENGTH) for option_id, name in boxes}
        return {option_id: words for option_id, words in found.items() if words}

    def _problem(
        self, name: str, code: ProblemCode, *, limit: int | None = None, over: int | None = None
    ) -> None:
        typed = self.typed.get(name, ())
        self.problems.append(Problem(question_id=name, code=code, typed=typed, limit=limit, over=over))

    def _words(self, name: str, typed: tuple[str, ...], limit: int) -> str:
        words = typed[0] if typed else ""
        if len(words) <= limit:
            return words
        self._problem(name, ProblemCode.TOO_LONG, limit=limit, over=len(words) - limit)
        return ""

    def _choice(self, question: Choice, typed: tuple[str, ...], details: Mapping[str, str]) -> None:
        # Words in a "say how" box choose their option when nothing was chosen: they must not be lost unseen.
        chosen = typed[0] if typed else next(iter(details))
        if chosen not in [option.id for option in question.options]:
            self._problem(question.id, ProblemCode.UNKNOWN_OPTION)
            return
        self.values[question.id] = chosen
        self._keep_details(question, details)

    def _choices(self, question: Choices, typed: tuple[str, ...], details: Mapping[str, str]) -> None:
        chosen = {*typed, *details}
        known = [option for option in question.options if option.id in chosen]
        if len(known) < len(chosen):
            self._problem(question.id, ProblemCode.UNKNOWN_OPTION)
        elif len(known) > 1 and any(option.exclusive for option in known):
            self._problem(question.id, ProblemCode.EXCLUSIVE, over=len(known) - 1)
        else:
            self.values[question.id] = [option.id for option in known]
            self._keep_details(question, details)

    def _keep_details(self, question: Question, details: Mapping[str, str]) -> None:
        """All words, also those in a box whose option was not the one chosen: who wrote them, meant them."""
        for option_id, words in details.items():
            self.values[detail_key(question.id, option_id)] = words

    def _scale(self, question: Scale, typed: tuple[str, ...]) -> None:
        written = typed[0]
        if (question.cannot_rate and written == CANNOT_RATE) or (question.three and written in FACES):
            self.values[question.id] = written
        else:
            self._whole(question.id, written, question.low, question.high)

    def _whole(self, name: str, written: str, least: int, most: int) -> None:
        if _WHOLE.fullmatch(written):
            number = int(written)
        elif _DIGITS.fullmatch(written):
            # Digits without end are out of range, and are never turned into a number to find that out.
            number = least - 1 if written[0] == "-" else most + 1
        else:
            self._problem(name, ProblemCode.NOT_A_NUMBER)
            return
        if number < least:
            self._problem(name, ProblemCode.OUT_OF_RANGE, limit=least, over=least - number)
        elif number > most:
            self._problem(name, ProblemCode.OUT_OF_RANGE, limit=most, over=number - most)
        else:
            self.values[name] = number
