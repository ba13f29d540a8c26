"""Definitions as the database keeps them: immutable versions, parsed once in each process."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Consultation, Survey
from consult.models.definition import Definition

_VERSIONS = (
    select(Definition.fingerprint)
    .where(
        Definition.consultation_id == bindparam("consultation_id"),
        Definition.definition_id == bindparam("definition_id"),
    )
    .order_by(Definition.loaded.desc(), Definition.fingerprint)
)
_VERSIONS_AND_PRESENT = _VERSIONS.join(
    Survey,
    and_(
        Survey.consultation_id == Definition.consultation_id,
        Survey.definition_id == Definition.definition_id,
    ),
).add_columns(Survey.fingerprint.label("present"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The languages in which people are asked, and those of them that a person has read.

    A demonstration shows what nobody has read yet, too.
    """

    offered: tuple[str, ...]
    reviewed: tuple[str, ...]
    demonstration: bool


def spoken(session: Session, consultation: Consultation, survey: Survey) -> Spoken:
    """What a survey of a consultation can be had in."""
    # Where answers are invented, signatures are, too.
    signed = () if consultation.demonstration else tuple(survey.reviewed or ())
    key = (survey.consultation_id, survey.fingerprint, signed, consultation.demonstration)
    if key not in _spoken:
        found = version(session, survey.consultation_id, survey.definition_id, survey.fingerprint)
        reviewed = (*found.reviewed, *signed)
        _spoken[key] = Spoken(
            offered=surveys.offered(found, reviewed, drafts=consultation.demonstration),
            reviewed=surveys.offered(found, reviewed),
            demonstration=consultation.demonstration,
        )
    return _spoken[key]


def unreviewed(definition: surveys.Survey) -> tuple[str, ...]:
    """The languages of a survey, beside its base, and its easy read, that no person has reviewed."""
    read = surveys.offered(definition, definition.reviewed)
    eased = [surveys.tag(language) for language in definition.easy]
    return tuple(
        each for each in (*definition.languages, *eased) if each not in {*read, *definition.reviewed}
    )


def source(session: Session, survey: Survey) -> str:
    """The text of the version that people see now."""
    return source_of(session, survey, survey.fingerprint)


def source_of(session: Session, survey: Survey, fingerprint: bytes) -> str:
    """The text of one version."""
    return session.get_one(Definition, (survey.consultation_id, survey.definition_id, fingerprint)).source


def current(session: Session, survey: Survey, *, easy: bool = False) -> surveys.Survey:
    """The version that people see now; among its reviewed languages are those that somebody signed for.

    With `easy` as easy read shows it.
    """
    found = version(session, survey.consultation_id, survey.definition_id, survey.fingerprint)
    signed = tuple(each for each in survey.reviewed or () if each not in found.reviewed)
    if not (signed or easy):
        return found
    key = (survey.consultation_id, survey.fingerprint, signed, easy)
    if key not in _seen:
        seen = replace(found, reviewed=(*found.reviewed, *signed))
        _seen[key] = surveys.easy_read(seen) if easy else seen
    return _seen[key]


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
        _VERSIONS, {"consultation_id": survey.consultation_id, "definition_id": survey.definition_id}
    )
    ordered = sorted(fingerprints, key=lambda fingerprint: fingerprint != survey.fingerprint)
    return [version(session, survey.consultation_id, survey.definition_id, each) for each in ordered]


def versions_of(session: Session, consultation: Consultation, definition_id: str) -> list[surveys.Survey]:
    """The same by the id of a survey, in one question to the database; none where there is no such survey."""
    place = {"consultation_id": consultation.id, "definition_id": definition_id}
    rows = session.execute(_VERSIONS_AND_PRESENT, place)
    ordered = sorted(rows, key=lambda row: row.fingerprint != row.present)
    return [version(session, consultation.id, definition_id, row.fingerprint) for row in ordered]


# Immutable by fingerprint, few and small: kept for the life of the process.
_parsed: dict[tuple[bytes, bytes], surveys.Survey] = {}
# The same with what somebody signed for, and as easy read shows it.
_seen: dict[tuple[bytes, bytes, tuple[str, ...], bool], surveys.Survey] = {}
# What each can be had in, by what was signed for, and whether it is a demonstration.
_spoken: dict[tuple[bytes, bytes, tuple[str, ...], bool], Spoken] = {}
