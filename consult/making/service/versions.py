"""Versions of a survey: kept from a working copy, listed, compared, and chosen for the next opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import surveys
from consult.faults import MissingError
from consult.making.service import copies
from consult.models.consultation import Consultation, State, Survey
from consult.models.definition import Definition
from consult.models.making import SurveyVersion, WorkingCopy
from consult.records import audit, consultations, definitions, kept_versions, signoffs
from consult.records.people import SignedIn
from consult.vault.opening import WorkbenchVault
from surveys.differences import Difference, differences, vanished

COPY = "copy"
"""The name of the working copy where a version is asked for."""

_SHORT = 12


class UnknownVersionError(MissingError):
    """No version of the survey has this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One kept version. `name` begins its fingerprint; `used`: people see it, now or when next open."""

    number: int
    name: str
    made_on: date
    made_by: str
    said: str
    used: bool
    open_now: bool
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The versions of a survey, the newest first. `changed`: a working copy is there that is none of them."""

    survey_id: str
    title: str
    state: str
    lines: tuple[VersionLine, ...]
    has_copy: bool
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions side by side. `gone`: ids that people may have answered under and that are gone."""

    title: str
    old: str
    new: str
    found: tuple[Difference, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version as it was kept. Not `used`: the survey is open, and keeps the version that people see."""

    number: int
    used: bool
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartLine:
    """A survey of some consultation to begin from."""

    consultation: str
    consultation_title: str
    survey_id: str
    title: str


def keep(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    *,
    said: str,
    actor: str,
    today: date,
) -> Kept:
    """Keep the working copy as a version.

    Raises surveys.DefinitionError with every fault, kept_versions.ReusedIdError, or NoCopyError.
    """
    row = copies.row_of(session, consultation, survey_id)
    found = consultations.named(session, consultation)
    before = len(_rows(session, found, survey_id))
    author = kept_versions.Author(name=actor, today=today, said=" ".join(said.split()))
    survey = kept_versions.keep(session, found, row.source, name=survey_id, author=author)
    fingerprint = surveys.fingerprint(surveys.parse(row.source))
    signoffs.mark_reviewed(session, survey)  # an earlier version may be back, with its signatures
    copies.settle_on(row, fingerprint)
    version = session.get_one(SurveyVersion, (found.id, survey_id, fingerprint))
    what = f"{consultation}/{survey_id}"
    audit.note(session, vault, actor, "keep version", what, detail=fingerprint.hex()[:16], today=today)
    session.flush()
    return Kept(
        number=version.number,
        used=survey.fingerprint == fingerprint,
        new=len(_rows(session, found, survey_id)) > before,
    )


def use(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    name: str,
    *,
    actor: str,
    today: date,
) -> None:
    """Let people see a kept version from the next opening on.

    Raises kept_versions.OpenVersionError while the survey is open, or UnknownVersionError.
    """
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    row = _named(session, found, survey_id, name)
    kept_versions.use(session, survey, row.fingerprint)
    signoffs.mark_reviewed(session, survey)
    what = f"{consultation}/{survey_id}"
    audit.note(session, vault, actor, "use version", what, detail=row.fingerprint.hex()[:16], today=today)


def versions(session: Session, consultation: str, survey_id: str) -> Versions:
    """The versions of a survey. Raises UnknownSurveyError when there is nothing of it, nor a copy."""
    found = consultations.named(session, consultation)
    row = session.get(WorkingCopy, (found.id, survey_id))
    survey = None if row else consultations.survey_of(session, found, survey_id)
    survey = survey or _survey(session, found, survey_id)
    draft = surveys.parse(row.source) if row else None
    kept = _rows(session, found, survey_id)
    prints = {version.fingerprint for version, _ in kept}
    shown = draft or definitions.current(session, consultations.survey_of(session, found, survey_id))
    return Versions(
        survey_id=survey_id,
        title=copies.title_of(shown),
        state=survey.state if survey else "",
        lines=tuple(_line(version, made, survey) for version, made in kept),
        has_copy=draft is not None,
        changed=draft is not None and surveys.fingerprint(draft) not in prints,
    )


def compare(session: Session, consultation: str, survey_id: str, old: str, new: str) -> Comparison:
    """Two versions by name, or `COPY` for the working copy. Raises UnknownVersionError or NoCopyError."""
    found = consultations.named(session, consultation)
    before, label_before = _either(session, found, survey_id, old)
    after, label_after = _either(session, found, survey_id, new)
    answered = kept_versions.ever_opened(session, found, survey_id)
    was_open = any(surveys.fingerprint(each) == surveys.fingerprint(before) for each in answered)
    return Comparison(
        title=copies.title_of(after),
        old=label_before,
        new=label_after,
        found=differences(before, after),
        gone=vanished(before, after) if was_open else (),
    )


def gone_from_answers(session: Session, consultation: str, draft: surveys.Survey) -> tuple[str, ...]:
    """Ids that people answered under in the version that is used, and that the working copy lacks."""
    found = consultations.named(session, consultation)
    seen = kept_versions.ever_opened(session, found, draft.id)
    return vanished(seen[-1], draft) if seen else ()


def to_begin_from(session: Session, person: SignedIn) -> tuple[StartLine, ...]:
    """Every survey of the consultations that a person leads; for an administrator, of all."""
    return tuple(
        StartLine(
            consultation=each.name,
            consultation_title=each.title,
            survey_id=survey.definition_id,
            title=copies.title_of(definitions.current(session, survey)),
        )
        for each in consultations.every(session)
        if person.administrator or "lead" in person.roles(each.name)
        for survey in consultations.surveys_of(session, each)
    )


def present(session: Session, consultation: str, survey_id: str) -> tuple[surveys.Survey, bytes]:
    """The version of a survey that is used, and its fingerprint. Raises UnknownSurveyError.

    As it was kept: what somebody signed for this version alone does not go on into the next one.
    """
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    return definitions.version(session, found.id, survey_id, survey.fingerprint), survey.fingerprint


def _line(version: SurveyVersion, made: date, survey: Survey | None) -> VersionLine:
    used = survey is not None and survey.fingerprint == version.fingerprint
    return VersionLine(
        number=version.number,
        name=version.fingerprint.hex()[:_SHORT],
        made_on=made,
        made_by=version.made_by,
        said=version.said,
        used=used,
        open_now=used and survey is not None and survey.state == State.OPEN,
        opened=version.opened,
    )


def _rows(session: Session, consultation: Consultation, survey_id: str) -> list[tuple[SurveyVersion, date]]:
    found = session.execute(
        select(SurveyVersion, Definition.loaded)
        .join(
            Definition,
            (Definition.consultation_id == SurveyVersion.consultation_id)
            & (Definition.definition_id == SurveyVersion.definition_id)
            & (Definition.fingerprint == SurveyVersion.fingerprint),
        )
        .where(SurveyVersion.consultation_id == consultation.id, SurveyVersion.definition_id == survey_id)
        .order_by(SurveyVersion.number.desc())
    )
    return [(row.SurveyVersion, row.loaded) for row in found]


def _survey(session: Session, consultation: Consultation, survey_id: str) -> Survey | None:
    there = consultations.surveys_of(session, consultation)
    return next((each for each in there if each.definition_id == survey_id), None)


def _named(session: Session, consultation: Consultation, survey_id: str, name: str) -> SurveyVersion:
    for version, _made in _rows(session, consultation, survey_id):
        if len(name) >= _SHORT and version.fingerprint.hex().startswith(name):
            return version
    raise UnknownVersionError(f"{survey_id} has no version {name!r}")


def _either(
    session: Session, consultation: Consultation, survey_id: str, name: str
) -> tuple[surveys.Survey, str]:
    if name == COPY:
        return copies.open_copy(session, consultation.name, survey_id).survey, ""
    row = _named(session, consultation, survey_id, name)
    return definitions.version(session, consultation.id, survey_id, row.fingerprint), str(row.number)
