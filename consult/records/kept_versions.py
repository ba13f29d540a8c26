"""How a version of a survey is kept, numbered and shown: for those who make surveys.

Reading what was kept is in `definitions`, which people who answer need, and this they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import surveys
from consult.faults import RefusedError
from consult.models.consultation import Consultation, State, Survey, new_slug
from consult.models.definition import Definition
from consult.models.making import SurveyVersion
from consult.records import consultations, definitions
from surveys import differences
from surveys.check import check


class OpenVersionError(RefusedError):
    """An open survey never changes under the people who answer it."""


class ReusedIdError(RefusedError):
    """An id that answers already carry would mean something else from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who keeps a version, when, and what is said of it."""

    name: str = ""
    today: date
    said: str = ""


def load(
    session: Session, consultation: Consultation, source: str, *, name: str, today: date, by: str = ""
) -> Survey:
    """Keep a definition's source as the version of its survey that is used, made now if it is new.

    Raises surveys.DefinitionError with every fault, ReusedIdError, or OpenVersionError when the survey is
    open and the text differs.
    """
    definition = _sound(source, name)
    survey = _survey(session, consultation, definition)
    fingerprint = surveys.fingerprint(definition)
    if survey is not None and survey.state == State.OPEN and survey.fingerprint != fingerprint:
        raise OpenVersionError(f"{definition.id} is open: close it before loading another version")
    return keep(session, consultation, source, name=name, author=Author(name=by, today=today))


def keep(session: Session, consultation: Consultation, source: str, *, name: str, author: Author) -> Survey:
    """Keep a definition's source as a version. A survey that is open keeps the version that people see.

    Raises surveys.DefinitionError with every fault, or ReusedIdError.
    """
    definition = _sound(source, name)
    fingerprint = surveys.fingerprint(definition)
    survey = _survey(session, consultation, definition)
    if survey is None:
        survey = _new(consultation, definition, fingerprint)
        session.add(survey)
    else:
        _require_same_meaning(session, survey, definition)
    if session.get(Definition, (consultation.id, definition.id, fingerprint)) is None:
        session.add(
            Definition(
                consultation_id=consultation.id,
                definition_id=definition.id,
                fingerprint=fingerprint,
                source=source,
                loaded=author.today,
            )
        )
        session.flush()
        _number(session, survey, fingerprint, author)
    if survey.state != State.OPEN:
        _show(survey, fingerprint)
    session.flush()
    return survey


def use(session: Session, survey: Survey, fingerprint: bytes) -> None:
    """Let people see a kept version from the next opening on. Raises OpenVersionError while it is open."""
    if survey.state == State.OPEN:
        raise OpenVersionError(f"{survey.definition_id} is open: close it before another version is used")
    session.get_one(Definition, (survey.consultation_id, survey.definition_id, fingerprint))
    _show(survey, fingerprint)
    session.flush()


def note_opened(session: Session, survey: Survey) -> None:
    """Remember that people see this version from now on: what its ids mean never changes again."""
    key = (survey.consultation_id, survey.definition_id, survey.fingerprint)
    session.get_one(SurveyVersion, key).opened = True


def ever_opened(session: Session, consultation: Consultation, definition_id: str) -> list[surveys.Survey]:
    """The versions of a survey that people saw at any time, the first one first."""
    fingerprints = session.scalars(
        select(SurveyVersion.fingerprint)
        .where(
            SurveyVersion.consultation_id == consultation.id,
            SurveyVersion.definition_id == definition_id,
            SurveyVersion.opened,
        )
        .order_by(SurveyVersion.number)
    )
    return [definitions.version(session, consultation.id, definition_id, each) for each in fingerprints]


def _sound(source: str, name: str) -> surveys.Survey:
    definition = surveys.parse(source, name=name)
    if faults := check(definition):
        raise surveys.DefinitionError(tuple(faults))
    return definition


def _survey(session: Session, consultation: Consultation, definition: surveys.Survey) -> Survey | None:
    there = {survey.definition_id: survey for survey in consultations.surveys_of(session, consultation)}
    return there.get(definition.id)


def _new(consultation: Consultation, definition: surveys.Survey, fingerprint: bytes) -> Survey:
    return Survey(
        consultation_id=consultation.id,
        definition_id=definition.id,
        slug=new_slug(),
        strand=str(definition.strand),
        fingerprint=fingerprint,
        state=State.PREPARING,
        reviewed=[],
    )


def _show(survey: Survey, fingerprint: bytes) -> None:
    if survey.fingerprint != fingerprint:
        survey.reviewed = []  # other words: nobody has read them
    survey.fingerprint = fingerprint


def _require_same_meaning(session: Session, survey: Survey, definition: surveys.Survey) -> None:
    """The kind says what an answer is: under an id that people answered it stays."""
    consultation = session.get_one(Consultation, survey.consultation_id)
    for earlier in ever_opened(session, consultation, survey.definition_id):
        if reused := differences.reused(earlier, definition):
            raise ReusedIdError(
                f"{', '.join(reused)} asked for another kind of answer in a version that people saw: "
                "give the question of another kind an id of its own"
            )


def _number(session: Session, survey: Survey, fingerprint: bytes, author: Author) -> None:
    last = session.scalar(
        select(func.max(SurveyVersion.number)).where(
            SurveyVersion.consultation_id == survey.consultation_id,
            SurveyVersion.definition_id == survey.definition_id,
        )
    )
    session.add(
        SurveyVersion(
            consultation_id=survey.consultation_id,
            definition_id=survey.definition_id,
            fingerprint=fingerprint,
            number=(last or 0) + 1,
            made_by=author.name,
            said=author.said,
            opened=False,
        )
    )
