"""The way through a survey: which pages there are for these answers, and which answers belong to them.

Pure functions of an immutable survey. The way is computed afresh each time, so that no stored "next page"
can be wrong. Knows no addresses and no requests: a page has a name that stays the same for one version of a
survey.

Depth decides what is asked; conditions decide what belongs. Who asks for less later on keeps what he has
given.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from surveys.answers import detail_key
from surveys.conditions import Answers, AnswerValue, holds
from surveys.model import Choice, Depth, Ending, Question, Section, Survey, options_of


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


@dataclass(slots=True)
class _Route:
    """The way these answers lead, whatever the depth."""

    stops: list[tuple[str, Section, tuple[Question, ...]]] = field(default_factory=list)
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    ending_id: str | None = None


def pages(survey: Survey, answers: Answers, depth: Depth) -> tuple[Page, ...]:
    """The pages for these answers, in order. After an answer that leaves the survey there is none."""
    return _pages(_route(survey, answers), depth)


def page(survey: Survey, answers: Answers, depth: Depth, page_id: str) -> Page | None:
    """The page of this id, or None when it is not on the way."""
    return next((each for each in pages(survey, answers, depth) if each.id == page_id), None)


def next_page(survey: Survey, answers: Answers, depth: Depth, page_id: str | None = None) -> Page | None:
    """The page after this one (from None, the first), or None at the end.

    `page_id` need not be on the way any more: a changed answer or depth may have taken it off. Raises
    KeyError when the survey never had such a page.
    """
    places = survey.places
    place = -1 if page_id is None else places[page_id]
    return next((each for each in pages(survey, answers, depth) if places[each.id] > place), None)


def previous_page(survey: Survey, answers: Answers, depth: Depth, page_id: str | None = None) -> Page | None:
    """The page before this one (from None, the last), or None at the start. Raises as `next_page`."""
    places = survey.places
    place = len(places) if page_id is None else places[page_id]
    before = [each for each in pages(survey, answers, depth) if places[each.id] < place]
    return before[-1] if before else None


def page_past_part(survey: Survey, answers: Answers, depth: Depth, page_id: str) -> Page | None:
    """Where "Go past this part" leads: to a later section, or None at the end. Raises as `next_page`."""
    places = survey.places
    place = places[page_id]
    passed = next(section for each, section, _ in survey.declared if each == page_id)
    later = (each for each in pages(survey, answers, depth) if places[each.id] > place)
    return next((each for each in later if each.section.id != passed.id), None)


def page_of(survey: Survey, question_id: str) -> str:
    """The id of the page that holds a question, for a way back from the check page. Raises KeyError."""
    for page_id, _, group in survey.declared:
        if any(question.id == question_id for question in group):
            return page_id
    raise KeyError(question_id)


def on_route(survey: Survey, answers: Answers) -> dict[str, AnswerValue]:
    """The answers that belong to the way they lead. Those that only steer it are still among them.

    Depth plays no part: an answer given at a greater depth is kept when someone later asks for less.
    """
    return _route(survey, answers).answers


def stored(survey: Survey, answers: Answers) -> dict[str, AnswerValue]:
    """What may be kept: answers on the route, meant to be stored; nothing when they leave the survey."""
    route = _route(survey, answers)
    if route.ending_id is not None:
        return {}
    kept = {question.id for question in survey.questions if question.stored}
    return {key: value for key, value in route.answers.items() if key.partition(".")[0] in kept}


def ending(survey: Survey, answers: Answers) -> Ending | None:
    """The ending that these answers lead to, when one of them leaves the survey."""
    ending_id = _route(survey, answers).ending_id
    return None if ending_id is None else survey.ending(ending_id)


def completeness(survey: Survey, answers: Answers, depth: Depth) -> Completeness:
    """How much of what is asked at this depth has an answer. For reports, never for a bar that fills."""
    route = _route(survey, answers)
    asked = [each for page in _pages(route, depth) for each in page.questions if each.stored]
    return Completeness(asked=len(asked), answered=sum(each.id in route.answers for each in asked))


def _route(survey: Survey, answers: Answers) -> _Route:
    """Walks from the start, and lets a condition see only answers that are themselves on the way."""
    route = _Route()
    for page_id, section, group in survey.declared:
        if not holds(section.when, route.answers):
            continue
        open_questions = tuple(question for question in group if holds(question.when, route.answers))
        if not open_questions:
            continue
        route.stops.append((page_id, section, open_questions))
        for question in open_questions:
            _take(route, question, answers)
        if route.ending_id is not None:
            break
    return route


def _take(route: _Route, question: Question, answers: Answers) -> None:
    answer = answers.get(question.id)
    if answer is None:
        return
    route.answers[question.id] = answer
    chosen = answer if isinstance(answer, list) else [answer]
    for option in options_of(question):
        key = detail_key(question.id, option.id)
        if option.id not in chosen:
            continue
        if option.detail and key in answers:
            route.answers[key] = answers[key]
        if option.ends and isinstance(question, Choice) and route.ending_id is None:
            route.ending_id = option.ends


def _pages(route: _Route, depth: Depth) -> tuple[Page, ...]:
    asked = [
        (page_id, section, shown)
        for page_id, section, open_questions in route.stops
        if (shown := tuple(question for question in open_questions if depth.covers(question.depth)))
    ]
    counted = list(dict.fromkeys(section.id for _, section, _ in asked if section.counted))
    part = {section_id: number for number, section_id in enumerate(counted, start=1)}
    return tuple(
        Page(id=page_id, section=section, part=part.get(section.id), parts=len(counted), questions=shown)
        for page_id, section, shown in asked
    )
