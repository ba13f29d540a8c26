"""The last day to start a survey: set, and later only put off, since people were told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.consultation import Consultation, State, Survey
from consult.records import audit, consultations, definitions
from consult.vault.opening import WorkbenchVault


class ClosingDateError(RefusedError):
    """A last day that cannot be; the text says which can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A survey with its last day to start, and what binds it. `told`: people have read it."""

    title: str
    closing_date: date | None
    freeze_date: date | None
    told: bool


def closing_of(session: Session, consultation: str, survey_id: str) -> Closing:
    """The last day to start as it stands. Raises UnknownConsultationError or UnknownSurveyError."""
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    definition = definitions.current(session, survey)
    return Closing(
        title=definition.title.read("en", base=definition.base).words,
        closing_date=survey.closing_date,
        freeze_date=found.freeze_date,
        told=_told(survey),
    )


def set_closing(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    day: date,
    *,
    actor: str,
    today: date,
) -> None:
    """Set or put off the last day to start. Raises ClosingDateError, with a day that would do."""
    found = consultations.named(session, consultation)
    survey = consultations.survey_of(session, found, survey_id)
    _require_possible(found, survey, day, today)
    before = survey.closing_date
    if before == day:
        return
    survey.closing_date = day
    action = "extend survey" if before and _told(survey) else "set last day to start"
    said = f"from {before.isoformat()} to {day.isoformat()}" if before else day.isoformat()
    audit.note(session, vault, actor, action, f"{consultation}/{survey_id}", detail=said, today=today)
    session.flush()


def _told(survey: Survey) -> bool:
    return survey.state != State.PREPARING and survey.closing_date is not None


def _require_possible(consultation: Consultation, survey: Survey, day: date, today: date) -> None:
    if day < today:
        raise ClosingDateError(f"this day is over: choose {consultations.in_words(today)} or later")
    if _told(survey) and survey.closing_date and day < survey.closing_date:
        raise ClosingDateError(
            f"people were told that they can start until {consultations.in_words(survey.closing_date)}: it "
            "can only become later. To stop sooner, close the survey"
        )
    if consultation.freeze_date and day > consultation.freeze_date:
        raise ClosingDateError(
            "who starts on the last day must still be able to take answers back: choose "
            f"{consultations.in_words(consultation.freeze_date)} or earlier, or put that date off first"
        )
