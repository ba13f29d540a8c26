"""Definitions as the database keeps them: immutable versions, parsed once in each process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import surveys
from consult.faults import RefusedError
from consult.models.consultation import Consultation, State, Survey, new_slug
from consult.models.definition import Definition
from consult.records import consultations


class OpenVersionError(RefusedError):
    """An open survey never changes under the people who answer it."""


def load(session: Session, consultation: Consultation, source: str, *, name: str, today: date) -> Survey:
    """Keep a definition's source as a version of its survey, made now if it is new.

    Raises surveys.DefinitionError with every fault, or OpenVersionError when the survey is open and the text
    differs.
    """
    definition = surveys.parse(source, name=name)
    if faults := surveys.check(definition):
        raise surveys.DefinitionError(tuple(faults))
    fingerprint = surveys.fingerprint(definition)
    existing = {survey.definition_id: survey for survey in consultations.surveys_of(session, consultation)}
    survey = existing.get(definition.id)
    if survey is None:
        survey = Survey(
            consultation_id=consultation.id,
            definition_id=definition.id,
            slug=new_slug(),
            strand=str(definition.strand),
            fingerprint=fingerprint,
            state=State.PREPARING,
            reviewed=[],
        )
        session.add(survey)
    elif survey.fingerprint != fingerprint and survey.state == State.OPEN:
        raise OpenVersionError(f"{definition.id} is open: close it before loading another version")
    if survey.fingerprint != fingerprint:
        survey.reviewed = []  # other words: nobody has read them
    survey.fingerprint = fingerprint
    if session.get(Definition, (consultation.id, definition.id, fingerprint)) is None:
        session.add(
            Definition(
                consultation_id=consultation.id,
                definition_id=definition.id,
                fingerprint=fingerprint,
                source=source,
                loaded=today,
            )
        )
    session.flush()
    return survey


def source(session: Session, survey: Survey) -> str:
    """The text of the version that people see now."""
    key = (survey.consultation_id, survey.definition_id, survey.fingerprint)
    return session.get_one(Definition, key).source


def current(session: Session, survey: Survey) -> surveys.Survey:
    """The version that people see now; among its reviewed languages are those that somebody signed for."""
    found = version(session, survey.consultation_id, survey.definition_id, survey.fingerprint)
    signed = tuple(each for each in survey.reviewed or () if each not in found.reviewed)
    if not signed:
        return found
    key = (survey.consultation_id, survey.fingerprint, signed)
    if key not in _signed:
        _signed[key] = replace(found, reviewed=(*found.reviewed, *signed))
    return _signed[key]


def version(
    session: Session, consultation_id: bytes, definition_id: str, fingerprint: bytes
) -> surveys.Survey:
    """One kept version, by the fingerprint that a response carries."""
    parsed = _parsed.get((consultation_id, fingerprint))
    if parsed is None:
        row = session.get_one(Definition, (consultation_id, definition_id, fingerprint))
        parsed = _parsed[(consultation_id, fingerprint)] = surveys.parse(row.source, name=definition_id)
    return parsed


def versions(session: Session, survey: Survey) -> list[surveys.Survey]:
    """Every kept version of a survey, the present one first: earlier answers met earlier questions."""
    fingerprints = session.scalars(
        select(Definition.fingerprint)
        .where(
            Definition.consultation_id == survey.consultation_id,
            Definition.definition_id == survey.definition_id,
        )
        .order_by(Definition.loaded.desc(), Definition.fingerprint)
    )
    ordered = sorted(fingerprints, key=lambda fingerprint: fingerprint != survey.fingerprint)
    return [version(session, survey.consultation_id, survey.definition_id, each) for each in ordered]


# Immutable by fingerprint, few and small: kept for the life of the process.
_parsed: dict[tuple[bytes, bytes], surveys.Survey] = {}
_signed: dict[tuple[bytes, bytes, tuple[str, ...]], surveys.Survey] = {}
