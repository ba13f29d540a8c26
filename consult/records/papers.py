"""Words of the team about people, beside no answer: who decided, with which interests; what came by letter.

Sealed like codings and memos, under the workspace key, and found by id or by kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from consult.models.note import Note
from consult.records import notes
from consult.records.unlocking import Unlocked
from consult.vault.opening import NoteBinding


def keep(unlocked: Unlocked, paper_id: bytes, content: Mapping[str, Any]) -> None:
    """Seal a paper; `content` names its kind. Raises KeysChangedError or TooLargeError."""
    notes.store(
        unlocked.session,
        unlocked.vault,
        unlocked.consultation,
        unlocked.keys,
        paper_id,
        None,
        dict(content),
    )


def read(unlocked: Unlocked, paper_id: bytes, epoch: int, rev: int, blob: bytes) -> Mapping[str, Any]:
    """A paper in clear, from its row. Raises EnvelopeError."""
    binding = NoteBinding(
        consultation_id=unlocked.consultation.id,
        epoch=epoch,
        note_id=paper_id,
        response_id=None,
        response_rev=rev,
    )
    return unlocked.vault.open_note(unlocked.keys, binding, blob)


def of_kind(unlocked: Unlocked, kind: str) -> dict[bytes, Mapping[str, Any]]:
    """All papers of a kind, by id: one query, and as many openings as there are papers."""
    rows = unlocked.session.execute(
        select(Note.id, Note.epoch, Note.response_rev, Note.blob)
        .where(Note.consultation_id == unlocked.consultation.id, Note.response_id.is_(None))
        .order_by(Note.id)
    )
    found = {row.id: read(unlocked, row.id, row.epoch, row.response_rev, row.blob) for row in rows}
    return {paper_id: content for paper_id, content in found.items() if content.get("kind") == kind}


def destroy(unlocked: Unlocked, paper_id: bytes) -> None:
    """Take a paper away for good."""
    unlocked.session.execute(
        delete(Note).where(
            Note.id == paper_id,
            Note.consultation_id == unlocked.consultation.id,
            Note.response_id.is_(None),
        )
    )
