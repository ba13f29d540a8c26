"""All ways through a survey, for its authors: which answers steer, and which pages come for each of them.

Answers are grouped by what they do: two answers that no condition tells apart are one. So each way that a
branch can go is on the list, and the list does not grow with every option. It is not the product of all
branches: what two branches do not share is not walked twice. Pages that only several answers together open
are looked for by themselves. Pure: no words, no addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product

from surveys.conditions import Answers, AnswerValue, Condition, Equals, comparisons, holds
from surveys.journey import ending, on_route, pages
from surveys.model import (
    CANNOT_RATE,
    FACES,
    Choice,
    Choices,
    Depth,
    FreeText,
    Number,
    Question,
    Scale,
    Survey,
    options_of,
)

MOST_PATHS = 200
MOST_TRIED = 20_000
"""Combinations of answers that are looked at for the pages that no single answer opens."""
_MOST_SUBSETS = 4096
SOME_WORDS = "…"
"""Stands for any own words, where a condition asks whether there are any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One way: the answers that lead it, the pages that come, and how it leaves the survey if it does."""

    answers: Mapping[str, AnswerValue]
    pages: tuple[str, ...]
    ending: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The ways at one depth. `capped`: there are more, and not every page need be on one of these."""

    found: tuple[Path, ...]
    capped: bool


def steering(survey: Survey, depth: Depth = Depth.FULL) -> tuple[Question, ...]:
    """The questions, of those asked at a depth, whose answers decide what comes, in order."""
    named = {each.question for condition in _conditions(survey) for each in comparisons(condition)}
    return tuple(
        question
        for question in survey.questions
        if depth.covers(question.depth) and (question.id in named or _can_end(question))
    )


def paths(survey: Survey, depth: Depth, *, most: int = MOST_PATHS) -> Paths:
    """Every way that a branch can go, the plain one first; every page that can come is on one of them."""
    search = _Search(survey=survey, depth=depth, most=most, found={})
    search.try_out({})
    for question in steering(survey, depth):
        search.branch(question)
    search.look_for_the_rest()
    return Paths(found=tuple(search.found.values()), capped=search.capped)


def path(survey: Survey, answers: Answers, depth: Depth) -> Path:
    """The way of these answers; those that are not on it fall away."""
    kept = on_route(survey, answers)
    left = ending(survey, kept)
    return Path(
        answers=kept,
        pages=tuple(page.id for page in pages(survey, kept, depth)),
        ending=left.id if left else None,
    )


@dataclass(slots=True, kw_only=True)
class _Search:
    """Gathers ways; two that ask the same questions and end alike are one."""

    survey: Survey
    depth: Depth
    most: int
    found: dict[object, Path]
    capped: bool = False

    def try_out(self, answers: Answers) -> None:
        """Keep the way of these answers, unless one that asks the same is there."""
        way = path(self.survey, answers, self.depth)
        key = (frozenset(_asked(self.survey, way.answers, self.depth)), way.ending)
        if key in self.found:
            return
        if len(self.found) >= self.most:
            self.capped = True
            return
        self.found[key] = way

    def branch(self, question: Question) -> None:
        """Let a question go each of its ways, from every way found so far that meets it."""
        for way in tuple(self.found.values()):
            if question.id not in _asked(self.survey, way.answers, self.depth):
                continue
            for answer in classes(self.survey, question):
                self.try_out(_with(way.answers, question.id, answer))

    def look_for_the_rest(self) -> None:
        """What is on no way yet may need several answers together: those its conditions name are tried."""
        tried = 0
        for question in self.survey.questions:
            if not self.depth.covers(question.depth):
                continue
            if any(
                question.id in _asked(self.survey, way.answers, self.depth) for way in self.found.values()
            ):
                continue
            needed = self._needed(question)
            tries = product(*(classes(self.survey, each) for each in needed))
            for answers in islice(tries, MOST_TRIED - tried):
                tried += 1
                given = {
                    each.id: answer
                    for each, answer in zip(needed, answers, strict=True)
                    if answer is not None
                }
                if question.id in _asked(self.survey, given, self.depth):
                    self.try_out(given)
                    break
            if tried >= MOST_TRIED:
                self.capped = True
                return

    def _needed(self, question: Question) -> tuple[Question, ...]:
        """The questions that decide whether this one is asked, and those that decide about them in turn."""
        wanted, names = [*_conditions_of(self.survey, question)], set[str]()
        while wanted:
            for each in comparisons(wanted.pop()):
                if each.question not in names:
                    names.add(each.question)
                    wanted += _conditions_of(self.survey, self.survey.question(each.question))
        return tuple(each for each in steering(self.survey, self.depth) if each.id in names)


def classes(survey: Survey, question: Question) -> tuple[AnswerValue | None, ...]:
    """One answer for each thing that answers to a question can do, and None for no answer."""
    about = [
        each
        for condition in _conditions(survey)
        for each in comparisons(condition)
        if each.question == question.id
    ]
    ends = {option.id: option.ends for option in options_of(question) if option.ends}
    told: dict[tuple[object, ...], AnswerValue | None] = {}
    for answer in (None, *_possible(survey, question)):
        given: Answers = {} if answer is None else {question.id: answer}
        does = (
            *(holds(each, given) for each in about),
            ends.get(answer) if isinstance(answer, str) else None,
        )
        told.setdefault(does, answer)
    return tuple(told.values())


def _possible(survey: Survey, question: Question) -> Iterator[AnswerValue]:
    match question:
        case Choice():
            yield from (option.id for option in question.options)
        case Choices():
            yield from islice(_subsets(question), _MOST_SUBSETS)
        case Scale():
            yield from range(question.low, question.high + 1)
            yield from (CANNOT_RATE,) if question.cannot_rate else ()
            yield from FACES if question.faces else ()
        case Number():
            named = {each for each in _named(survey, question) if isinstance(each, int)}
            inside = {each for each in named if question.least <= each <= question.most}
            yield from sorted({question.least, *inside, question.most})
        case FreeText():
            yield SOME_WORDS
            yield from sorted({each for each in _named(survey, question) if isinstance(each, str)})
        case _:
            raise TypeError(question)


def _subsets(question: Choices) -> Iterator[list[str]]:
    alone = [option.id for option in question.options if option.exclusive]
    shared = [option.id for option in question.options if not option.exclusive]
    yield from ([each] for each in alone)
    for count in range(1, len(shared) + 1):
        yield from (list(each) for each in combinations(shared, count))


def _named(survey: Survey, question: Question) -> Iterator[str | int]:
    """What conditions compare answers to this question with."""
    for condition in _conditions(survey):
        for each in comparisons(condition):
            if each.question == question.id:
                yield from getattr(each, "values", ())
                if isinstance(each, Equals):
                    yield each.value


def _with(answers: Answers, question_id: str, answer: AnswerValue | None) -> dict[str, AnswerValue]:
    left = {key: value for key, value in answers.items() if key != question_id}
    return left if answer is None else {**left, question_id: answer}


def _asked(survey: Survey, answers: Answers, depth: Depth) -> set[str]:
    return {question.id for page in pages(survey, answers, depth) for question in page.questions}


def _conditions(survey: Survey) -> Iterator[Condition | None]:
    for section in survey.sections:
        yield section.when
        yield from (question.when for question in section.questions)


def _conditions_of(survey: Survey, question: Question) -> list[Condition | None]:
    section = next(each for each in survey.sections if question in each.questions)
    return [section.when, question.when]


def _can_end(question: Question) -> bool:
    return isinstance(question, Choice) and any(option.ends for option in question.options)
