"""Storing rows as sealed responses, in one act; and taking the responses of one import out again."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from consult.faults import MissingError, RefusedError
from consult.gathering.service.bringing import BadRow, Brought, readings, survey_for
from consult.models.consultation import Survey
from consult.records import audit, consultations, definitions, gathered, places, responses, scrub, writing
from consult.records.gathered import Mark
from consult.records.together import Write
from consult.records.unlocking import Unlocked
from consult.vault.opening import WorkbenchVault
from consult.vault.padding import TooLargeError

_SHUFFLE = random.SystemRandom()
_NAMED_AT_MOST = 10


class RowsError(RefusedError):
    """Some rows hold what the survey cannot; the text names row and question and never an answer."""


class NothingToImportError(RefusedError):
    """No row holds an answer."""


class UnknownImportError(MissingError):
    """There is no such import, or nothing of it is left."""


class InUseError(RefusedError):
    """Answers of the import were coded or handed on: taking them out now is a withdrawal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Rows sealed and ready to be stored in one act."""

    key: str
    object: str
    survey: Survey
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import as it stands: how many of its answers are here, were coded or noted, or are in files."""

    key: str
    day: date
    by: str
    survey_id: str
    left: int
    noted: int
    in_files: int

    @property
    def in_use(self) -> bool:
        """Whether it can only be withdrawn."""
        return bool(self.noted or self.in_files)


def seal(
    session: Session,
    vault: WorkbenchVault,
    name: str,
    brought: Brought,
    *,
    today: date,
    skip_bad: bool = False,
) -> Sealed:
    """Seal every good row as one response; nothing is stored yet, and nobody waits meanwhile.

    Rows come out in no order: neither ids nor the database tell which line of the file a response was. Raises
    RowsError for rows with problems unless `skip_bad`, or NothingToImportError.
    """
    survey = survey_for(session, consultations.named(session, name), brought.survey_id)
    definition = definitions.current(session, survey)
    place = places.of(session, survey)
    mark = Mark(act=os.urandom(8).hex(), day=today.isoformat(), by=str(brought.table.shape))
    writes: list[Write] = []
    bad: list[BadRow] = []
    for number, reading in readings(definition, brought):
        if reading.problems:
            first = reading.problems[0]
            bad.append(BadRow(row=number, question=first.question_id, code=first.code))
        elif reading.values:
            content = {"answers": reading.values, "depth": "full", "language": definition.base}
            try:
                writes.append(
                    responses.sending(
                        vault,
                        place,
                        response_id=os.urandom(16),
                        rev=1,
                        content=content | mark.content(),
                        keys=None,
                    )
                )
            except TooLargeError as error:
                raise RowsError(f"row {number} is longer than a response may be: shorten it") from error
    if bad and not skip_bad:
        raise RowsError(said_of(bad))
    if not writes:
        raise NothingToImportError("no row holds an answer that could be imported")
    _SHUFFLE.shuffle(writes)
    return Sealed(
        key=mark.act,
        object=f"{name}/{brought.survey_id}",
        survey=survey,
        writes=tuple(writes),
    )


def store(session: Session, vault: WorkbenchVault, sealed: Sealed, *, actor: str, today: date) -> int:
    """Store what was sealed, as one act; returns how many. Raises ChangedMeanwhileError."""
    writing.at_once(session, *sealed.writes)
    count = len(sealed.writes)
    detail = f"{count} responses, import {sealed.key}"
    audit.note(session, vault, actor, "import", sealed.object, detail=detail, today=today)
    return count


def imports(unlocked: Unlocked) -> list[Import]:
    """Every import of which something is left, the newest first. Opens every response of the consultation."""
    found = _by_import(unlocked)
    listed = []
    for (mark, survey_id), ids in found.items():
        used = gathered.used(unlocked.session, unlocked.consultation, ids)
        listed.append(
            Import(
                key=mark.act,
                day=gathered.day_of(mark),
                by=mark.by,
                survey_id=survey_id,
                left=len(ids),
                noted=used.noted,
                in_files=used.in_files,
            )
        )
    return sorted(listed, key=lambda each: (each.day, each.key), reverse=True)


def _by_import(unlocked: Unlocked) -> dict[tuple[Mark, str], list[bytes]]:
    found: dict[tuple[Mark, str], list[bytes]] = {}
    for response_id, survey_id, mark in gathered.marks(unlocked):
        found.setdefault((mark, survey_id), []).append(response_id)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The responses of one import, found by opening them; to be taken out."""

    survey_id: str
    response_ids: tuple[bytes, ...]


def find(unlocked: Unlocked, key: str) -> Leaving:
    """The responses of an import: reading only. Raises UnknownImportError."""
    for (mark, survey_id), ids in _by_import(unlocked).items():
        if mark.act == key:
            return Leaving(survey_id=survey_id, response_ids=tuple(ids))
    raise UnknownImportError("there is no such import, or nothing of it is left")


def take_out(
    unlocked: Unlocked, key: str, leaving: Leaving, *, actor: str, today: date, withdraw: bool
) -> int:
    """Take all answers of an import out again; returns how many.

    Undone, they count as never sent; that is refused with InUseError once any was coded, noted or handed on.
    From then on `withdraw` is the way: codings and quotes go along, and files that left are marked. After the
    commit call `settle`.
    """
    session, consultation = unlocked.session, unlocked.consultation
    used = gathered.used(session, consultation, leaving.response_ids)
    if (used.noted or used.in_files) and not withdraw:
        raise InUseError("answers of this import were coded or handed on: withdraw them instead")
    survey = consultations.survey_of(session, consultation, leaving.survey_id)
    counted_as = "withdrawn" if withdraw else "sent"
    gathered.take_out(session, survey, leaving.response_ids, counted_as=counted_as)
    audit.note(
        session,
        unlocked.vault,
        actor,
        "withdraw import" if withdraw else "undo import",
        f"{consultation.name}/{leaving.survey_id}",
        detail=f"{len(leaving.response_ids)} responses, import {key}",
        today=today,
    )
    return len(leaving.response_ids)


def settle(engine: Engine) -> None:
    """After the commit: what was destroyed leaves the database's own log, too."""
    scrub.checkpoint(engine)


def said_of(bad: Sequence[BadRow]) -> str:
    """Which rows do not fit, in one line."""
    named = [f"row {each.row}: {each.question}: {each.code}" for each in bad[:_NAMED_AT_MOST]]
    more = f" and {len(bad) - _NAMED_AT_MOST} more" if len(bad) > _NAMED_AT_MOST else ""
    return f"{len(bad)} rows do not fit, nothing was stored: {'; '.join(named)}{more}"


def by_question(bad: Sequence[BadRow]) -> list[tuple[str, int]]:
    """How many rows do not fit, by question."""
    return Counter(each.question for each in bad).most_common()
