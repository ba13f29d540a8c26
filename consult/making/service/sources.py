"""The versions of a survey, and its working copy, from which a preview is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

import surveys
from consult.faults import MissingError, RefusedError
from consult.making.service import copies
from consult.making.service.versions import COPY
from consult.models.consultation import Consultation
from consult.records import consultations, definitions


class HalfMadeError(RefusedError):
    """The working copy leads somewhere that is not there yet."""


class NoSuchVersionError(MissingError):
    """The survey never had this version, or its page is not on this way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One version of a survey, with the marks of all its versions, the present one first."""

    consultation: str
    survey_id: str
    title: str
    version: str
    versions: tuple[str, ...]
    survey: surveys.Survey
    dates: Mapping[str, str]
    demonstration: bool
    # Whether people are asked to hear more once they have sent.
    asks_more: bool


def source_of(session: Session, consultation: str, survey_id: str, version: str = "") -> Source:
    """A version of a survey by its mark, or its working copy; the present version by default.

    Raises NoSuchVersionError, or HalfMadeError for a copy that cannot be walked through yet.
    """
    found = consultations.named(session, consultation)
    kept = _versions(session, found, survey_id)
    wanted = version or next(iter(kept), "")
    if wanted not in kept:
        raise NoSuchVersionError("there is no such version of this survey")
    _require_walkable(kept[wanted])
    return Source(
        consultation=consultation,
        survey_id=survey_id,
        title=kept[wanted].title.read("en", base=kept[wanted].base).words,
        version=wanted,
        versions=tuple(kept),
        survey=kept[wanted],
        dates=_dates(found),
        demonstration=found.demonstration,
        asks_more=found.interest,
    )


def _versions(session: Session, consultation: Consultation, survey_id: str) -> dict[str, surveys.Survey]:
    """By mark, the present one first; the working copy last."""
    kept = {}
    for survey in consultations.surveys_of(session, consultation):
        if survey.definition_id == survey_id:
            every = definitions.versions(session, survey)
            kept = {surveys.fingerprint(each).hex()[:16]: each for each in every}
    try:
        kept[COPY] = copies.open_copy(session, consultation.name, survey_id).survey
    except copies.NoCopyError:
        return kept
    return kept


def _require_walkable(survey: surveys.Survey) -> None:
    rules = [*(section.when for section in survey.sections), *(each.when for each in survey.questions)]
    named = {each.question for rule in rules for each in surveys.comparisons(rule)}
    options = (option for question in survey.questions for option in surveys.options_of(question))
    ends = {option.ends for option in options if option.ends}
    if not named <= {question.id for question in survey.questions}:
        raise HalfMadeError("a rule of the working copy names a question that is not there: mend it first")
    if not ends <= {each.id for each in survey.endings}:
        raise HalfMadeError("an option of the working copy leads to an ending that is gone: mend it first")


def _dates(consultation: Consultation) -> dict[str, str]:
    return consultations.dates(consultation)
