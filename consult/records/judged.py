"""What people judged of one standard, read in one query: rows, equity notes, decisions, replies.

Also which findings are coded with which theme. Judgements of how sure the team is come with the links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Integer, LargeBinary, Select, Text, and_, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from consult.models.account import Account
from consult.models.heard import HeardEntry, HeardVersion
from consult.models.judgement import Decision, EquityNote, Reply, RowJudgement
from consult.models.literature import FindingTheme
from consult.models.note import Note
from consult.models.standard import Clause, EvidenceLink
from consult.records import papers
from consult.records.unlocking import Unlocked

_SECOND = aliased(Account)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """One row of the matrix as a person judged it. cells: by strand, as written; second: who agreed."""

    id: bytes
    theme_id: bytes | None
    wording: int
    cells: Mapping[str, str]
    verdict: str
    reason: str
    by: str
    by_id: bytes
    made: date
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What differs between the two kinds of service, for one wording."""

    wording: int
    text: str
    by: str
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision. paper: what is sealed beside it (people, dissent, notes, basis)."""

    id: bytes
    number: int
    kind: str
    wording: int
    next_wording: int | None
    reason: str
    by: str
    made: date
    paper: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """One reply to comments on a clause."""

    id: bytes
    summary: str
    disposition: str
    reason: str
    changed: str
    next_wording: int | None
    by: str
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """What the public page says that a theme changed. theme_id: the theme it is about."""

    id: bytes
    theme_id: bytes
    heading: str
    changed: str


@dataclass(slots=True, kw_only=True)
class Judged:
    """All of one clause, each list oldest first."""

    rows: list[JudgedRow] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    replies: list[Replied] = field(default_factory=list)
    lines: list[PublishedLine] = field(default_factory=list)
    themes: dict[bytes, set[bytes]] = field(default_factory=dict)
    """Themes of each finding that is linked to the clause."""

    def note(self, wording: int) -> Noted | None:
        """The equity note on one wording."""
        return next((each for each in self.notes if each.wording == wording), None)

    def row(self, theme_id: bytes | None, wording: int) -> JudgedRow | None:
        """The judgement of one row."""
        fits = (each for each in self.rows if (each.theme_id, each.wording) == (theme_id, wording))
        return next(fits, None)


def of_standard(unlocked: Unlocked, standard_id: bytes) -> dict[bytes, Judged]:
    """By clause: one query. A clause on which nobody judged anything is not there."""
    parts = (_rows(), _notes(), _decisions(), _replies(), _themes(), _lines())
    query = union_all(*(part.where(Clause.standard_id == standard_id) for part in parts))
    found: dict[bytes, Judged] = {}
    for row in sorted(unlocked.session.execute(query), key=lambda each: (each.made, each.number, each.id)):
        _put(unlocked, found.setdefault(row.clause_id, Judged()), row)
    return found


def _columns(what: str, **given: Any) -> list[Any]:
    """The same columns for each part, so that one query reads them all: nothing where a part has none."""
    kinds: dict[type[TypeEngine[Any]], tuple[str, ...]] = {
        LargeBinary: ("id", "clause_id", "theme_id", "account_id", "blob"),
        Integer: ("number", "wording", "next_wording", "epoch", "rev"),
        Text: ("one", "two", "three", "four", "reason", "by", "second", "made"),
    }
    columns = [
        cast(given.get(name, null()), kind).label(name) for kind, names in kinds.items() for name in names
    ]
    return [literal(what).label("what"), *columns]


def _about(table: Any, what: str, **given: Any) -> Select[Any]:
    """One part: what the team wrote about a clause, and who did."""
    shared = {
        "clause_id": table.clause_id,
        "account_id": table.account_id,
        "by": Account.display_name,
        "made": table.made,
        "number": literal(0),
    }
    return (
        select(*_columns(what, **shared | given))
        .select_from(table)
        .join(Clause, Clause.id == table.clause_id)
        .join(Account, Account.id == table.account_id)
    )


def _rows() -> Select[Any]:
    row = RowJudgement
    part = _about(
        row,
        "row",
        id=row.id,
        theme_id=row.theme_id,
        wording=row.wording,
        one=row.survivors,
        two=row.practitioners,
        three=row.literature,
        four=row.verdict,
        reason=row.reason,
        second=_SECOND.display_name,
    )
    return part.outerjoin(_SECOND, _SECOND.id == row.second_id)


def _notes() -> Select[Any]:
    note = EquityNote
    return _about(note, "note", id=note.clause_id, wording=note.wording, reason=note.text)


def _decisions() -> Select[Any]:
    made = Decision
    part = _about(
        made,
        "decision",
        id=made.id,
        number=made.number,
        wording=made.wording,
        next_wording=made.next_wording,
        one=made.kind,
        reason=made.reason,
        epoch=Note.epoch,
        rev=Note.response_rev,
        blob=Note.blob,
    )
    return part.outerjoin(Note, Note.id == made.id)


def _replies() -> Select[Any]:
    reply = Reply
    return _about(
        reply,
        "reply",
        id=reply.id,
        next_wording=reply.next_wording,
        one=reply.summary,
        two=reply.disposition,
        three=reply.changed,
        reason=reply.reason,
    )


def _themes() -> Select[Any]:
    given = {
        "id": FindingTheme.finding_id,
        "clause_id": EvidenceLink.clause_id,
        "theme_id": FindingTheme.theme_id,
        "number": literal(0),
        "made": FindingTheme.made,
    }
    return (
        select(*_columns("theme", **given))
        .select_from(FindingTheme)
        .join(EvidenceLink, EvidenceLink.finding_id == FindingTheme.finding_id)
        .join(Clause, Clause.id == EvidenceLink.clause_id)
    )


def _lines() -> Select[Any]:
    entry, version = HeardEntry, HeardVersion
    given = {
        "id": entry.id,
        "clause_id": EvidenceLink.clause_id,
        "theme_id": entry.theme_id,
        "number": entry.position,
        "one": version.heading,
        "two": version.changed,
        "made": version.made,
    }
    return (
        select(*_columns("line", **given))
        .select_from(entry)
        .join(version, and_(version.entry_id == entry.id, version.number == entry.published))
        .join(EvidenceLink, EvidenceLink.theme_id == entry.theme_id)
        .join(Clause, Clause.id == EvidenceLink.clause_id)
    )


def _put(unlocked: Unlocked, judged: Judged, row: Any) -> None:
    match row.what:
        case "row":
            judged.rows.append(_row(row))
        case "note":
            judged.notes.append(
                Noted(wording=row.wording, text=row.reason, by=row.by, made=date.fromisoformat(row.made))
            )
        case "decision":
            judged.decisions.append(_decision(unlocked, row))
        case "reply":
            judged.replies.append(_reply(row))
        case "line":
            judged.lines.append(
                PublishedLine(id=row.id, theme_id=row.theme_id, heading=row.one, changed=row.two)
            )
        case _:
            judged.themes.setdefault(row.id, set()).add(row.theme_id)


def _row(row: Any) -> JudgedRow:
    return JudgedRow(
        id=row.id,
        theme_id=row.theme_id,
        wording=row.wording,
        cells={"survivors": row.one, "practitioners": row.two, "literature": row.three},
        verdict=row.four,
        reason=row.reason,
        by=row.by,
        by_id=row.account_id,
        made=date.fromisoformat(row.made),
        second=row.second or "",
    )


def _decision(unlocked: Unlocked, row: Any) -> Decided:
    paper = {} if row.blob is None else papers.read(unlocked, row.id, row.epoch, row.rev, row.blob)
    return Decided(
        id=row.id,
        number=row.number,
        kind=row.one,
        wording=row.wording,
        next_wording=row.next_wording,
        reason=row.reason,
        by=row.by,
        made=date.fromisoformat(row.made),
        paper=paper,
    )


def _reply(row: Any) -> Replied:
    return Replied(
        id=row.id,
        summary=row.one,
        disposition=row.two,
        reason=row.reason,
        changed=row.three,
        next_wording=row.next_wording,
        by=row.by,
        made=date.fromisoformat(row.made),
    )
