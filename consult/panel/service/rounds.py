"""Rounds: what each asks, opened once. Nothing closes one but a person: no clock does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import MissingError, RefusedError
from consult.models.consultation import Consultation
from consult.models.panel import (
    MemberState,
    PanelItem,
    PanelMember,
    PanelPart,
    PanelRound,
    RoundState,
)
from consult.panel.service import protocol
from consult.panel.service.protocol import Worded
from consult.records import audit, panel_figures
from consult.records.panel_figures import ItemFigures
from consult.vault.opening import WorkbenchVault


class RoundError(RefusedError):
    """The round cannot be opened as things stand."""


class UnknownRoundError(MissingError):
    """There is no such round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A clause that the next round may ask about. ask: what the stop rule says; why: in one of a few keys.

    was: the figures of the last round that asked, None when none did; changed: the wording is another now.
    """

    worded: Worded
    ask: bool
    why: str
    was: ItemFigures | None
    changed: bool


def every(session: Session, consultation: Consultation) -> list[PanelRound]:
    """All rounds by number."""
    return list(
        session.scalars(
            select(PanelRound)
            .where(PanelRound.consultation_id == consultation.id)
            .order_by(PanelRound.number)
        )
    )


def numbered(session: Session, consultation: Consultation, number: int) -> PanelRound:
    """One round. Raises UnknownRoundError."""
    found = session.scalar(
        select(PanelRound).where(PanelRound.consultation_id == consultation.id, PanelRound.number == number)
    )
    if found is None:
        raise UnknownRoundError("there is no such round")
    return found


def open_now(session: Session, consultation_id: bytes) -> PanelRound | None:
    """The round that is open."""
    return session.scalar(
        select(PanelRound).where(
            PanelRound.consultation_id == consultation_id, PanelRound.state == RoundState.OPEN
        )
    )


def items(session: Session, row: PanelRound) -> list[PanelItem]:
    """What a round asks, in order."""
    return list(
        session.scalars(
            select(PanelItem)
            .where(PanelItem.round_id == row.id)
            .order_by(PanelItem.position, PanelItem.number)
        )
    )


def definition_id(number: int) -> str:
    """Under which name answers of a round are sealed: no survey has such a name."""
    return f"panel/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What answers of a round are sealed to: the hash of all that it shows, and its clauses in order."""

    fingerprint: bytes
    clauses: tuple[str, ...]


def bound(session: Session, row: PanelRound) -> Bound:
    """A round that has opened never changes, so it is read once in each process."""
    if row.id not in _bound:
        listed = items(session, row)
        asked = [[each.clause_id.hex(), each.number, each.version, each.wording] for each in listed]
        rule = protocol.of_round(session, row).written()
        text = json.dumps([row.id.hex(), row.number, row.vote, asked, rule], ensure_ascii=False)
        _bound[row.id] = Bound(
            fingerprint=hashlib.sha256(text.encode()).digest(),
            clauses=tuple(each.clause_id.hex() for each in listed),
        )
    return _bound[row.id]


_bound: dict[bytes, Bound] = {}


def candidates(session: Session, consultation: Consultation) -> tuple[Candidate, ...]:
    """What the next round may ask: for the first the items of the protocol, then what is not settled."""
    rows = every(session, consultation)
    if not rows:
        chosen = protocol.newest(session, consultation).protocol.items
        return tuple(
            Candidate(worded=each, ask=True, why="first", was=None, changed=False) for each in chosen
        )
    last = last_items(session, rows)
    return tuple(
        _candidate(each, last.get(each.clause_id)) for each in protocol.worded(session, consultation)
    )


def last_items(session: Session, rows: Collection[PanelRound]) -> Mapping[str, PanelItem]:
    """The last asking of each clause, by its id."""
    found: dict[str, PanelItem] = {}
    for row in sorted(rows, key=lambda each: each.number):
        found |= {each.clause_id.hex(): each for each in items(session, row)}
    return found


def open_next(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    chosen: Collection[str],
    *,
    closes: date | None,
    vote: bool,
    actor: str,
    today: date,
) -> PanelRound:
    """Open the next round about these clauses. Raises RoundError, or ProtocolError before the lock."""
    version = protocol.locked(session, consultation)
    rows = every(session, consultation)
    if rows and rows[-1].state != RoundState.CLOSED:
        raise RoundError("close the round that is open first")
    if len(rows) >= version.protocol.rounds:
        raise RoundError("the last round of the protocol is over: what is open now is for the team to decide")
    wanted = [each.worded for each in candidates(session, consultation) if each.worded.clause_id in chosen]
    if not rows:
        wanted = list(version.protocol.items)
    if not wanted:
        raise RoundError("choose at least one statement")
    members = session.scalars(
        select(PanelMember.id).where(
            PanelMember.consultation_id == consultation.id, PanelMember.state == MemberState.JOINED
        )
    ).all()
    row = PanelRound(
        consultation_id=consultation.id,
        number=len(rows) + 1,
        state=RoundState.OPEN,
        protocol=version.number,
        opened=today,
        closes=closes,
        vote=vote,
    )
    session.add(row)
    session.flush()
    session.add_all(item_of(row, place, each) for place, each in enumerate(wanted))
    session.add_all(PanelPart(round_id=row.id, member_id=each) for each in sorted(members))
    session.flush()
    detail = (
        f"round {row.number}, {len(wanted)} statements, protocol version {version.number} ({version.mark})"
    )
    audit.note(session, vault, actor, "open panel round", consultation.name, detail=detail, today=today)
    return row


def item_of(row: PanelRound, place: int, each: Worded) -> PanelItem:
    """A clause as a round asks about it, at a place in its list."""
    return PanelItem(
        round_id=row.id,
        clause_id=bytes.fromhex(each.clause_id),
        number=each.number,
        standard=each.standard,
        title=each.title,
        wording=each.wording,
        version=each.version,
        applies=each.applies,
        position=place,
    )


def _candidate(each: Worded, asked: PanelItem | None) -> Candidate:
    if asked is None:
        return Candidate(worded=each, ask=False, why="never", was=None, changed=False)
    was = panel_figures.read(asked.figures)
    changed = (asked.version, asked.wording) != (each.version, each.wording)
    stops = was is not None and was.stops and not changed
    why = "reworded" if changed else "settled" if stops else "open"
    return Candidate(worded=each, ask=not stops, why=why, was=was, changed=changed)
