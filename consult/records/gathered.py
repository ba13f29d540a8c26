"""Answers that the team brought in from elsewhere: the mark that they carry inside their seal, and taking
all of one import out again.

Which responses came with an import stands nowhere but inside each of them: it takes a key to the answers to
find them, and nothing in the database joins them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError
from consult.models.consultation import Consultation, Survey
from consult.models.export import ExportFile, ExportQuote
from consult.models.note import Note
from consult.models.response import Response
from consult.records import opened, response_rows, tallies
from consult.records.unlocking import Unlocked

MARK = "gathered"
"""The key in a response's content, beside "answers"."""
_AT_ONCE = 500


class GoneMeanwhileError(ConflictError):
    """Somebody else took some of these responses out while this page was at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a response came here: `act` is one import, by a random name; `by` the tool it came from."""

    act: str
    day: str
    by: str

    def content(self) -> dict[str, dict[str, str]]:
        """What goes into the sealed content."""
        return {MARK: asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What became of some responses: beside how many the team noted something, how many are in files."""

    noted: int
    in_files: int


def marks(unlocked: Unlocked) -> Iterator[tuple[bytes, str, Mark]]:
    """Every response that was brought in, released or waiting: its id, its survey and its mark."""
    found = opened.marked(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, mark=MARK)
    for response_id, definition_id, mark in found:
        yield response_id, definition_id, Mark(**mark)


def used(session: Session, consultation: Consultation, response_ids: Collection[bytes]) -> Used:
    """Whether the team coded, noted or handed on anything of these responses."""
    noted = set(
        session.scalars(select(Note.response_id).where(Note.consultation_id == consultation.id).distinct())
    )
    in_files = set(
        session.scalars(
            select(ExportQuote.response_hash)
            .join(ExportFile)
            .where(ExportFile.consultation_id == consultation.id)
            .distinct()
        )
    )
    return Used(
        noted=len(noted & set(response_ids)),
        in_files=len(in_files & {hashlib.sha256(each).digest() for each in response_ids}),
    )


def take_out(session: Session, survey: Survey, response_ids: Collection[bytes], *, counted_as: str) -> None:
    """Destroy responses and everything that the team noted beside them; a tombstone of each stays.

    `counted_as` "withdrawn" counts them so; "sent" counts them as never sent. Raises GoneMeanwhileError.
    Call `scrub.checkpoint` after the commit.
    """
    connection = session.connection()
    ids = sorted(response_ids)
    gone = 0
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        connection.execute(delete(Note).where(Note.response_id.in_(some)))
        gone += connection.execute(
            delete(Response).where(Response.id.in_(some), Response.consultation_id == survey.consultation_id)
        ).rowcount
        for each in some:
            response_rows.TOMBSTONE.run(connection, {"response_hash": hashlib.sha256(each).digest()})
    if gone != len(ids):
        raise GoneMeanwhileError("some of these answers were taken out meanwhile: please look again")
    by = -len(ids) if counted_as == "sent" else len(ids)
    tallies.add(connection, tallies.counted(survey, counted_as), by)
    session.expire_all()


def day_of(mark: Mark) -> date:
    """The day of the import."""
    return date.fromisoformat(mark.day)
