"""Who raised what: distinct released responses behind each theme, by strand, and the quotes among them.

All here is true counts and ids. Nothing of it reaches a page or a file but through `records.counts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation, Strand, Survey
from consult.models.response import Batch, Response
from consult.records import codings, notes, quotes
from consult.records.codings import Coding
from consult.records.notes import OpenedNote
from consult.records.quotes import Quote
from consult.records.unlocking import Unlocked

SURVEYED = (Strand.SURVIVORS, Strand.PRACTITIONERS)
"""The strands that people speak in; literature speaks through findings."""

Spans = Mapping[bytes, Sequence[OpenedNote]]
"""Codings by the response that they stand beside, unread until somebody asks where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Everything that was said of the themes, from one pass over the notes.

    asked: released responses by strand; raised: by theme and strand, the responses that raised it and where.
    """

    asked: Mapping[Strand, int] = field(default_factory=dict)
    raised: Mapping[tuple[bytes, Strand], Spans] = field(default_factory=dict)
    codings: Mapping[bytes, OpenedNote] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()

    def people(self, theme_id: bytes, strand: Strand) -> int:
        """How many people of a strand raised a theme: a true count."""
        return len(self.raised.get((theme_id, strand), ()))

    def coding(self, coding_id: bytes) -> Coding:
        """One coding that stands."""
        return codings.coding_of(self.codings[coding_id])

    def spans(self, theme_id: bytes, strand: Strand, response_id: bytes) -> list[Coding]:
        """Where a response raised a theme."""
        found = self.raised.get((theme_id, strand), {}).get(response_id, ())
        return [codings.coding_of(note) for note in found]


def hear(unlocked: Unlocked) -> Voices:
    """Open all notes of the consultation once: three queries, whatever is asked of the result."""
    session, consultation = unlocked.session, unlocked.consultation
    strands, asked = _surveyed(session, consultation)
    opened = list(notes.opened(session, unlocked.vault, consultation, unlocked.keys))
    standing = codings.standing(opened)
    return Voices(
        asked=asked,
        raised=_by_theme(standing.values(), strands),
        codings=standing,
        quotes=tuple(quotes.standing(opened, standing)),
    )


def _by_theme(
    standing: Iterable[OpenedNote], strands: Mapping[str, Strand]
) -> dict[tuple[bytes, Strand], Spans]:
    raised: dict[tuple[str, str], dict[bytes, list[OpenedNote]]] = {}
    for note in standing:
        spans = raised.setdefault((note.content["theme"], note.definition_id), {})
        spans.setdefault(note.response_id, []).append(note)
    found: dict[tuple[bytes, Strand], Spans] = {}
    for (theme, definition_id), spans in raised.items():
        key = bytes.fromhex(theme), strands[definition_id]
        found[key] = {**found.get(key, {}), **spans}
    return found


def _surveyed(session: Session, consultation: Consultation) -> tuple[dict[str, Strand], dict[Strand, int]]:
    """The strand of each survey, and released responses by strand."""
    # Through the batch, so that an index answers and no sealed body is read to count it.
    rows = session.execute(
        select(Survey.definition_id, Survey.strand, func.count(Response.id))
        .outerjoin(
            Batch,
            and_(
                Batch.consultation_id == Survey.consultation_id,
                Batch.definition_id == Survey.definition_id,
            ),
        )
        .outerjoin(Response, Response.batch_id == Batch.id)
        .where(Survey.consultation_id == consultation.id)
        .group_by(Survey.definition_id, Survey.strand)
    )
    strands: dict[str, Strand] = {}
    asked: Counter[Strand] = Counter()
    for definition_id, strand, count in rows:
        strands[definition_id] = Strand(strand)
        asked[Strand(strand)] += count
    return strands, dict(asked)
