"""What the public pages show: open surveys and their words. No answer is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Consultation, State, Survey
from consult.records import consultations, definitions, drafts, restorations
from consult.records.writing import Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A survey as its landing page shows it."""

    slug: str
    definition: surveys.Survey
    open: bool
    # Being made ready: its questions are for the team alone.
    preparing: bool
    demonstration: bool
    dates: Mapping[str, str]
    fingerprint: bytes
    # Where answers on paper go, "" when there is no address.
    post_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A restore, as people who come back must know of it."""

    restored: date
    backed_up: date
    withdrawals_kept: bool


def open_surveys(session: Session) -> list[Invitation]:
    """Everything that can be taken part in now."""
    return [_invitation(session, survey) for survey in consultations.open_surveys(session)]


def survey(session: Session, slug: str) -> Invitation:
    """The survey at a public address, open or not. Raises UnknownSurveyError."""
    return _invitation(session, consultations.survey_at(session, slug))


def questions(session: Session, slug: str) -> Invitation:
    """The survey whose questions are read before taking part. Raises UnknownSurveyError, as for one that is
    still being made ready."""
    found = survey(session, slug)
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


def _invitation(session: Session, survey_row: Survey) -> Invitation:
    consultation = session.get_one(Consultation, survey_row.consultation_id)
    return Invitation(
        slug=survey_row.slug,
        definition=definitions.current(session, survey_row),
        open=survey_row.state == State.OPEN and consultation.state == State.OPEN,
        preparing=survey_row.state == State.PREPARING,
        demonstration=consultation.demonstration,
        dates=consultations.dates(consultation),
        fingerprint=survey_row.fingerprint,
        post_to=consultation.post_to,
    )
