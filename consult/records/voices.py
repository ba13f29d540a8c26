"""Who raised what: distinct released responses behind each theme, by strand, and the quotes among them.

All here is true counts and ids. Nothing of it reaches a page or a file but through `records.counts`.

Opening ten thousand notes takes a good part of a second, so what was heard is held for the person who opened
it (`records.held`). One query says whether anything changed since; a note never changes, so only new ones are
then opened, and those of a withdrawn or changed answer are gone with the next page.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation, Strand, Survey
from consult.models.note import Note
from consult.models.response import Batch, Response, Tombstone
from consult.records import codings, marks, notes, quotes, themes
from consult.records.held import Holder
from consult.records.notes import OpenedNote
from consult.records.quotes import Quote, Span
from consult.records.unlocking import Unlocked

SURVEYED = (Strand.SURVIVORS, Strand.PRACTITIONERS)
"""The strands that people speak in; literature speaks through findings."""
MOST_HELD = 6
SIGN_BYTES = 8
"""Bytes of a hash that tell one voice from the others of a consultation."""

Place = tuple[bytes, str]
"""A response, and the question that an answer in it is to."""

Raised = Mapping[bytes, Sequence[OpenedNote]]
"""Notes of codings by the response that they stand beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Everything that was said of the themes.

    asked: released responses by strand; raised: by theme and strand, the responses that raised it and where;
    codings: those that stand, by id; withdrawn: the signs (`sign`) of what was taken back; waiting: who was
    first with an answer that a second is to code blind; strands: by survey; notes: all that was opened;
    worked_out: what pages made of it, once for each state.
    """

    asked: Mapping[Strand, int] = field(default_factory=dict)
    raised: Mapping[tuple[bytes, Strand], Raised] = field(default_factory=dict)
    codings: Mapping[bytes, OpenedNote] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    waiting: Mapping[Place, frozenset[bytes]] = field(default_factory=dict)
    strands: Mapping[str, Strand] = field(default_factory=dict)
    notes: Mapping[bytes, OpenedNote] = field(default_factory=dict)
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False)

    def hidden(self, account_id: bytes) -> frozenset[Place]:
        """Answers that this person would code as the second, and so sees nothing of what the first found."""
        return frozenset(place for place, first in self.waiting.items() if account_id not in first)

    def people(self, theme_id: bytes, strand: Strand) -> int:
        """How many people of a strand raised a theme: a true count."""
        return len(self.raised.get((theme_id, strand), ()))

    def span(self, coding_id: bytes) -> Span:
        """Where a coding stands."""
        return _span(self.codings[coding_id])

    def spans(self, theme_id: bytes, strand: Strand, response_id: bytes) -> list[Span]:
        """Where a response raised a theme."""
        return [_span(note) for note in self.raised.get((theme_id, strand), {}).get(response_id, ())]


@dataclass(slots=True)
class _Heard:
    """What one person has opened of one consultation, and the state of the database that it was true for."""

    state: tuple[Any, ...] = ()
    notes: dict[bytes, OpenedNote] = field(default_factory=dict)
    voices: Voices = field(default_factory=Voices)


_holder: Holder[_Heard] = Holder(_Heard, MOST_HELD)


def hear(unlocked: Unlocked) -> Voices:
    """All that was said: one query when nothing changed since this person's last page, five otherwise."""
    session, consultation = unlocked.session, unlocked.consultation
    state = _state(session, consultation)
    place = _holder.at(unlocked.account_id, consultation.id)
    with place.lock:
        if place.value.state == state and not notes.unsettled(session):
            return place.value.voices
        opened = notes.opened(session, unlocked.vault, consultation, unlocked.keys, known=place.value.notes)
        known = {note.id: note if note.id in place.value.notes else _slim(note) for note in opened}
        heard = _voices(state, known, themes.merged(session, consultation), _withdrawn(session))
        if not notes.unsettled(session):  # else it may yet be rolled back
            place.value = _Heard(state, known, heard)
        return heard


def sign(response_id: bytes) -> str:
    """What a decision keeps of a voice that it rested on: the beginning of a hash, in hex."""
    return hashlib.sha256(response_id).digest()[:SIGN_BYTES].hex()


def _withdrawn(session: Session) -> frozenset[str]:
    return frozenset(
        bytes(each)[:SIGN_BYTES].hex() for each in session.scalars(select(Tombstone.response_hash))
    )


def _state(session: Session, consultation: Consultation) -> tuple[Any, ...]:
    """What tells whether notes or released responses changed, from indexes alone.

    Responses come only with a batch, which then has a new root; otherwise they only go. Notes only come,
    unless a withdrawal takes them, which leaves a tombstone. So equal roots and counts mean equal sets.
    Merging themes, and parting them, writes a note of the frame's history: the count tells that, too.
    """
    # Counted batch by batch in the index: grouping sorts all responses first, and takes ten times as long.
    released = select(func.count()).select_from(Response).where(Response.batch_id == Batch.id)
    written = select(func.count()).select_from(Note).where(Note.consultation_id == consultation.id)
    withdrawn = select(func.count()).select_from(Tombstone)
    return tuple(
        tuple(row)
        for row in session.execute(
            select(
                Survey.definition_id,
                Survey.strand,
                Batch.id,
                Batch.merkle_root,
                released.scalar_subquery(),
                written.scalar_subquery(),
                withdrawn.scalar_subquery(),
            )
            .outerjoin(
                Batch,
                and_(
                    Batch.consultation_id == Survey.consultation_id,
                    Batch.definition_id == Survey.definition_id,
                ),
            )
            .where(Survey.consultation_id == consultation.id)
            .order_by(Survey.definition_id, Batch.id)
        )
    )


def _voices(
    state: tuple[Any, ...],
    known: Mapping[bytes, OpenedNote],
    merged: Mapping[bytes, bytes],
    withdrawn: frozenset[str],
) -> Voices:
    strands: dict[str, Strand] = {}
    asked: Counter[Strand] = Counter()
    for definition_id, strand, _batch, _root, count, *_ in state:
        strands[definition_id] = Strand(strand)
        asked[Strand(strand)] += count
    into = {theme.hex(): other.hex() for theme, other in merged.items()}
    standing = {
        note_id: _counted_for(note, into) for note_id, note in codings.standing(known.values()).items()
    }
    return Voices(
        asked=dict(asked),
        raised=_by_theme(standing.values(), strands),
        codings=standing,
        quotes=tuple(quotes.standing(known.values(), standing)),
        withdrawn=withdrawn,
        waiting=_waiting(known.values(), standing.values()),
        strands=strands,
        notes=known,
    )


def _waiting(known: Iterable[OpenedNote], standing: Iterable[OpenedNote]) -> dict[Place, frozenset[bytes]]:
    """Sampled answers that somebody coded first and no second coder is done with, and who was first."""
    sampled: set[Place] = set()
    finished: set[Place] = set()
    for mark in marks.standing(known):
        if mark.kind in {marks.Kind.SAMPLED, marks.Kind.FINISHED}:
            (sampled if mark.kind == marks.Kind.SAMPLED else finished).add(
                (mark.response_id, mark.question_id)
            )
    first: dict[Place, set[bytes]] = {}
    for note in standing:
        place = note.response_id, note.content["question"]
        if place in sampled and place not in finished and note.content["stream"] != codings.Stream.SECOND:
            first.setdefault(place, set()).add(bytes.fromhex(note.content["coder"]))
    return {place: frozenset(coders) for place, coders in first.items()}


def _counted_for(note: OpenedNote, into: Mapping[str, str]) -> OpenedNote:
    """The note of a coding, under the theme that its own was merged into."""
    theme = note.content["theme"]
    return note._replace(content={**note.content, "theme": into[theme]}) if theme in into else note


def _by_theme(
    standing: Iterable[OpenedNote], strands: Mapping[str, Strand]
) -> dict[tuple[bytes, Strand], Raised]:
    raised: dict[tuple[str, str], dict[bytes, list[OpenedNote]]] = {}
    for note in standing:
        spans = raised.setdefault((note.content["theme"], note.definition_id), {})
        spans.setdefault(note.response_id, []).append(note)
    found: dict[tuple[bytes, Strand], Raised] = {}
    for (theme, definition_id), spans in raised.items():
        key = bytes.fromhex(theme), strands[definition_id]
        found[key] = {**found.get(key, {}), **spans}
    return found


_NEEDED = ("kind", "act", "target", "question", "start", "end", "theme", "coder", "stream", "mark", "seq")


def _slim(note: OpenedNote) -> OpenedNote:
    """The note with what is needed here alone: a tenth of the memory, and no memo's words in it."""
    if note.content["kind"] == quotes.KIND:
        return note
    kept = {
        name: sys.intern(value) if isinstance(value := note.content[name], str) else value
        for name in _NEEDED
        if name in note.content
    }
    return note._replace(content=kept, definition_id=sys.intern(note.definition_id))


def _span(note: OpenedNote) -> Span:
    return Span(
        coding_id=note.id,
        response_id=note.response_id,
        theme_id=bytes.fromhex(note.content["theme"]),
        question_id=note.content["question"],
        start=note.content["start"],
        end=note.content["end"],
    )
