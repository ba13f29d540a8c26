"""What a panellist sees of a statement: the question, own answers, and, from the second round on, feedback.

Feedback was built once, when the round before closed. It never says that there is agreement: being told so
pulls ratings towards it (Barrios and others, TFSC 2021;163:120484).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.models.consultation import Consultation
from consult.models.panel import PanelItem, PanelRound, RoundState
from consult.panel.service import comments, protocol, rounds, sheets
from consult.panel.service.comments import Shown
from consult.panel.service.protocol import Protocol
from consult.panel.service.sheets import Seat, Sheet
from consult.records import panel_figures
from consult.records.panel_figures import ItemFigures
from surveys.differences import Piece, word_by_word


class NoItemError(MissingError):
    """The round does not ask about this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What the round before found on a statement.

    mine: own last rating, a number or "cannot_rate" or nothing. diff: the wording against the one rated then,
    empty when it is the same.
    """

    round: int
    mine: Any
    figures: ItemFigures
    diff: tuple[Piece, ...]
    comments: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One statement as a panellist meets it. place: from 1, of how many. may_rate: the round is open."""

    clause_id: str
    number: str
    title: str
    wording: str
    applies: str
    place: int
    of: int
    round: int
    may_rate: bool
    vote: bool
    answers: Mapping[str, Any]
    turn: int
    late: Mapping[str, Any]
    feedback: Feedback | None
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statement in the list of a round."""

    place: int
    number: str
    title: str
    mine: Any
    answered: bool
    commented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a panellist stands. round: the open one, or the last; None before the first."""

    title: str
    protocol: Protocol | None
    round: int = 0
    rounds: int = 0
    open: bool = False
    over: bool = False
    closes: Any = None
    lines: tuple[Line, ...] = ()
    missing: str = ""
    finished: bool = False
    late: Mapping[str, Any] = field(default_factory=dict)


def home(seat: Seat) -> Home:
    """The list of the round that is open, or of the last one, with own answers."""
    session = seat.session
    consultation = session.get_one(Consultation, seat.consultation_id)
    row = current(session, seat.consultation_id)
    if row is None:
        version = protocol.newest(session, consultation)
        return Home(title=consultation.title, protocol=version.protocol if version.locked else None)
    sheet = sheets.load(seat, row)
    rule = protocol.of_round(session, row)
    return Home(
        title=consultation.title,
        protocol=rule,
        round=row.number,
        rounds=rule.rounds,
        open=row.state == RoundState.OPEN,
        over=row.state == RoundState.CLOSED and row.number >= rule.rounds,
        closes=row.closes,
        lines=tuple(
            _line(place, item, sheet.items.get(item.clause_id.hex(), {}))
            for place, item in enumerate(rounds.items(session, row), start=1)
        ),
        missing=sheet.missing,
        finished=sheet.finished,
        late=sheet.late,
    )


def item(seat: Seat, place: int) -> Asked:
    """The statement at a place, from 1, of the round that is open, or of the last. Raises NoItemError."""
    session = seat.session
    row = current(session, seat.consultation_id)
    listed = [] if row is None else rounds.items(session, row)
    if row is None or not 1 <= place <= len(listed):
        raise NoItemError("there is no such statement")
    asked = listed[place - 1]
    clause_id = asked.clause_id.hex()
    sheet = sheets.load(seat, row)
    answers = dict(sheet.items.get(clause_id, {}))
    turn = int(answers.pop("turn", 0))
    return Asked(
        clause_id=clause_id,
        number=asked.number,
        title=asked.title,
        wording=asked.wording,
        applies=asked.applies,
        place=place,
        of=len(listed),
        round=row.number,
        may_rate=row.state == RoundState.OPEN,
        vote=row.vote,
        answers=answers,
        turn=turn,
        late=sheets.late_words(seat, row, clause_id),
        feedback=_feedback(seat, row, asked),
        answered=_is_answered(answers),
    )


def asked_now(seat: Seat) -> tuple[PanelRound | None, tuple[str, ...]]:
    """The round that is open, or the last, and its clauses in order."""
    row = current(seat.session, seat.consultation_id)
    return row, rounds.bound(seat.session, row).clauses if row is not None else ()


def current(session: Session, consultation_id: bytes) -> PanelRound | None:
    """The round that is open, or else the last; None before the first."""
    return session.scalar(
        select(PanelRound)
        .where(PanelRound.consultation_id == consultation_id)
        .order_by(PanelRound.number.desc())
        .limit(1)
    )


def _feedback(seat: Seat, row: PanelRound, asked: PanelItem) -> Feedback | None:
    """From the last earlier round that asked about this clause and has closed."""
    session = seat.session
    found = session.execute(
        select(PanelRound, PanelItem)
        .join(PanelItem, PanelItem.round_id == PanelRound.id)
        .where(
            PanelRound.consultation_id == seat.consultation_id,
            PanelItem.clause_id == asked.clause_id,
            PanelRound.number < row.number,
            PanelRound.state == RoundState.CLOSED,
        )
        .order_by(PanelRound.number.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    before, was = found
    figures = panel_figures.read(was.figures)
    if figures is None:
        return None
    mine: Sheet = sheets.load(seat, before)
    viewer = seat.secret.of_round(row.id).lookup
    return Feedback(
        round=before.number,
        mine=mine.items.get(asked.clause_id.hex(), {}).get("imp"),
        figures=figures,
        diff=word_by_word(was.wording, asked.wording) if was.wording != asked.wording else (),
        comments=comments.shown(session, seat.consultation_id, asked.clause_id, viewer),
    )


def _line(place: int, asked: PanelItem, answers: Mapping[str, Any]) -> Line:
    return Line(
        place=place,
        number=asked.number,
        title=asked.title,
        mine=answers.get("imp"),
        answered=_is_answered(answers),
        commented=bool(answers.get("comment")),
    )


def _is_answered(answers: Mapping[str, Any]) -> bool:
    return answers.get("imp") is not None
