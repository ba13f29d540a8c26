"""What the public pages show: open surveys and their words. No answer is read here."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Consultation, State, Survey
from consult.records import consultations, definitions, drafts, places, restorations
from consult.records.definitions import Spoken
from consult.records.together import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A survey as its landing page shows it."""

    slug: str
    definition: surveys.Survey
    open: bool
    # Being made ready: its questions are for the team alone.
    preparing: bool
    spoken: Spoken
    days: Mapping[str, date | None]
    fingerprint: bytes
    # Where answers on paper go and the number for answers by phone, "" when there is none.
    post_to: str
    phone_to: str
    # The last day to start, while nothing else keeps people from it; `over` once it has passed.
    closing_date: date | None
    over: bool
    # The address of what was heard and what it changed.
    after: str

    @property
    def demonstration(self) -> bool:
        """Whether its answers are invented."""
        return self.spoken.demonstration

    def dates(self, language: str) -> dict[str, str]:
        """The dates that its texts may name, in words."""
        return {name: consultations.in_words(day, language) for name, day in self.days.items()}

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """All that a page about it shows: the words by the fingerprint of what says them."""
        return (
            *(self.slug, self.fingerprint, self.spoken, *self.days.values(), self.closing_date, self.after),
            *(self.open, self.preparing, self.over, self.post_to, self.phone_to),
        )

    def in_easy_read(self) -> Invitation:
        """The same survey in its other view."""
        return replace(self, definition=surveys.easy_read(self.definition))

    def language(self, wanted: str) -> str:
        """The language to name it in on a page in `wanted`."""
        return wanted if wanted in self.spoken.offered else self.definition.base


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restore, as people who come back must know of it."""

    restored: date
    backed_up: date
    withdrawals_kept: bool


def open_surveys(session: Session, *, today: date) -> list[Invitation]:
    """Everything that can be begun today."""
    found = (_of_row(session, survey, today) for survey in consultations.open_surveys(session))
    return [each for each in found if not each.over]


def nothing_is_real(session: Session, *, today: date) -> bool:
    """Whether all that can be taken part in is a demonstration, and something is.

    Not when the database does not answer: the pages on safety and support must stand then, too.
    """
    try:
        found = open_surveys(session, today=today)
    except SQLAlchemyError:
        session.rollback()
        return False
    return bool(found) and all(each.demonstration for each in found)


def survey(session: Session, slug: str, *, today: date) -> Invitation:
    """The survey at a public address, open or not. Raises UnknownSurveyError."""
    place = places.at(session, slug)
    return _invitation(session, place.survey, place.consultation, today)


def pilot(session: Session, token: str, *, today: date) -> Invitation:
    """The survey of the trial at this address. Raises UnknownSurveyError when there is none, or none now."""
    return _of_row(session, consultations.survey_on_trial(session, token), today)


def questions(session: Session, slug: str, *, today: date) -> Invitation:
    """The survey whose questions are read before taking part. Raises UnknownSurveyError, as for one that is
    still being made ready."""
    found = survey(session, slug, today=today)
    if found.preparing:
        raise consultations.UnknownSurveyError("there is no survey at this address")
    return found


def leave(visit: Mapping[str, Any] | None) -> tuple[Write, ...]:
    """What destroys what an unfinished visit left, unless the person took a code to come back with.

    A visit without a code keeps its answers in the web session alone, which the caller ends.
    """
    if visit is not None and visit.get("lookup") and not visit.get("code_taken"):
        return (drafts.deleting(bytes.fromhex(visit["lookup"])),)
    return ()


def restored(session: Session) -> Restored | None:
    """When the answers were last put back from a backup, or None."""
    row = restorations.latest(session)
    if row is None:
        return None
    return Restored(restored=row.restored, backed_up=row.backed_up, withdrawals_kept=row.withdrawals_kept)


def check_database(session: Session) -> None:
    """One question to the database. Raises when it does not answer."""
    session.execute(select(1))


def _of_row(session: Session, survey_row: Survey, today: date) -> Invitation:
    consultation = session.get_one(Consultation, survey_row.consultation_id)
    return _invitation(session, survey_row, consultation, today)


def _invitation(session: Session, survey_row: Survey, consultation: Consultation, today: date) -> Invitation:
    return Invitation(
        slug=survey_row.slug,
        definition=definitions.current(session, survey_row),
        open=survey_row.state == State.OPEN and consultation.state == State.OPEN,
        preparing=survey_row.state == State.PREPARING,
        spoken=definitions.spoken(session, consultation, survey_row),
        days=consultations.days(consultation),
        fingerprint=survey_row.fingerprint,
        post_to=consultation.post_to,
        phone_to=consultation.phone_to,
        closing_date=survey_row.closing_date,
        over=not consultations.may_start(survey_row, today),
        after=consultation.slug,
    )
