"""All ways through a survey in words, and where answers "as if" lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import surveys
from consult.making.service.preview import Place, seen_in
from consult.making.service.sources import Source
from surveys.paths import SOME_WORDS, Path, path, paths, steering


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way: the answers that lead it in words, its pages by id and title, and the ending if it leaves."""

    answers: surveys.Answers
    said: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, str], ...]
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """One question that decides what comes: its words, and each answer that can be chosen."""

    id: str
    text: str
    many: bool
    choices: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """All ways at a depth, whether there are more than are listed, and the way of the chosen answers."""

    listed: tuple[Way, ...]
    capped: bool
    steering: tuple[Steering, ...]
    as_if: Way


def ways_of(source: Source, place: Place) -> Ways:
    """The ways through a version of a survey at the place's depth, and the one of the place's answers."""
    survey = seen_in(source.survey, place.language)
    found = paths(survey, place.depth)
    return Ways(
        listed=tuple(_way(survey, each) for each in found.found),
        capped=found.capped,
        steering=tuple(_steering(each, place.answers) for each in steering(survey, place.depth)),
        as_if=_way(survey, path(survey, place.answers, place.depth)),
    )


def _way(survey: surveys.Survey, way: Path) -> Way:
    titles: Mapping[str, str] = {
        page.id: _words(page.section.title) if page.id == page.section.id else _words(page.questions[0].text)
        for page in surveys.pages(survey, way.answers, surveys.Depth.FULL)
    }
    said = tuple(
        (_words(survey.question(question_id).text), _answer(survey.question(question_id), answer))
        for question_id, answer in way.answers.items()
    )
    return Way(
        answers=way.answers,
        said=said,
        pages=tuple((page_id, titles[page_id]) for page_id in way.pages),
        ending=_words(survey.ending(way.ending).title) if way.ending else "",
    )


def _answer(question: surveys.Question, answer: surveys.AnswerValue) -> str:
    named = dict(_choices(question))
    chosen = answer if isinstance(answer, list) else [answer]
    return ", ".join(named.get(str(each), str(each)) for each in chosen)


def _steering(question: surveys.Question, answers: surveys.Answers) -> Steering:
    given = answers.get(question.id, [])
    chosen = given if isinstance(given, list) else [given]
    return Steering(
        id=question.id,
        text=_words(question.text),
        many=isinstance(question, surveys.Choices),
        choices=_choices(question),
        chosen=tuple(str(each) for each in chosen),
    )


def _choices(question: surveys.Question) -> tuple[tuple[str, str], ...]:
    match question:
        case surveys.Choice() | surveys.Choices():
            return tuple((option.id, _words(option.text)) for option in question.options)
        case surveys.Scale():
            marks = tuple((str(mark), str(mark)) for mark in range(question.low, question.high + 1))
            out = ((surveys.CANNOT_RATE, _words(question.cannot_rate)),) if question.cannot_rate else ()
            return (*marks, *out)
        case surveys.FreeText():
            return ((SOME_WORDS, "some words"),)
    return ()


def _words(text: surveys.Text) -> str:
    return text.read("en").words
