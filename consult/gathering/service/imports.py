"""What was gathered elsewhere: a table that somebody chose, its check, the import, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

import surveys
from consult.faults import MissingError
from consult.gathering.service.bringing import (
    LARGEST_FILE,
    MOST_NAMED,
    Brought,
    Checked,
    ColumnsError,
    FileError,
    NothingHeldError,
    Target,
    check,
    checked_targets,
    held,
    hold,
    let_go,
    match,
    matched,
    preview,
    read,
    survey_for,
    targets_of,
)
from consult.gathering.service.importing import (
    Import,
    InUseError,
    Leaving,
    RowsError,
    Sealed,
    UnknownImportError,
    find,
    imports,
    said_of,
    seal,
    settle,
    store,
    take_out,
)
from consult.models.consultation import State
from consult.records import consultations, definitions, unlocking
from consult.records.accounts import NoGrantError
from consult.records.unlocking import Unlocked
from consult.vault.opening import WorkbenchVault
from surveys.interchange.results import Shape

__all__ = [
    "LARGEST_FILE",
    "MOST_NAMED",
    "Brought",
    "Checked",
    "ColumnsError",
    "FileError",
    "Import",
    "InUseError",
    "Leaving",
    "NotForYouError",
    "NothingHeldError",
    "RowsError",
    "Sealed",
    "Shape",
    "Target",
    "UnknownImportError",
    "Unlocked",
    "at_work",
    "check",
    "checked_targets",
    "enter",
    "find",
    "held",
    "hold",
    "imports",
    "let_go",
    "match",
    "matched",
    "preview",
    "read",
    "said_of",
    "seal",
    "settle",
    "store",
    "survey_for",
    "surveys_of",
    "take_out",
    "targets_of",
]


class NotForYouError(MissingError):
    """This person holds no key to the consultation: its imports look as if they were not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A held table with the survey that it is for."""

    brought: Brought
    definition: surveys.Survey


def surveys_of(session: Session, name: str) -> Mapping[str, str]:
    """Titles of the surveys that answers can be brought into, by id. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    return {
        survey.definition_id: definitions.current(session, survey).title.read("en").words
        for survey in consultations.surveys_of(session, consultation)
        if survey.state != State.CLOSED
    }


def at_work(session: Session, name: str, account_id: bytes) -> AtWork:
    """What this person is bringing in. Raises NothingHeldError or SurveyClosedError."""
    brought = held(session, name, account_id)
    survey = survey_for(session, consultations.named(session, name), brought.survey_id)
    return AtWork(brought=brought, definition=definitions.current(session, survey))


def enter(
    session: Session, vault: WorkbenchVault, name: str, *, account_id: bytes, private: bytes
) -> Unlocked:
    """Open the consultation. Raises UnknownConsultationError, or NotForYouError for who holds no key."""
    try:
        return unlocking.unlocked(session, vault, name, account_id=account_id, private=private)
    except NoGrantError as error:
        raise NotForYouError("there is no such consultation for this person") from error
