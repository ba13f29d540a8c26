"""Consultations and their surveys: found by name or by public address, and closed.

Opening one is in `ready`: it needs keys, which the process that takes answers in must not know.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consult.days import day_in_words
from consult.faults import ClosedError, MissingError, said
from consult.models.consultation import Consultation, State, Survey, new_slug

_PILOT_LETTERS = 16


# Asked by nearly every page of the team: put together once, since that costs as much as asking.
_NAMED = select(Consultation).where(Consultation.name == bindparam("name"))
_SURVEY_OF = select(Survey).where(
    Survey.consultation_id == bindparam("consultation_id"), Survey.definition_id == bindparam("definition_id")
)


class UnknownConsultationError(MissingError):
    """No consultation has this name."""


class UnknownSurveyError(MissingError):
    """No survey has this address or id."""


class SurveyClosedError(ClosedError):
    """The survey does not take answers now."""


class StartsOverError(ClosedError):
    """The last day to start is over. Who has begun goes on, and who has a code comes back."""


def named(session: Session, name: str) -> Consultation:
    """The consultation of that name. Raises UnknownConsultationError."""
    found = session.scalar(_NAMED, {"name": name})
    if found is None:
        raise UnknownConsultationError(f"there is no consultation named {name!r}")
    return found


def every(session: Session) -> list[Consultation]:
    """All consultations by title."""
    return list(session.scalars(select(Consultation).order_by(Consultation.title)))


def at(session: Session, slug: str) -> Consultation:
    """The consultation at the public address of what comes after taking part. Raises UnknownSurveyError."""
    found = session.scalar(select(Consultation).where(Consultation.slug == slug))
    if found is None:
        raise UnknownSurveyError("there is nothing at this address")
    return found


def survey_on_trial(session: Session, token: str) -> Survey:
    """The survey of the trial at `/trial/<token>`. Raises UnknownSurveyError."""
    found = session.scalar(select(Survey).where(Survey.pilot == token))
    if found is None:
        raise UnknownSurveyError("there is no trial at this address")
    return found


def survey_of(session: Session, consultation: Consultation, definition_id: str) -> Survey:
    """The survey of a consultation by the id of its definition. Raises UnknownSurveyError."""
    found = session.scalar(_SURVEY_OF, {"consultation_id": consultation.id, "definition_id": definition_id})
    if found is None:
        raise UnknownSurveyError(f"{consultation.name} has no survey {definition_id!r}")
    return found


def surveys_of(session: Session, consultation: Consultation) -> list[Survey]:
    """All surveys of a consultation, by id of definition."""
    return list(
        session.scalars(
            select(Survey).where(Survey.consultation_id == consultation.id).order_by(Survey.definition_id)
        )
    )


def open_surveys(session: Session) -> list[Survey]:
    """Surveys that anybody can take part in now. A demonstration is never among them on a public host."""
    return list(session.scalars(select(Survey).where(Survey.state == State.OPEN).order_by(Survey.slug)))


def may_start(survey: Survey, today: date) -> bool:
    """Whether the last day to start, which people were told, is not over."""
    return survey.closing_date is None or today <= survey.closing_date


def require_start(survey: Survey, today: date) -> None:
    """Raises StartsOverError from the day after the last day to start: nobody has to remember to stop it."""
    if not may_start(survey, today):
        raise StartsOverError("the last day to start is over; whoever has a code can still come back")


def close_survey(survey: Survey) -> None:
    """Stop taking answers. Drafts stay until they expire; a code still reads and withdraws what was sent."""
    survey.state = State.CLOSED


def new_pilot() -> str:
    """The end of the address of a trial: nobody comes upon it by chance."""
    return new_slug(letters=_PILOT_LETTERS)


def days(consultation: Consultation) -> dict[str, date | None]:
    """The dates that a definition's texts may name; None for one that is not set yet."""
    return {"freeze_date": consultation.freeze_date, "results_date": consultation.results_date}


def dates(consultation: Consultation, language: str = "en") -> dict[str, str]:
    """The same in words of a language."""
    return {name: in_words(day, language) for name, day in days(consultation).items()}


@lru_cache(maxsize=256)
def in_words(day: date | None, language: str = "en") -> str:
    """A date as people read it in a language; in English where we know nothing of that one."""
    known = language if language in _TO_COME else "en"
    return day_in_words(day, known) if day else _TO_COME[known]


# Beside the catalogue, since what somebody agreed to is sealed where no page is near; a test compares them.
_TO_COME = {
    "en": said("a date that we will announce here"),
    "cy": "dyddiad y byddwn yn ei gyhoeddi yma",
}
