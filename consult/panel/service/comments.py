"""What panellists wrote: a queue that a person reads before the panel does, and what each viewer is shown.

The words as written stand sealed as notes of the team. What the panel reads is what somebody passed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.faults import MissingError, RefusedError
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.note import Note
from consult.models.panel import (
    CommentKind,
    CommentState,
    PanelComment,
    PanelItem,
    PanelRound,
)
from consult.panel.service.ballots import Ballot, Ballots
from consult.records import audit
from consult.records.unlocking import Unlocked
from consult.vault.opening import NoteBinding

LONGEST = 4000
_NOTE_REV = 1
_KINDS = {
    "comment": CommentKind.COMMENT,
    "clearer": CommentKind.CLEARER,
    "evidence": CommentKind.EVIDENCE,
    "changed": CommentKind.CHANGED,
    "vote_reason": CommentKind.VOTE,
}


class UnknownCommentError(MissingError):
    """There is no such comment."""


class WordsError(RefusedError):
    """A comment cannot be shown without words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A comment as the moderator sees it. written: the words as sealed; words: what was passed, if any."""

    id: str
    round: int
    item: str
    wording: str
    kind: str
    stance: str
    state: str
    written: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A comment as a panellist sees it. `key` is another one for each viewer and round: it names nobody."""

    key: str
    kind: str
    stance: str
    text: str


def queue(unlocked: Unlocked, row: PanelRound, given: Ballots) -> int:
    """Put everything that was written in a round into the queue; returns how many.

    Rows come in the order of random ids, not person by person: else their places would tell who wrote two.
    """
    found = [written for ballot in given.opened for written in _written(ballot)]
    made = [_made(unlocked, row, *each) for each in found]
    notes = sorted((note for note, _ in made), key=_by_id)
    unlocked.session.add_all(notes)
    unlocked.session.flush()
    comments = sorted((comment for _, comment in made), key=_by_id)
    unlocked.session.add_all(comments)
    unlocked.session.flush()
    return len(found)


def _written(ballot: Ballot) -> Iterator[tuple[str, CommentKind, str, str]]:
    """Clause, kind, words and stance of all that one panellist wrote."""
    for clause_id, answers in ballot.items.items():
        for name, kind in _KINDS.items():
            if name in answers and (words := str(answers[name] or "").strip()):
                yield clause_id, kind, words, _stance(ballot, clause_id)
    if ballot.missing.strip():
        yield "", CommentKind.MISSING, ballot.missing.strip(), ""


def waiting(session: Session, consultation: Consultation) -> int:
    """How many nobody has read yet."""
    query = (
        select(func.count())
        .select_from(PanelComment)
        .where(PanelComment.consultation_id == consultation.id, PanelComment.state == CommentState.WAITING)
    )
    return session.scalar(query) or 0


def queued(unlocked: Unlocked, *, state: str) -> tuple[Queued, ...]:
    """Comments in a state, by statement, and within one in the order of random ids."""
    session = unlocked.session
    rows = session.execute(
        select(PanelComment, PanelRound.number, PanelItem)
        .join(PanelRound, PanelComment.round_id == PanelRound.id)
        .outerjoin(
            PanelItem,
            (PanelItem.round_id == PanelComment.round_id) & (PanelItem.clause_id == PanelComment.clause_id),
        )
        .where(PanelComment.consultation_id == unlocked.consultation.id, PanelComment.state == state)
        .order_by(PanelItem.position, PanelItem.number, PanelComment.id)
    )
    return tuple(_queued(unlocked, comment, number, item) for comment, number, item in rows)


def one(unlocked: Unlocked, comment_id: str) -> Queued:
    """One comment. Raises UnknownCommentError."""
    row = _row(unlocked.session, unlocked.consultation, comment_id)
    number = unlocked.session.get_one(PanelRound, row.round_id).number
    item = unlocked.session.get(PanelItem, (row.round_id, row.clause_id)) if row.clause_id else None
    return _queued(unlocked, row, number, item)


def decide(unlocked: Unlocked, comment_id: str, words: str, *, show: bool, actor: str, today: date) -> None:
    """Let the panel read these words, or keep the comment back; nothing is destroyed. Raises WordsError."""
    row = _row(unlocked.session, unlocked.consultation, comment_id)
    words = words.strip()
    if show and not words:
        raise WordsError("write the words that the panel may read, or keep the comment back")
    row.state = CommentState.SHOWN if show else CommentState.WITHHELD
    row.words = words if show else ""
    row.passed_by = actor
    unlocked.session.flush()
    audit.note(
        unlocked.session,
        unlocked.vault,
        actor,
        "show panel comment" if show else "keep panel comment back",
        unlocked.consultation.name,
        today=today,
    )


def shown(session: Session, consultation_id: bytes, clause_id: bytes, viewer: bytes) -> tuple[Shown, ...]:
    """What a viewer reads on a statement. `viewer`: bytes that only this viewer has, another for each round.

    Shuffled for the viewer within each stance. The side that more wrote for comes first, and at equal numbers
    what is contrary; none is left out.
    """
    rows = session.scalars(
        select(PanelComment).where(
            PanelComment.consultation_id == consultation_id,
            PanelComment.clause_id == clause_id,
            PanelComment.state == CommentState.SHOWN,
        )
    ).all()
    made = [
        Shown(
            key=hashlib.sha256(b"panel comment" + viewer + row.id).hexdigest()[:16],
            kind=row.kind,
            stance=row.stance,
            text=row.words,
        )
        for row in rows
    ]
    return tuple(sorted(made, key=lambda each: (_place(each, made), each.key)))


def _by_id(row: Note | PanelComment) -> bytes:
    return row.id


def _place(comment: Shown, every: Sequence[Shown]) -> tuple[int, int]:
    order = ("contradicts", "qualifies", "supports", "")
    number = sum(each.stance == comment.stance for each in every)
    return -number, order.index(comment.stance)


def _made(
    unlocked: Unlocked, row: PanelRound, clause_id: str, kind: CommentKind, words: str, stance: str
) -> tuple[Note, PanelComment]:
    consultation = unlocked.consultation
    note_id = new_id()
    binding = _binding(unlocked, note_id, consultation.epoch)
    note = Note(
        id=note_id,
        consultation_id=consultation.id,
        response_id=None,  # nothing leads from a comment back to the answers it came with
        epoch=consultation.epoch,
        response_rev=_NOTE_REV,
        blob=unlocked.vault.seal_note(unlocked.keys, binding, {"kind": "panel comment", "words": words}),
    )
    comment = PanelComment(
        id=new_id(),
        consultation_id=consultation.id,
        round_id=row.id,
        clause_id=bytes.fromhex(clause_id) or None,
        note_id=note_id,
        kind=kind,
        stance=stance,
    )
    return note, comment


def _queued(unlocked: Unlocked, row: PanelComment, number: int, item: PanelItem | None) -> Queued:
    note = unlocked.session.get_one(Note, row.note_id)
    binding = _binding(unlocked, note.id, note.epoch)
    content = unlocked.vault.open_note(unlocked.keys, binding, note.blob)
    return Queued(
        id=row.id.hex(),
        round=number,
        item=item.number if item else "",
        wording=item.wording if item else "",
        kind=row.kind,
        stance=row.stance,
        state=row.state,
        written=content["words"],
        words=row.words,
    )


def _row(session: Session, consultation: Consultation, comment_id: str) -> PanelComment:
    try:
        row = session.get(PanelComment, bytes.fromhex(comment_id))
    except ValueError:
        row = None
    if row is None or row.consultation_id != consultation.id:
        raise UnknownCommentError("there is no such comment")
    return row


def _binding(unlocked: Unlocked, note_id: bytes, epoch: int) -> NoteBinding:
    return NoteBinding(
        consultation_id=unlocked.consultation.id,
        epoch=epoch,
        note_id=note_id,
        response_id=None,
        response_rev=_NOTE_REV,
    )


def _stance(ballot: Ballot, clause_id: str) -> str:
    mark = ballot.rating(clause_id)
    if mark is None:
        return ""
    return "supports" if mark >= 7 else "contradicts" if mark <= 3 else "qualifies"
