"""Working copies: begun, changed step by step with a way back, and never overwritten unseen.

A change is a function from a survey to a survey (`surveys.editing`). A page says with a mark what it showed
of the part that is changed; when somebody else changed that part meanwhile, nothing is done and both are
shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

import surveys
from consult.faults import ConflictError, MissingError
from consult.models.consultation import Consultation, Survey
from consult.models.making import WorkingCopy, WorkingStep
from consult.records import audit, consultations
from consult.vault.opening import WorkbenchVault
from surveys import editing
from surveys.writing import write

Edit = Callable[[surveys.Survey], surveys.Survey]

MOST_STEPS = 40
"""So many steps back are kept: enough for an afternoon, and the table stays small."""


class NoCopyError(MissingError):
    """There is no working copy of this survey, or the part is gone."""


class ChangedMeanwhileError(ConflictError):
    """Somebody else changed the same part after it was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A working copy as a page needs it. `back` says what undoing takes back; "" when there is nothing."""

    consultation: str
    survey: surveys.Survey
    revision: int
    based_on: bytes | None
    changed_by: str
    changed_on: date
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """A working copy in a list."""

    survey_id: str
    title: str
    changed_by: str
    changed_on: date


def all_of(session: Session, consultation: str) -> tuple[CopyLine, ...]:
    """The working copies of a consultation by id. Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    rows = session.scalars(
        select(WorkingCopy).where(WorkingCopy.consultation_id == found.id).order_by(WorkingCopy.definition_id)
    )
    return tuple(
        CopyLine(
            survey_id=row.definition_id,
            title=title_of(surveys.parse(row.source)),
            changed_by=row.changed_by,
            changed_on=row.changed_on,
        )
        for row in rows
    )


def open_copy(session: Session, consultation: str, survey_id: str) -> Copy:
    """The working copy of a survey. Raises NoCopyError or UnknownConsultationError."""
    row = _row(session, consultations.named(session, consultation), survey_id)
    step = _last_step(session, row)
    return Copy(
        consultation=consultation,
        survey=surveys.parse(row.source),
        revision=row.revision,
        based_on=row.based_on,
        changed_by=row.changed_by,
        changed_on=row.changed_on,
        back=step.said if step else "",
    )


def begin(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey: surveys.Survey,
    *,
    based_on: bytes | None = None,
    actor: str,
    today: date,
) -> str:
    """Begin a working copy; returns the id of its survey.

    An id that another survey or copy of the consultation has is made anew, unless it begins as that survey's
    own version. Who begins a survey that is under work already comes to the copy that is there.
    """
    found = consultations.named(session, consultation)
    if based_on is None:
        survey = _under_a_free_id(session, found, survey)
    elif _maybe_row(session, found, survey.id) is not None:
        return survey.id
    session.add(
        WorkingCopy(
            consultation_id=found.id,
            definition_id=survey.id,
            revision=1,
            source=write(survey),
            based_on=based_on,
            changed_by=actor,
            changed_on=today,
        )
    )
    audit.note(session, vault, actor, "begin working copy", f"{consultation}/{survey.id}", today=today)
    session.flush()
    return survey.id


def change(
    session: Session, consultation: str, survey_id: str, edit: Edit, *, said: str, actor: str, today: date
) -> Copy:
    """Do one act on a working copy, with a way back. An act that changes nothing leaves no step.

    Raises NoCopyError when the copy or the part is gone.
    """
    row = _row(session, consultations.named(session, consultation), survey_id, to_change=True)
    before = surveys.parse(row.source)
    try:
        after = editing.unreviewed(before, edit(before))
    except editing.NoSuchPartError as error:
        raise NoCopyError("this part is not there any more") from error
    if after != before:
        _keep(session, row, write(after), said, actor=actor, today=today)
    return open_copy(session, consultation, survey_id)


def undo(
    session: Session, consultation: str, survey_id: str, *, revision: int, actor: str, today: date
) -> str:
    """Take the last step back; returns what it was.

    Raises ChangedMeanwhileError when the page showed another revision, and NoCopyError when nothing is left.
    """
    row = _row(session, consultations.named(session, consultation), survey_id, to_change=True)
    if row.revision != revision:
        raise ChangedMeanwhileError(
            f"{row.changed_by} changed the survey meanwhile: look at it first, then undo"
        )
    step = _last_step(session, row)
    if step is None:
        raise NoCopyError("there is nothing to undo")
    said = step.said
    row.source, row.changed_by, row.changed_on = step.source, actor, today
    row.revision += 1
    session.delete(step)
    session.flush()
    return said


def discard(
    session: Session, vault: WorkbenchVault, consultation: str, survey_id: str, *, actor: str, today: date
) -> None:
    """Throw a working copy away, with its steps. Versions that were kept stay. Raises NoCopyError."""
    found = consultations.named(session, consultation)
    row = _row(session, found, survey_id, to_change=True)
    session.execute(delete(WorkingStep).where(*_steps_of(row)))
    session.delete(row)
    audit.note(session, vault, actor, "discard working copy", f"{consultation}/{survey_id}", today=today)
    session.flush()


def settle_on(row: WorkingCopy, fingerprint: bytes) -> None:
    """The copy was kept as this version: what comes next begins from it."""
    row.based_on = fingerprint


def row_of(session: Session, consultation: str, survey_id: str) -> WorkingCopy:
    """The row itself, held until the transaction ends. Raises NoCopyError."""
    return _row(session, consultations.named(session, consultation), survey_id, to_change=True)


def mark(part: object) -> str:
    """A short mark of a part as it stands, to see whether it is still so when a form comes back."""
    return hashlib.sha256(repr(part).encode()).hexdigest()[:16]


def title_of(survey: surveys.Survey) -> str:
    """A survey's title in its base language, or its id while it has none."""
    return survey.title.read(survey.base, base=survey.base).words or survey.id


def _row(
    session: Session, consultation: Consultation, survey_id: str, *, to_change: bool = False
) -> WorkingCopy:
    row = _maybe_row(session, consultation, survey_id, to_change=to_change)
    if row is None:
        raise NoCopyError(f"{survey_id} is not being worked on")
    return row


def _maybe_row(
    session: Session, consultation: Consultation, survey_id: str, *, to_change: bool = False
) -> WorkingCopy | None:
    # Two who change at once come one after the other: the second sees what the first did.
    return session.get(
        WorkingCopy, (consultation.id, survey_id), with_for_update=to_change, populate_existing=to_change
    )


def _keep(session: Session, row: WorkingCopy, source: str, said: str, *, actor: str, today: date) -> None:
    row.revision += 1
    session.add(
        WorkingStep(
            consultation_id=row.consultation_id,
            definition_id=row.definition_id,
            revision=row.revision,
            source=row.source,
            said=said,
            made_by=actor,
        )
    )
    row.source, row.changed_by, row.changed_on = source, actor, today
    session.flush()
    old = session.scalars(
        select(WorkingStep.revision)
        .where(*_steps_of(row))
        .order_by(WorkingStep.revision.desc())
        .offset(MOST_STEPS)
    ).all()
    if old:
        session.execute(delete(WorkingStep).where(*_steps_of(row), WorkingStep.revision.in_(old)))


def _steps_of(row: WorkingCopy) -> tuple[ColumnElement[bool], ...]:
    return (
        WorkingStep.consultation_id == row.consultation_id,
        WorkingStep.definition_id == row.definition_id,
    )


def _last_step(session: Session, row: WorkingCopy) -> WorkingStep | None:
    newest = session.scalar(select(func.max(WorkingStep.revision)).where(*_steps_of(row)))
    if newest is None:
        return None
    return session.get(WorkingStep, (row.consultation_id, row.definition_id, newest))


def _under_a_free_id(session: Session, consultation: Consultation, survey: surveys.Survey) -> surveys.Survey:
    taken = set(
        session.scalars(select(Survey.definition_id).where(Survey.consultation_id == consultation.id))
    )
    taken |= set(
        session.scalars(
            select(WorkingCopy.definition_id).where(WorkingCopy.consultation_id == consultation.id)
        )
    )
    return editing.under(survey, editing.make_id(survey.id.replace("_", " "), taken, otherwise="survey"))
