"""Notes of the team beside answers, opened in one pass: codings and quotes read them, each its own kind.

A note made on an earlier text of a response that its author changed since is stale, and one beside a response
that waits for its batch is not there yet: neither is ever opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError
from consult.models.consultation import Consultation
from consult.models.note import Note
from consult.models.response import Response
from consult.records import keys as key_records
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import NoteBinding, WorkbenchVault

_BESIDE = select(Note.id, Note.epoch, Note.blob).where(
    Note.consultation_id == bindparam("consultation_id"),
    Note.response_id == bindparam("response_id"),
    Note.response_rev == bindparam("response_rev"),
)
_EPOCH = select(Consultation.epoch).where(Consultation.id == bindparam("consultation_id"))
_INSERT = insert(Note)
_UNSETTLED = "notes written in this session"
_FEW = 500
"""A longer list of keys costs a database more than reading the whole consultation's notes."""

_ALONE = 1


class KeysChangedError(ConflictError):
    """Somebody gave the consultation new keys while this page was at work."""


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


class Released(NamedTuple):
    """The released responses of one survey, each with the revision of its text, as they were just read."""

    definition_id: str
    revisions: Mapping[bytes, int]


def opened(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    *,
    response_ids: Sequence[bytes] | None = None,
    released: Released | None = None,
    known: Mapping[bytes, OpenedNote] | None = None,
) -> Iterator[OpenedNote]:
    """Every note on the present text of released responses. Raises SealError.

    `released`: beside these alone. `known` are notes opened before, by their id: a note never changes, so
    only the others are read and opened. One that is known and no longer in the database (a withdrawn
    response) does not come.
    """
    surveys: Mapping[bytes, str] = {}
    if released is None:
        revisions, surveys = _texts(session, consultation, response_ids)
    else:
        revisions = released.revisions
    known = known or {}
    columns = (Note.id, Note.response_id, Note.epoch, Note.response_rev)
    # Nothing known: the blobs come along. Else only the missing ones are fetched, once it is known which.
    query = select(*columns, *([] if known else [Note.blob])).where(Note.consultation_id == consultation.id)
    if response_ids is not None:
        query = query.where(Note.response_id.in_(response_ids))
    found: Iterable[Any] = session.execute(query)
    rows = [row for row in found if revisions.get(row[1]) == row[3]]
    # With its epoch, as read with the blob: between two questions a note may be sealed under a new key.
    blobs = (
        _blobs(session, consultation, {row[0] for row in rows if row[0] not in known})
        if known
        else {row[0]: (row[2], row[4]) for row in rows}
    )
    consultation_id = consultation.id
    for note_id, response_id, _, rev, *_ in rows:
        if note_id in known:
            yield known[note_id]
            continue
        epoch, blob = blobs[note_id]
        binding = NoteBinding(
            consultation_id=consultation_id,
            epoch=epoch,
            note_id=note_id,
            response_id=response_id,
            response_rev=rev,
        )
        content = vault.open_note(keys, binding, blob)
        definition_id = released.definition_id if released else surveys[response_id]
        yield OpenedNote(note_id, response_id, rev, definition_id, content)


def beside(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    text: Beside,
    definition_id: str,
) -> list[OpenedNote]:
    """The notes on a text that was read in this transaction, a response to this survey. Raises SealError."""
    session.flush()
    consultation_id, response_id, response_rev = consultation.id, text.response_id, text.response_rev
    place = {
        "consultation_id": consultation_id,
        "response_id": response_id,
        "response_rev": response_rev,
    }
    found = []
    for note_id, epoch, blob in session.connection().execute(_BESIDE, place):
        binding = NoteBinding(
            consultation_id=consultation_id,
            epoch=epoch,
            note_id=note_id,
            response_id=response_id,
            response_rev=response_rev,
        )
        content = vault.open_note(keys, binding, blob)
        found.append(OpenedNote(note_id, response_id, response_rev, definition_id, content))
    return found


def _texts(
    session: Session, consultation: Consultation, response_ids: Sequence[bytes] | None
) -> tuple[Mapping[bytes, int], Mapping[bytes, str]]:
    """Revision and survey of every released response, by its id.

    A query of its own and no join: in the order of ids each page of the table is read once, while a join
    from the notes jumps about in it, which took four times as long.
    """
    query = select(Response.id, Response.rev, Response.definition_id).where(
        Response.consultation_id == consultation.id, Response.batch_id.is_not(None)
    )
    if response_ids is not None:
        query = query.where(Response.id.in_(response_ids))
    revisions, surveys = {}, {}
    for response_id, rev, survey in session.execute(query):
        revisions[response_id] = rev
        surveys[response_id] = survey
    return revisions, surveys


def _blobs(
    session: Session, consultation: Consultation, note_ids: set[bytes]
) -> dict[bytes, tuple[int, bytes]]:
    query = select(Note.id, Note.epoch, Note.blob).where(Note.consultation_id == consultation.id)
    if len(note_ids) <= _FEW:
        query = query.where(Note.id.in_(note_ids))
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def store(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    note_id: bytes,
    beside: Beside | None,
    content: dict[str, Any],
) -> None:
    """Seal a note under the workspace key and keep it. Raises KeysChangedError.

    `beside` None: words of the team that stand beside no answer; `opened` never gives them, `papers` does.
    """
    store_all(session, vault, consultation, keys, [(note_id, beside, content)])


def store_all(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    written: Iterable[tuple[bytes, Beside | None, dict[str, Any]]],
) -> None:
    """Seal many notes at once: id, the text that each stands beside, content. Raises KeysChangedError."""
    key_records.hold_epoch(session.connection(), consultation.id)
    session.flush()
    epoch = session.connection().execute(_EPOCH, {"consultation_id": consultation.id}).scalar_one()
    if epoch not in keys.epochs:
        raise KeysChangedError("the keys of this consultation were changed just now: please try again")
    rows = []
    for note_id, beside, content in written:
        response_id, response_rev = (
            (None, _ALONE) if beside is None else (beside.response_id, beside.response_rev)
        )
        binding = NoteBinding(
            consultation_id=consultation.id,
            epoch=epoch,
            note_id=note_id,
            response_id=response_id,
            response_rev=response_rev,
        )
        rows.append(
            {
                "id": note_id,
                "consultation_id": consultation.id,
                "response_id": response_id,
                "epoch": epoch,
                "response_rev": response_rev,
                "blob": vault.seal_note(keys, binding, content),
            }
        )
    if rows:
        session.connection().execute(_INSERT, rows)
    session.info[_UNSETTLED] = True


def unsettled(session: Session) -> bool:
    """Whether this session wrote notes, which a rollback could take back: nothing is held that saw them."""
    return bool(session.info.get(_UNSETTLED))
