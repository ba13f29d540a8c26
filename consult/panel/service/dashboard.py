"""A round as the team sees it: who has come, in bands; and, once it has closed, what it found.

Reads only what is kept in clear. Nothing here opens a rating.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Cell
from consult.models.consultation import Consultation
from consult.models.panel import MemberState, PanelItem, PanelMember, PanelPart, PanelRound, RoundState
from consult.panel.service import comments, protocol, rounds
from consult.panel.service.protocol import Protocol
from consult.records import counts, panel_figures
from consult.records.panel_figures import ItemFigures
from consult.records.practitioners import GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How a group has come, in bands: under five, or by steps of five."""

    group: str
    done: Cell
    asked: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A statement in an earlier round."""

    round: int
    wording: str
    version: int
    figures: ItemFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A statement of a round. figures: None while it is open. history: the rounds before, oldest first."""

    number: str
    title: str
    wording: str
    version: int
    figures: ItemFigures | None
    history: tuple[Past, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One round. whole: what is known of it as a whole, once it has closed."""

    number: int
    state: str
    opened: date | None
    closes: date | None
    closed: date | None
    vote: bool
    reminders: int
    reminded: date | None
    protocol: Protocol
    protocol_number: int
    response: tuple[Response, ...]
    lines: tuple[Line, ...]
    whole: Mapping[str, Any] = field(default_factory=dict)
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The panel at a glance."""

    rounds: tuple[PanelRound, ...]
    open: PanelRound | None
    version: protocol.Version
    members: Mapping[str, int]
    waiting: int
    may_open: bool
    over: bool


def glance(session: Session, consultation: Consultation) -> Glance:
    """Which step comes next."""
    rows = rounds.every(session, consultation)
    version = protocol.newest(session, consultation)
    states = Counter(
        session.scalars(select(PanelMember.state).where(PanelMember.consultation_id == consultation.id))
    )
    last_closed = not rows or rows[-1].state == RoundState.CLOSED
    over = bool(rows) and last_closed and len(rows) >= version.protocol.rounds
    return Glance(
        rounds=tuple(rows),
        open=next((row for row in rows if row.state == RoundState.OPEN), None),
        version=version,
        members={str(state): states.get(state, 0) for state in MemberState},
        waiting=comments.waiting(session, consultation),
        may_open=version.locked is not None and last_closed and not over,
        over=over,
    )


def board(session: Session, consultation: Consultation, number: int) -> Board:
    """One round. Raises UnknownRoundError."""
    row = rounds.numbered(session, consultation, number)
    return Board(
        number=row.number,
        state=row.state,
        opened=row.opened,
        closes=row.closes,
        closed=row.closed,
        vote=row.vote,
        reminders=row.reminders,
        reminded=row.reminded,
        protocol=protocol.of_round(session, row),
        protocol_number=row.protocol,
        response=_response(session, consultation, row),
        lines=_lines(session, consultation, row),
        whole=json.loads(row.figures) if row.figures else {},
        waiting=comments.waiting(session, consultation),
    )


def rules(lines: Sequence[Line]) -> tuple[str, ...]:
    """The rules that the table of sensitivity has a column for, in order."""
    found: dict[str, None] = {}
    for line in lines:
        for name, _, _ in line.figures.alternatives if line.figures else ():
            found[name] = None
    return tuple(found)


def states(lines: Sequence[Line]) -> dict[str, int]:
    """How many statements have each verdict."""
    return dict(Counter(line.figures.verdict for line in lines if line.figures))


def _response(session: Session, consultation: Consultation, row: PanelRound) -> tuple[Response, ...]:
    asked: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for group, finished in session.execute(
        select(PanelMember.panel_group, PanelPart.done)
        .join(PanelPart, PanelPart.member_id == PanelMember.id)
        .where(PanelPart.round_id == row.id)
    ):
        asked[group] += 1
        done[group] += finished
    names = [name for name in GROUPS if asked[name]]
    came = counts.bands(consultation, [done[name] for name in names])
    were = counts.bands(consultation, [asked[name] for name in names])
    return tuple(
        Response(group=name, done=one, asked=other)
        for name, one, other in zip(names, came, were, strict=True)
    )


def _lines(session: Session, consultation: Consultation, row: PanelRound) -> tuple[Line, ...]:
    past: dict[bytes, list[Past]] = {}
    for number, asked in session.execute(
        select(PanelRound.number, PanelItem)
        .join(PanelItem, PanelItem.round_id == PanelRound.id)
        .where(PanelRound.consultation_id == consultation.id, PanelRound.number < row.number)
        .order_by(PanelRound.number)
    ):
        figures = panel_figures.read(asked.figures)
        if figures is not None:
            past.setdefault(asked.clause_id, []).append(
                Past(round=number, wording=asked.wording, version=asked.version, figures=figures)
            )
    return tuple(
        Line(
            number=asked.number,
            title=asked.title,
            wording=asked.wording,
            version=asked.version,
            figures=panel_figures.read(asked.figures),
            history=tuple(past.get(asked.clause_id, ())),
        )
        for asked in rounds.items(session, row)
    )
