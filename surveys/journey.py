"""The way through a survey: which pages there are for these answers, and which answers belong to them.

Pure functions of an immutable survey. The way is computed afresh for the answers of each moment, so that no
stored "next page" can be wrong; who asks several things of the same answers takes their `Way` once. Knows no
addresses and no requests: a page has a name that stays the same for one version of a survey.

Depth decides what is asked; conditions decide what belongs. Who asks for less later on keeps what he has
given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from surveys.conditions import Answers, AnswerValue, holds
from surveys.model import Depth, Ending, Question, Section, Stop, Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A few questions shown together. `part` of `parts` counts the counted sections on the way; else None."""

    id: str
    section: Section
    part: int | None
    parts: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many questions were put to someone, and how many of these have an answer. Stored questions only."""

    asked: int
    answered: int


Questions = tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Where answers lead in a survey, whatever the depth.

    `answers`: those that belong to the way, also those that only steer it. `stops`: the pages, each with the
    questions whose conditions hold. `leaves_to`: the ending, where an answer leaves the survey.
    """

    survey: Survey
    answers: dict[str, AnswerValue]
    stops: tuple[tuple[Stop, Questions], ...]
    leaves_to: str | None

    @property
    def ending(self) -> Ending | None:
        """As the function of this name."""
        return None if self.leaves_to is None else self.survey.ending(self.leaves_to)

    def pages(self, depth: Depth) -> tuple[Page, ...]:
        """The pages, in order."""
        asked = self._asked(depth)
        parts = _parts(asked)
        return tuple(_page(stop, questions, parts) for stop, questions in asked)

    def page(self, depth: Depth, page_id: str) -> Page | None:
        """The page of this id, or None when it is not on the way."""
        return self._first(depth, lambda stop: stop.id == page_id)

    def next_page(self, depth: Depth, page_id: str | None = None) -> Page | None:
        """As the function of this name."""
        places = self.survey.places
        place = -1 if page_id is None else places[page_id]
        return self._first(depth, lambda stop: places[stop.id] > place)

    def previous_page(self, depth: Depth, page_id: str | None = None) -> Page | None:
        """As the function of this name."""
        places = self.survey.places
        place = len(places) if page_id is None else places[page_id]
        return self._first(depth, lambda stop: places[stop.id] < place, backwards=True)

    def page_past_part(self, depth: Depth, page_id: str) -> Page | None:
        """As the function of this name."""
        places = self.survey.places
        place = places[page_id]
        part = self.survey.stops[place].section.id
        return self._first(depth, lambda stop: places[stop.id] > place and stop.section.id != part)

    def stored(self) -> dict[str, AnswerValue]:
        """As the function of this name."""
        if self.leaves_to is not None:
            return {}
        kept = {question.id for question in self.survey.questions if question.stored}
        return {key: value for key, value in self.answers.items() if key.partition(".")[0] in kept}

    def completeness(self, depth: Depth) -> Completeness:
        """As the function of this name."""
        asked = [each.id for _, questions in self._asked(depth) for each in questions if each.stored]
        return Completeness(asked=len(asked), answered=sum(each in self.answers for each in asked))

    def _asked(self, depth: Depth) -> list[tuple[Stop, Questions]]:
        """The stops with a question that this depth asks, and these questions."""
        return [
            (stop, asked)
            for stop, there in self.stops
            if (asked := stop.at[depth] if there is stop.questions else _covered(there, depth))
        ]

    def _first(self, depth: Depth, wanted: Callable[[Stop], bool], *, backwards: bool = False) -> Page | None:
        asked = self._asked(depth)
        found = next((each for each in (reversed(asked) if backwards else asked) if wanted(each[0])), None)
        return None if found is None else _page(*found, _parts(asked))


def way(survey: Survey, answers: Answers) -> Way:
    """Walks from the start, and lets a condition see only answers that are themselves on the way."""
    found: dict[str, AnswerValue] = {}
    stops: list[tuple[Stop, Questions]] = []
    leaves_to = None
    for stop in survey.stops:
        there = stop.questions
        if stop.plain:  # most pages are such, and every request walks all of them
            stops.append((stop, there))
            if (answer := answers.get(stop.plain)) is not None:
                found[stop.plain] = answer
            continue
        if not stop.always:
            if not holds(stop.section.when, found):
                continue
            there = tuple(question for question in there if holds(question.when, found))
        if there:
            stops.append((stop, there))
            leaves_to = _take(there, answers, found)
            if leaves_to is not None:
                break
    return Way(survey, found, tuple(stops), leaves_to)


def pages(survey: Survey, answers: Answers, depth: Depth) -> tuple[Page, ...]:
    """The pages for these answers, in order. After an answer that leaves the survey there is none."""
    return way(survey, answers).pages(depth)


def page(survey: Survey, answers: Answers, depth: Depth, page_id: str) -> Page | None:
    """The page of this id, or None when it is not on the way."""
    return way(survey, answers).page(depth, page_id)


def next_page(survey: Survey, answers: Answers, depth: Depth, page_id: str | None = None) -> Page | None:
    """The page after this one (from None, the first), or None at the end.

    `page_id` need not be on the way any more: a changed answer or depth may have taken it off. Raises
    KeyError when the survey never had such a page.
    """
    return way(survey, answers).next_page(depth, page_id)


def previous_page(survey: Survey, answers: Answers, depth: Depth, page_id: str | None = None) -> Page | None:
    """The page before this one (from None, the last), or None at the start. Raises as `next_page`."""
    return way(survey, answers).previous_page(depth, page_id)


def page_past_part(survey: Survey, answers: Answers, depth: Depth, page_id: str) -> Page | None:
    """Where "Go past this part" leads: to a later section, or None at the end. Raises as `next_page`."""
    return way(survey, answers).page_past_part(depth, page_id)


def page_of(survey: Survey, question_id: str) -> str:
    """The id of the page that holds a question, for a way back from the check page. Raises KeyError."""
    for stop in survey.stops:
        if any(question.id == question_id for question in stop.questions):
            return stop.id
    raise KeyError(question_id)


def on_route(survey: Survey, answers: Answers) -> dict[str, AnswerValue]:
    """The answers that belong to the way they lead. Those that only steer it are still among them.

    Depth plays no part: an answer given at a greater depth is kept when someone later asks for less.
    """
    return way(survey, answers).answers


def stored(survey: Survey, answers: Answers) -> dict[str, AnswerValue]:
    """What may be kept: answers on the route, meant to be stored; nothing when they leave the survey."""
    return way(survey, answers).stored()


def ending(survey: Survey, answers: Answers) -> Ending | None:
    """The ending that these answers lead to, when one of them leaves the survey."""
    return way(survey, answers).ending


def completeness(survey: Survey, answers: Answers, depth: Depth) -> Completeness:
    """How much of what is asked at this depth has an answer. For reports, never for a bar that fills."""
    return way(survey, answers).completeness(depth)


def _take(questions: Questions, answers: Answers, found: dict[str, AnswerValue]) -> str | None:
    """Put the answers to the questions of a page among those found; returns the first ending they lead to."""
    leaves_to = None
    for question in questions:
        answer = answers.get(question.id)
        if answer is None:
            continue
        found[question.id] = answer
        if not (question.boxes or question.ends):
            continue
        chosen = answer if isinstance(answer, list) else (answer,)
        for _, key in question.boxes:
            if key in answers:
                found[key] = answers[key]
        for option_id, ending_id in question.ends:
            if option_id in chosen and leaves_to is None:
                leaves_to = ending_id
    return leaves_to


def _covered(there: Questions, depth: Depth) -> Questions:
    """Of the questions that are there, those that the depth asks."""
    return tuple(question for question in there if depth.covers(question.depth))


def _parts(asked: list[tuple[Stop, Questions]]) -> dict[str, int]:
    """The counted sections on the way, each with its number from 1."""
    counted = {section.id: None for stop, _ in asked if (section := stop.section).counted}
    return {section_id: number for number, section_id in enumerate(counted, start=1)}


def _page(stop: Stop, questions: Questions, parts: dict[str, int]) -> Page:
    section = stop.section
    return Page(
        id=stop.id, section=section, part=parts.get(section.id), parts=len(parts), questions=questions
    )
