"""Answers from paper or phone, typed in by somebody of the team for the person who gave them.

They are read as those of people who answer by themselves, and sealed at once by the same rule. How they came
is said inside the seal and nowhere beside it. Nothing here opens anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import surveys
from consult.faults import BusyError, ConflictError
from consult.models.response import Response
from consult.records import audit, consents, consultations, definitions, places, responses
from consult.records.together import Write
from consult.vault.opening import WorkbenchVault
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault, Sealer
from surveys import paper

KEYED = "keyed"
"""The field inside a sealed response that says how it came. Those that people sent themselves have none."""
AGREED = "paper 1"
"""The version of what `templates/paper/agreed.html` says. A test holds it against those words."""
ACTION = "key answers in"
"""What the log says: that it was done, and in which survey."""


class CameBy(StrEnum):
    """How answers reached whoever types them in."""

    PAPER = "paper"
    PHONE = "phone"


class AlreadySealedError(ConflictError):
    """The same filled form came a second time."""


class StorageBusyError(BusyError):
    """The database cannot write now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a form holds, before anything is done with it.

    `kept` is what may be kept. `passed_over` are the numbers of answered questions that are not for this
    person by the answers before them. `ending` is there when an answer leaves the survey.
    """

    reading: surveys.Reading
    kept: Mapping[str, surveys.AnswerValue]
    passed_over: tuple[int, ...]
    ending: surveys.Ending | None

    @property
    def empty(self) -> bool:
        """Whether nothing was typed that could be kept."""
        return not self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person's answers, ready to be sealed. `keys` come from the code, for those who want one."""

    response_id: bytes
    answers: Mapping[str, surveys.AnswerValue]
    came_by: CameBy
    language: str
    later_studies: bool = False
    keys: ReceiptKeys | None = None


def look(definition: surveys.Survey, form: Mapping[str, Sequence[str]]) -> Look:
    """Read a form with all questions of a survey at once, by the rules of its pages."""
    reading = surveys.read(definition.questions, form)
    on_route = surveys.on_route(definition, reading.values)
    numbers = paper.sheet(definition).numbers
    off = {key.partition(".")[0] for key in reading.values if key not in on_route}
    ending = surveys.ending(definition, reading.values)
    return Look(
        reading=reading,
        kept=surveys.stored(definition, reading.values),
        passed_over=() if ending else tuple(sorted(numbers[question_id] for question_id in off)),
        ending=ending,
    )


def begin(
    session: Session, vault: WorkbenchVault, name: str, survey_id: str, *, actor: str, today: date
) -> None:
    """Note that somebody types answers in.

    In a transaction of its own, before that of the answers: rows of one transaction can be told by their
    number in PostgreSQL, and the note would stand beside the answers. Raises UnknownConsultationError.
    """
    audit.note(session, vault, actor, ACTION, f"{name}/{survey_id}", today=today)


def code_for(session: Session, vault: IntakeVault, name: str) -> tuple[str, ReceiptKeys]:
    """A new code in words, and its keys. Slow; ends the session's transaction before it begins to be.

    Raises BusyError.
    """
    consultation = consultations.named(session, name)
    session.expunge(consultation)
    session.rollback()
    return responses.new_code(vault, consultation)


def sealing(session: Session, vault: Sealer, name: str, survey_id: str, entry: Entry) -> tuple[Write, ...]:
    """Seal; returns what stores the response, its receipt and the totals.

    Storing the same entry a second time raises ChangedMeanwhileError, and stores nothing. Raises
    SurveyClosedError, TooLargeError, SealError, KeysDestroyedError or UnknownSurveyError.
    """
    consultation = consultations.named(session, name)
    place = places.of(session, consultations.survey_of(session, consultation, survey_id))
    place.require_open()
    content = {
        "answers": dict(entry.answers),
        "depth": str(surveys.Depth.FULL),
        "language": entry.language,
        "words": {},
        "archive": entry.later_studies,
        "consent": consents.agreed(
            definitions.current(session, place.survey),
            consultations.dates(consultation, entry.language),
            entry.language,
            AGREED,
        ),
        KEYED: str(entry.came_by),
    }
    stored = responses.sending(
        vault,
        place,
        response_id=entry.response_id,
        rev=1,
        content=content,
        keys=entry.keys,
        repeated=False,  # a second one would have another code, which leads nowhere
    )
    return stored, responses.counting(place.survey, "started")


def require_not_sealed(session: Session, response_id: bytes) -> None:
    """Raises AlreadySealedError for a form that was sealed before."""
    if session.get(Response, response_id) is not None:
        raise AlreadySealedError(
            "this form was sealed already, so nothing was done: please take an empty one"
        )


@contextmanager
def told_as_busy() -> Iterator[None]:
    """A database that is locked or full is a wait, for whoever can show the form again."""
    try:
        yield
    except OperationalError as error:
        raise StorageBusyError("nothing could be stored just now: please press the button again") from error
