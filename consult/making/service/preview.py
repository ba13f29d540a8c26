"""A survey as people will see it, for those who make it: each page, and each way through. Nothing is kept.

Where somebody is stands in the address: language, depth, page, and those answers that steer. Own words and
answers that steer nothing are forgotten with each page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import surveys
from consult.making.service.sources import NoSuchVersionError, Source
from surveys.paths import SOME_WORDS, steering

Form = Mapping[str, Sequence[str]]
WELCOME, DEPTH, SENT, ENDING = "welcome", "depth", "sent", "end."
WIDTHS = ("desktop", "tablet", "phone")
ANSWER = "q."
"""Begins the name of each steering answer in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody is in a preview; all of it stands in the address."""

    version: str = ""
    language: str = "en"
    depth: surveys.Depth = surveys.Depth.FULL
    width: str = WIDTHS[0]
    page: str = WELCOME
    answers: surveys.Answers = field(default_factory=dict)

    def query(self, **changes: object) -> dict[str, object]:
        """The same place, or a changed one, as parts of an address."""
        there = replace(self, **changes)  # type: ignore[arg-type]  # the fields of this very class
        plain = {name: getattr(there, name) for name in ("version", "language", "depth", "width", "page")}
        given: dict[str, object] = {
            f"{ANSWER}{question_id}": answer if isinstance(answer, list) else str(answer)
            for question_id, answer in there.answers.items()
        }
        return {**{name: str(value) for name, value in plain.items() if value}, **given}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewVisit:
    """What the pages of people who answer ask about a visit: here nobody is there, and there is no code."""

    language: str
    depth: surveys.Depth
    page: str
    came_from: str = ""
    has_code: bool = False
    code: str = ""
    pilot: str = ""
    rev: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page: the template of people who answer, what it needs, and what was typed that cannot be."""

    template: str
    context: Mapping[str, object]
    problems: tuple[surveys.Problem, ...] = ()


def place_of(source: Source, args: Form) -> Place:
    """Where an address leads; what it says that cannot be is left out."""

    def one(name: str) -> str:
        return (args.get(name) or [""])[0]

    languages = languages_of(source.survey)
    depth = one("depth")
    return Place(
        version=one("version"),
        language=one("language") if one("language") in languages else languages[0],
        depth=surveys.Depth(depth) if depth in tuple(surveys.Depth) else surveys.Depth.FULL,
        width=one("width") if one("width") in WIDTHS else WIDTHS[0],
        page=one("page") or WELCOME,
        answers=steering_answers(source.survey, _unprefixed(args)),
    )


def languages_of(survey: surveys.Survey) -> tuple[str, ...]:
    """The languages that a survey can be seen in, and "en-easy" and the like for easy read."""
    return (*survey.languages, *(f"{language}-{surveys.EASY}" for language in survey.easy))


def seen_in(survey: surveys.Survey, language: str) -> surveys.Survey:
    """The survey as this language or its easy read shows it."""
    return surveys.easy_read(survey) if language.endswith(f"-{surveys.EASY}") else survey


def steering_answers(survey: surveys.Survey, form: Form) -> dict[str, surveys.AnswerValue]:
    """The answers in a form that decide what comes, as far as they can be given; own words stay out."""
    return _only_steering(survey, surveys.read(steering(survey), form).values)


def _only_steering(survey: surveys.Survey, given: surveys.Answers) -> dict[str, surveys.AnswerValue]:
    asked = {each.id: each for each in steering(survey)}
    return {
        key: SOME_WORDS if isinstance(asked[key], surveys.FreeText) else value
        for key, value in given.items()
        if key in asked
    }


def pages_of(source: Source, place: Place) -> tuple[tuple[str, str], ...]:
    """All that can be looked at from here: id and title, in order."""
    survey = seen_in(source.survey, place.language)
    on_way = surveys.pages(survey, place.answers, place.depth)
    titled = [(page.id, _title(page)) for page in on_way]
    ends = [(f"{ENDING}{each.id}", _words(each.title)) for each in survey.endings]
    return ((WELCOME, ""), (DEPTH, ""), *titled, (SENT, ""), *ends)


def settled(source: Source, place: Place) -> Place:
    """The same place where its page is on this way; else the beginning of its part, or of it all."""
    there = {page_id for page_id, _ in pages_of(source, place)}
    near = (place.page, place.page.partition(".")[0], WELCOME)
    return replace(place, page=next(page for page in near if page in there))


def look(source: Source, place: Place, typed: Form | None = None) -> Sight:
    """The page at a place. Raises NoSuchVersionError for a page that is not on this way."""
    survey = seen_in(source.survey, place.language)
    visit = PreviewVisit(language=place.language, depth=place.depth, page=place.page)
    context: dict[str, object] = {"visit": visit, "survey": survey, "dates": source.dates}
    if place.page.startswith(ENDING):
        found = [each for each in survey.endings if f"{ENDING}{each.id}" == place.page]
        if not found:
            raise NoSuchVersionError("there is no such ending")
        return Sight(template="ending", context=context | {"ending": found[0]})
    if place.page in {WELCOME, DEPTH}:
        # No depth is chosen yet, so none is ticked.
        return Sight(template=place.page, context=context | {"visit": replace(visit, page="")})
    if place.page == SENT:
        told = any("{results_date}" in each.words for text in survey.thanks for each in text.versions)
        nobody = {"wants_support": False, "digits": "", "can_copy": False, "after_slug": ""}
        return Sight(
            template="sent", context=context | nobody | {"says_when": told, "asks_more": source.asks_more}
        )
    page = surveys.page(survey, place.answers, place.depth, place.page)
    if page is None:
        raise NoSuchVersionError("this page is not on this way")
    reading = surveys.read(page.questions, typed or {})
    answers = surveys.merged(place.answers, page.questions, reading) if typed else place.answers
    shown = {problem.question_id: list(problem.typed) for problem in reading.problems}
    question = page.questions[0]
    alone = len(page.questions) == 1 and isinstance(question, surveys.Choice) and question.buttons
    return Sight(
        template="buttons" if alone else "questions",
        context=context | {"page": page, "answers": {**answers, **shown}},
        problems=reading.problems,
    )


def press(source: Source, place: Place, form: Form) -> Place:
    """Where a button leads. What was typed is forgotten but for what steers."""
    act = (form.get("act") or ["continue"])[0]
    survey = seen_in(source.survey, place.language)
    if place.page == WELCOME:
        return replace(place, page=DEPTH)
    if place.page == DEPTH:
        return _from_depth(survey, place, form, act)
    if place.page == SENT or place.page.startswith(ENDING):
        return replace(place, page=WELCOME)
    return _from_questions(survey, place, form, act)


def _from_depth(survey: surveys.Survey, place: Place, form: Form, act: str) -> Place:
    if act == "back":
        return replace(place, page=WELCOME)
    wanted = (form.get("depth") or [""])[0]
    depth = surveys.Depth(wanted) if wanted in tuple(surveys.Depth) else place.depth
    return _next(survey, replace(place, depth=depth), None)


def _from_questions(survey: surveys.Survey, place: Place, form: Form, act: str) -> Place:
    page = surveys.page(survey, place.answers, place.depth, place.page)
    if page is None:
        raise NoSuchVersionError("this page is not on this way")
    moves = {"depth": replace(place, page=DEPTH), "save": replace(place, page=WELCOME)}
    if act in {"delete", "save", "depth"} or "clear" in form:
        return moves.get(act, place)
    if act == "back":
        before = surveys.previous_page(survey, place.answers, place.depth, place.page)
        return replace(place, page=before.id if before else DEPTH)
    if act == "past_part":
        after = surveys.page_past_part(survey, place.answers, place.depth, place.page)
        return replace(place, page=after.id if after else SENT)
    if act == "skip":
        return _next(survey, place, place.page)
    given = surveys.merged(place.answers, page.questions, surveys.read(page.questions, form))
    kept = replace(place, answers=_only_steering(survey, given))
    if left := surveys.ending(survey, given):
        return replace(kept, page=f"{ENDING}{left.id}")
    return _next(survey, kept, place.page)


def _next(survey: surveys.Survey, place: Place, page_id: str | None) -> Place:
    after = surveys.next_page(survey, place.answers, place.depth, page_id)
    return replace(place, page=after.id if after else SENT)


def _unprefixed(args: Form) -> dict[str, Sequence[str]]:
    return {name.removeprefix(ANSWER): values for name, values in args.items() if name.startswith(ANSWER)}


def _title(page: surveys.Page) -> str:
    return f"{_words(page.section.title)}: {_words(page.questions[0].text)}"


def _words(text: surveys.Text) -> str:
    return text.read("en").words
