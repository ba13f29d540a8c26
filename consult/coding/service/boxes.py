"""The places of a survey where people write in their own words: what can be coded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

import surveys
from consult.faults import MissingError
from consult.models.consultation import Consultation, Survey
from consult.records import definitions
from consult.records.consultations import UnknownSurveyError

_NO_GROUP = frozenset({"words_use"})
LANGUAGE = "en"
"""The team reads questions in English, whatever the language of an answer."""


class UnknownBoxError(MissingError):
    """No version of this survey has such a question for own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One question for own words, or the "say how" box of an option, and the section that it stands in.

    `key` is its key among answers; `option` is empty for a question. `asked` is false when only an earlier
    version of the survey had it: its answers stay and are coded like all others. `sensitive`: the survey
    marks the question as one whose answers may be hard to read.
    """

    definition_id: str
    key: str
    section: str
    question: str
    option: str = ""
    asked: bool = True
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """A question with one choice that answers may be looked at by: its words, and those of its options."""

    question_id: str
    question: str
    options: dict[str, str]


def of_survey(session: Session, survey: Survey) -> dict[str, Box]:
    """Every box that any kept version of the survey has, in the order of the questions, the present first."""
    return _of_versions(definitions.versions(session, survey))


def _of_versions(versions: Sequence[surveys.Survey]) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for place, version in enumerate(versions):
        for box in _boxes(version, asked=place == 0):
            found.setdefault(box.key, box)
    return found


def find(session: Session, consultation: Consultation, definition_id: str, key: str) -> Box:
    """One box. Raises UnknownSurveyError or UnknownBoxError."""
    versions = definitions.versions_of(session, consultation, definition_id)
    if not versions:
        raise UnknownSurveyError(f"{consultation.name} has no survey {definition_id!r}")
    try:
        return _of_versions(versions)[key]
    except KeyError as error:
        raise UnknownBoxError("there is no such question") from error


def groupings(session: Session, survey: Survey) -> tuple[Grouping, ...]:
    """The questions of the present version that answers may be grouped by.

    Never one that the survey marks as sensitive, nor how words may be used: that is no group of people.
    """
    definition = definitions.current(session, survey)
    return tuple(
        Grouping(
            question_id=question.id,
            question=question.text.read(LANGUAGE, base=definition.base).words,
            options={
                option.id: option.text.read(LANGUAGE, base=definition.base).words
                for option in question.options
            },
        )
        for section in definition.sections
        for question in section.questions
        if isinstance(question, surveys.Choice)
        and question.stored
        and not question.sensitive
        and question.id not in _NO_GROUP
    )


def _boxes(survey: surveys.Survey, *, asked: bool) -> Iterator[Box]:
    for section in survey.sections:
        for question in section.questions:
            if question.stored:
                yield from _of_question(survey, section, question, asked=asked)


def _of_question(
    survey: surveys.Survey, section: surveys.Section, question: surveys.Question, *, asked: bool
) -> Iterator[Box]:
    own = isinstance(question, surveys.FreeText)
    detailed = [option for option in surveys.options_of(question) if option.detail]
    if not (own or detailed):
        return
    title = section.title.read(LANGUAGE, base=survey.base).words
    words = question.text.read(LANGUAGE, base=survey.base).words
    if own:
        yield Box(
            definition_id=survey.id,
            key=question.id,
            section=title,
            question=words,
            asked=asked,
            sensitive=question.sensitive,
        )
    for option in detailed:
        yield Box(
            definition_id=survey.id,
            key=surveys.detail_key(question.id, option.id),
            section=title,
            question=words,
            option=option.text.read(LANGUAGE, base=survey.base).words,
            asked=asked,
            sensitive=question.sensitive,
        )
