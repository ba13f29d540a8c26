"""A survey as it stands on paper: one row of numbers over all its questions, and who may pass over which.

Says which question has which number and where somebody goes on; not in which words, and nothing of how it is
printed. On paper nobody can be routed, so a condition is told before the block that it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.conditions import Condition
from surveys.model import Depth, Question, Scale, Section, Survey
from surveys.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whom a block of questions is for.

    `first` and `last` are the numbers of its questions. Whoever it is not for goes on to question `onward`;
    None is the end of the questions.
    """

    when: Condition
    first: int
    last: int
    onward: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with its number from 1; `gate` is there when not everybody is asked it."""

    number: int
    question: Question
    gate: Gate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section with its questions. `after` is the number of the question that follows it, or None."""

    section: Section
    gate: Gate | None
    asked: tuple[Asked, ...]
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All of a survey in the order of its definition.

    `numbers` gives the number of a question by its id. `short` are the numbers of the shortest depth, and
    empty when a survey knows no other.
    """

    parts: tuple[Part, ...]
    numbers: Mapping[str, int]
    short: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Third:
    """What a few marks of a scale mean together, both ends included."""

    low: int
    high: int
    text: Text


def sheet(survey: Survey) -> Sheet:
    """Number all questions and say, for each block with a condition, where those go on who pass it over."""
    numbers = {question.id: number for number, question in enumerate(survey.questions, start=1)}
    total = len(numbers)
    parts = tuple(_part(section, numbers, total) for section in survey.sections if section.questions)
    short = tuple(numbers[each.id] for each in survey.questions if each.depth is Depth.SHORT)
    return Sheet(parts=parts, numbers=numbers, short=short if len(short) < total else ())


def thirds(scale: Scale) -> tuple[Third, ...]:
    """The marks that each of a scale's middle words stands for; none when they cannot share evenly."""
    marks = scale.high - scale.low + 1
    if not scale.thirds or marks % len(scale.thirds):
        return ()
    width = marks // len(scale.thirds)
    lows = range(scale.low, scale.high + 1, width)
    return tuple(
        Third(low=low, high=low + width - 1, text=text) for low, text in zip(lows, scale.thirds, strict=True)
    )


def _part(section: Section, numbers: Mapping[str, int], total: int) -> Part:
    own = [numbers[question.id] for question in section.questions]
    asked = tuple(
        Asked(
            number=numbers[question.id],
            question=question,
            gate=_gate(question.when, [numbers[question.id]], total),
        )
        for question in section.questions
    )
    return Part(section=section, gate=_gate(section.when, own, total), asked=asked, after=_after(own, total))


def _gate(when: Condition | None, block: list[int], total: int) -> Gate | None:
    if when is None:
        return None
    return Gate(when=when, first=block[0], last=block[-1], onward=_after(block, total))


def _after(block: list[int], total: int) -> int | None:
    return block[-1] + 1 if block[-1] < total else None
