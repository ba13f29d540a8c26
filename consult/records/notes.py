"""Notes of the team beside answers, opened in one pass: codings and quotes read them, each its own kind.

A note made on an earlier text of a response that its author changed since is stale, and one beside a response
that waits for its batch is not there yet: neither is ever opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.note import Note
from consult.models.response import Response
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import NoteBinding, WorkbenchVault

_FEW = 500
"""A longer list of keys costs a database more than reading the whole consultation's notes."""


class OpenedNote(NamedTuple):
    """One note in clear. A named tuple, since a page may open ten thousand of them."""

    id: bytes
    response_id: bytes
    response_rev: int
    definition_id: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The text of a response that a new note stands beside."""

    response_id: bytes
    response_rev: int


def opened(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    *,
    response_ids: Sequence[bytes] | None = None,
    definition_id: str | None = None,
    known: Mapping[bytes, OpenedNote] | None = None,
) -> Iterator[OpenedNote]:
    """Every note on the present text of released responses. Raises SealError.

    `known` are notes opened before, by their id: a note never changes, so only the others are read and
    opened. One that is known and no longer in the database (a withdrawn response) does not come.
    """
    query = (
        select(Note.id, Response.id, Note.epoch, Note.response_rev, Response.definition_id)
        .join(Response, Note.response_id == Response.id)
        .where(
            Note.consultation_id == consultation.id,
            Response.batch_id.is_not(None),
            Response.rev == Note.response_rev,
        )
    )
    if response_ids is not None:
        query = query.where(Note.response_id.in_(response_ids))
    if definition_id is not None:
        query = query.where(Response.definition_id == definition_id)
    known = known or {}
    rows: Sequence[Any] = session.execute(query).all()
    blobs = _blobs(session, consultation, {row[0] for row in rows if row[0] not in known})
    consultation_id = consultation.id
    for note_id, response_id, epoch, rev, definition in rows:
        if note_id in known:
            yield known[note_id]
            continue
        binding = NoteBinding(
            consultation_id=consultation_id,
            epoch=epoch,
            note_id=note_id,
            response_id=response_id,
            response_rev=rev,
        )
        content = vault.open_note(keys, binding, blobs[note_id])
        yield OpenedNote(note_id, response_id, rev, definition, content)


def _blobs(session: Session, consultation: Consultation, note_ids: set[bytes]) -> dict[bytes, bytes]:
    query = select(Note.id, Note.blob).where(Note.consultation_id == consultation.id)
    if len(note_ids) <= _FEW:
        query = query.where(Note.id.in_(note_ids))
    return {row.id: row.blob for row in session.execute(query)}


def store(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    note_id: bytes,
    beside: Beside,
    content: dict[str, Any],
) -> None:
    """Seal a note under the workspace key and keep it."""
    binding = NoteBinding(
        consultation_id=consultation.id,
        epoch=consultation.epoch,
        note_id=note_id,
        response_id=beside.response_id,
        response_rev=beside.response_rev,
    )
    session.add(
        Note(
            id=note_id,
            consultation_id=consultation.id,
            response_id=beside.response_id,
            epoch=consultation.epoch,
            response_rev=beside.response_rev,
            blob=vault.seal_note(keys, binding, content),
        )
    )
    session.flush()
