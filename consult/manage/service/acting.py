"""Opening, closing and releasing, each with its line in the log of staff acts."""

from __future__ import annotations

import logging
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.consultation import Survey
from consult.records import audit, batches, consultations, gate, interested, proofs
from consult.records.rights import NotOwnerError
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey

logger = logging.getLogger(__name__)

LONGEST_REASON = 300


class ReasonError(RefusedError):
    """An exception needs a reason."""


def open_(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    *,
    holder: StaffKey | None = None,
    exits: str,
    actor: str,
    today: date,
) -> None:
    """Let people answer; with the key of somebody who has unlocked, an answer is sealed and opened first.

    `exits`: the addresses that "Leave this site" leads to. Raises NotReadyError, which names all that is
    missing, KeysDoNotFitError, or UnknownSurveyError.
    """
    survey = _survey(session, consultation, survey_id)
    gate.open_survey(session, vault, survey, holder=holder, exits=exits, actor=actor, today=today)


def close(
    session: Session, vault: WorkbenchVault, consultation: str, survey_id: str, *, actor: str, today: date
) -> int:
    """Stop taking answers, and put what waits into a last batch; returns how many were released.

    After the commit call `settle`. Raises UnknownSurveyError.
    """
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    consultations.close_survey(survey)
    released = batches.release(session, found, survey, today=today, closing=True)
    interested.release(session, found)
    audit.note(session, vault, actor, "close survey", f"{consultation}/{survey_id}", today=today)
    proofs.note_roots(session, vault, found, actor=actor, today=today)
    return released


def release(session: Session, vault: WorkbenchVault, consultation: str, *, actor: str, today: date) -> int:
    """Release the waiting answers of every survey where enough wait; returns how many.

    After the commit call `settle`.
    """
    found = consultations.named(session, consultation)
    released = sum(
        batches.release(session, found, survey, today=today)
        for survey in consultations.surveys_of(session, found)
    )
    interested.release(session, found)
    audit.note(session, vault, actor, "release", consultation, detail=f"{released} answers", today=today)
    proofs.note_roots(session, vault, found, actor=actor, today=today)
    return released


def show_few(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    reason: str,
    *,
    actor: str,
    today: date,
) -> int:
    """Show the answers of a closed survey that never had enough; the reason stands in the log for good.

    After the commit call `settle`. Raises ReasonError, NothingToShowError, or UnknownSurveyError.
    """
    reason = " ".join(reason.split())
    if not 10 <= len(reason) <= LONGEST_REASON:
        raise ReasonError(f"please give a reason of 10 to {LONGEST_REASON} characters: it stays in the log")
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    released = batches.show_few(session, found, survey, today=today)
    what = f"{consultation}/{survey_id}"
    audit.note(session, vault, actor, "override least number", what, detail=reason, today=today)
    proofs.note_roots(session, vault, found, actor=actor, today=today)
    return released


def settle(engine: Engine) -> None:
    """After the commit of a release: leave no order of arrival in the storage.

    What was released stays so when somebody else holds the file just now, or when this application's role
    does not own the tables: the night's work does it again.
    """
    try:
        batches.settle(engine)
    except (OperationalError, NotOwnerError) as error:
        logger.warning("the storage was not written anew", exc_info=error)


def _survey(session: Session, consultation: str, survey_id: str) -> Survey:
    return consultations.survey_of(session, consultations.named(session, consultation), survey_id)
