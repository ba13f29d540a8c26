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

LARGE = 30
"""A round about more statements than this draws the bars of one at a time, or its page would take seconds."""


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
    """A statement of a round. figures: None while it is open. before: the median when it was last rated.

    in_full: whether the page draws its bars. history: the rounds before, oldest first, where it does.
    """

    number: str
    title: str
    wording: str
    version: int
    figures: ItemFigures | None
    before: float | None
    in_full: bool
    history: tuple[Past, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """A statement under other rules, in the order of `rules`: verdict, and whether it differs; None where a
    rule says nothing. The last cell is the verdict with the last rating of those who left.
    """

    number: str
    cells: tuple[tuple[str, bool] | None, ...]


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
    large: bool = False
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


def board(session: Session, consultation: Consultation, number: int, *, shown: str = "") -> Board:
    """One round; of a large one a single statement in full, the one of the number `shown`.

    Raises UnknownRoundError.
    """
    row = rounds.numbered(session, consultation, number)
    asked = rounds.items(session, row)
    large = len(asked) > LARGE
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
        lines=_lines(
            session, consultation, row, [(each, not large or each.number == shown) for each in asked]
        ),
        large=large,
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


def flips(lines: Sequence[Line]) -> tuple[Flips, ...]:
    """Each statement that was rated by enough people, under every rule of `rules`."""
    named = rules(lines)
    found = []
    for line in lines:
        if line.figures and line.figures.alternatives:
            said = {name: (verdict, differs) for name, verdict, differs in line.figures.alternatives}
            carried = (line.figures.carried, False) if line.figures.carried else None
            cells = (*(said.get(name) for name in named), carried)
            found.append(Flips(number=line.number, cells=cells))
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


def _lines(
    session: Session, consultation: Consultation, row: PanelRound, asked_now: Sequence[tuple[PanelItem, bool]]
) -> tuple[Line, ...]:
    """Lines of statements, each with whether it is drawn in full: what is not drawn is not read."""
    # Rows of the five columns below.
    past: dict[bytes, list[Any]] = {}
    for was in session.execute(
        select(
            PanelRound.number, PanelItem.clause_id, PanelItem.wording, PanelItem.version, PanelItem.figures
        )
        .join(PanelItem, PanelItem.round_id == PanelRound.id)
        .where(
            PanelRound.consultation_id == consultation.id,
            PanelRound.number < row.number,
            PanelItem.figures != "",
        )
        .order_by(PanelRound.number)
    ):
        past.setdefault(was.clause_id, []).append(was)
    return tuple(
        Line(
            number=asked.number,
            title=asked.title,
            wording=asked.wording,
            version=asked.version,
            figures=panel_figures.read(asked.figures),
            before=panel_figures.median(past[asked.clause_id][-1].figures)
            if asked.clause_id in past
            else None,
            in_full=in_full,
            history=tuple(_past(each) for each in past.get(asked.clause_id, ())) if in_full else (),
        )
        for asked, in_full in asked_now
    )


def _past(was: Any) -> Past:
    figures = panel_figures.read(was.figures) or ItemFigures(verdict="too_few")
    return Past(round=was.number, wording=was.wording, version=was.version, figures=figures)
