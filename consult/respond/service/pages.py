"""What the one address shows at each stage."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import surveys
from consult.records import responses
from consult.respond.service import codes, consent, wishes
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Stage, Step, Visit


def at(desk: Desk, visit: Visit) -> Step:
    """The page of a stage."""
    match visit.stage:
        case _ if visit.locked:
            step = desk.step(visit, "locked")
        case Stage.QUESTIONS:
            step = questions(desk, visit, desk.answers(visit))
        case Stage.CODE:
            step = codes.shown(desk, visit)
        case Stage.CHECK:
            answers = desk.answers(visit)
            context = {**overview(desk, visit, answers), **wishes.shown(desk, visit.words, answers)}
            step = desk.step(visit, "check", context=context)
        case Stage.SENT:
            context = {
                "wants_support": _wants_support(desk, visit),
                "digits": responses.digits(visit.code) if visit.code else "",
                "says_when": consent.names(desk.definition.thanks, "results_date"),
                "after_slug": desk.consultation.slug,
                "asks_more": desk.consultation.interest,
                "can_copy": visit.drafted or bool(visit.answers),
            }
            step = desk.step(
                visit.at(Stage.SENT, renewed=True), "sent", context=context, renew=not visit.renewed
            )
        case _:
            shape = (visit.came_from, bool(visit.page), visit.depth)
            context = {"chosen": visit.depth if visit.page else ""}
            step = desk.step(visit, str(visit.stage), context=context, shape=shape)
    return step


def questions(
    desk: Desk,
    visit: Visit,
    answers: Mapping[str, Any],
    reading: surveys.Reading | None = None,
) -> Step:
    """One page of questions, with what was answered or typed. A page no longer asked leads to the next
    one."""
    way = surveys.way(desk.definition, answers)
    found = way.page(visit.depth, visit.page)
    if found is None:
        return at(desk, first_page(desk, visit, answers))
    page = _told(way, found)
    return desk.step(
        visit,
        "buttons" if _only_buttons(page) else "questions",
        context={"page": page, "answers": {**answers, **_as_typed(page, reading)}},
        problems=reading.problems if reading else (),
        # A page that repeats an answer is somebody's own, like one that shows it in a field.
        shape=None if reading or page is not found else _shape(page, answers),
    )


def _told(way: surveys.Way, page: surveys.Page) -> surveys.Page:
    """The page in the words that this person gets; the same one when nothing on it is repeated."""
    if not any(question.recalling for question in page.questions):
        return page
    told = tuple(surveys.told(way.survey, question, way.answers) for question in page.questions)
    return page if told == page.questions else replace(page, questions=told)


def _shape(page: surveys.Page, answers: Mapping[str, Any]) -> tuple[Hashable, ...] | None:
    """What a page of questions depends on as long as none of them is answered."""
    asked = tuple(question.id for question in page.questions)
    if any(key.split(".")[0] in asked for key in answers):
        return None
    return (page.id, page.part, page.parts, asked)


def _as_typed(page: surveys.Page, reading: surveys.Reading | None) -> dict[str, Any]:
    """What to show in fields with a problem: exactly what was typed, so that nothing has to be typed
    again."""
    if reading is None:
        return {}
    kinds = {question.id: question for question in page.questions}
    shown: dict[str, Any] = {}
    for problem in reading.problems:
        many = isinstance(kinds.get(problem.question_id), surveys.Choices)
        shown[problem.question_id] = list(problem.typed) if many else "".join(problem.typed[:1])
    return shown


def first_page(desk: Desk, visit: Visit, answers: Mapping[str, Any]) -> Visit:
    """The person at the first page that is asked; a survey without any leads to the check page."""
    pages = surveys.pages(desk.definition, answers, visit.depth)
    if not pages:
        return visit.at(Stage.CHECK)
    return visit.at(Stage.QUESTIONS, page=pages[0].id)


def _only_buttons(page: surveys.Page) -> bool:
    question = page.questions[0]
    return len(page.questions) == 1 and isinstance(question, surveys.Choice) and question.buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of the check page: its questions, each with the page it stands on."""

    section: surveys.Section
    questions: tuple[tuple[str, surveys.Question], ...]


def overview(desk: Desk, visit: Visit, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Every question to keep, part by part. Whoever asked for less still sees all that he has given."""
    way = surveys.way(desk.definition, answers)
    stored = way.stored()
    parts: dict[str, Part] = {}
    for page in way.pages(surveys.Depth.FULL):
        kept = tuple(
            (page.id, question)
            for question in _told(way, page).questions
            if question.stored and (visit.depth.covers(question.depth) or question.id in stored)
        )
        if kept:
            before = parts.get(page.section.id, Part(section=page.section, questions=()))
            parts[page.section.id] = replace(before, questions=before.questions + kept)
    return {"parts": list(parts.values()), "answers": stored}


def _wants_support(desk: Desk, visit: Visit) -> bool:
    for question in desk.definition.questions:
        for option in surveys.options_of(question):
            if option.support and visit.steering.get(question.id) == option.id:
                return True
    return False
