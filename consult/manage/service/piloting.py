"""Pilot mode: a survey tried out under an address of its own, by people who are asked; nothing is kept."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.consultation import State
from consult.records import audit, consultations, support
from consult.vault.opening import WorkbenchVault


class AlreadyOpenError(RefusedError):
    """People answer this survey for real: a trial beside it could be mistaken for it."""


def begin(
    session: Session, vault: WorkbenchVault, consultation: str, survey_id: str, *, actor: str, today: date
) -> None:
    """Open a trial; an earlier address of it leads nowhere any more.

    Raises AlreadyOpenError, or TooLittleSupportError: who tries it out is a person, too.
    """
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    if survey.state == State.OPEN:
        raise AlreadyOpenError("this survey is open: close it before trying out a version of it")
    support.require(session, found, today=today)
    survey.pilot = consultations.new_pilot()
    what, version = f"{consultation}/{survey_id}", survey.fingerprint.hex()[:16]
    audit.note(session, vault, actor, "open trial", what, detail=version, today=today)
    session.flush()


def end(
    session: Session, vault: WorkbenchVault, consultation: str, survey_id: str, *, actor: str, today: date
) -> None:
    """End the trial. Whoever is in the middle of it is told that it is over."""
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    if survey.pilot is None:
        return
    survey.pilot = None
    audit.note(session, vault, actor, "end trial", f"{consultation}/{survey_id}", today=today)
    session.flush()
