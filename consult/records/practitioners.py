"""What the panel found on each clause of a standard: the practitioner strand, for evidence and reports.

Reads closed rounds only, and only what has passed disclosure control and moderation. Opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from analysis.disclosure import protect
from consult.models.consultation import Consultation
from consult.models.panel import (
    CommentState,
    PanelComment,
    PanelItem,
    PanelRound,
    RoundState,
)
from consult.records import counts, panel_figures
from consult.records.counts import Audience
from consult.records.panel_figures import GroupFigure, ItemFigures

GROUPS = ("men_only_service", "mixed_service", "research", "lived_experience", "commissioning")
"""Every group, in the order in which they are shown everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelComments:
    """Comments on a clause that a person has passed. count: how many, as it may be shown; words: shuffled by
    their random ids, without writer, group or round.
    """

    count: str
    words: tuple[str, ...] = ()
    contrary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelResult:
    """The last closed round that asked about one clause.

    clause: its number; wording and version: what was rated. verdict: in, in_with_reservation, out,
    no_consensus or too_few; by_pooled: too few groups for equal weight, so pooled shares decided. Shares are
    whole per cents, None when hidden; n and the groups' n are texts ("35", "fewer than 8"). reservations and
    contested: keys of groups. parity: none, amber, red or too_few. stable: None is not assessed. final: the
    panel has ended, or the item was settled. votes: choice and count, as it may be shown.
    """

    clause_id: bytes
    clause: str
    round: int
    wording: str
    version: int
    verdict: str
    by_pooled: bool
    final: bool
    n: str
    median: float | None
    equal_hi: int | None
    equal_lo: int | None
    pooled_hi: int | None
    pooled_lo: int | None
    groups: tuple[GroupFigure, ...]
    reservations: tuple[str, ...]
    contested: tuple[str, ...]
    parity: str
    parity_gap: float | None
    stable: bool | None
    disagreement: bool
    comments: PanelComments
    votes: tuple[tuple[str, str], ...] = ()
    rounds: tuple[int, ...] = field(default=())


def of_standard(
    session: Session,
    consultation_id: bytes,
    standard_key: str,
    audience: Audience = Audience.TEAM,
) -> tuple[PanelResult, ...]:
    """The panel's result on each clause of a standard that it has rated, in the order of the items."""
    return _results(session, consultation_id, audience, standard_key)


def of_consultation(
    session: Session, consultation_id: bytes, audience: Audience = Audience.TEAM
) -> tuple[PanelResult, ...]:
    """The same for every clause of every standard."""
    return _results(session, consultation_id, audience, None)


def _results(
    session: Session, consultation_id: bytes, audience: Audience, standard: str | None
) -> tuple[PanelResult, ...]:
    """All in one query, since a page of evidence may ask few: items, comments, and whether it is over."""
    going_on = exists().where(
        PanelRound.consultation_id == consultation_id, PanelRound.state != RoundState.CLOSED
    )
    passed = and_(PanelComment.clause_id == PanelItem.clause_id, PanelComment.state == CommentState.SHOWN)
    query = (
        select(PanelItem, PanelRound.number, going_on.label("going_on"), PanelComment)
        .join(PanelRound, PanelItem.round_id == PanelRound.id)
        .outerjoin(PanelComment, passed)
        .where(PanelRound.consultation_id == consultation_id, PanelRound.state == RoundState.CLOSED)
        .order_by(PanelRound.number, PanelItem.position, PanelItem.number, PanelComment.id)
    )
    if standard is not None:
        query = query.where(PanelItem.standard == standard)
    last: dict[bytes, tuple[PanelItem, int]] = {}
    rounds: dict[bytes, dict[int, None]] = {}
    comments: dict[bytes, dict[bytes, PanelComment]] = {}
    over = True
    for row, number, unfinished, comment in session.execute(query):
        last[row.clause_id] = (row, number)
        rounds.setdefault(row.clause_id, {})[number] = None
        over = not unfinished
        if comment is not None:
            comments.setdefault(row.clause_id, {})[comment.id] = comment
    if not last:
        return ()
    consultation = session.get_one(Consultation, consultation_id)
    said = {
        clause_id: _comments(consultation, audience, list(found.values()))
        for clause_id, found in comments.items()
    }
    return tuple(
        _result(row, number, tuple(rounds[clause_id]), said, consultation, audience, over=over)
        for clause_id, (row, number) in last.items()
        if panel_figures.read(row.figures) is not None
    )


def _result(
    row: PanelItem,
    number: int,
    rounds: tuple[int, ...],
    said: Mapping[bytes, PanelComments],
    consultation: Consultation,
    audience: Audience,
    *,
    over: bool,
) -> PanelResult:
    figures = panel_figures.read(row.figures) or ItemFigures(verdict="too_few")
    enough = figures.n is not None and counts.rule(consultation, audience).enough(figures.n)
    return PanelResult(
        clause_id=row.clause_id,
        clause=row.number,
        round=number,
        wording=row.wording,
        version=row.version,
        verdict=figures.verdict,
        by_pooled=figures.by_pooled,
        final=over or figures.stops,
        n=_people(figures.n, consultation, audience),
        median=figures.median if enough else None,
        equal_hi=figures.equal_hi if enough else None,
        equal_lo=figures.equal_lo if enough else None,
        pooled_hi=figures.pooled_hi if enough else None,
        pooled_lo=figures.pooled_lo if enough else None,
        groups=_groups(figures, consultation, audience),
        reservations=figures.reservations,
        contested=figures.contested,
        parity=figures.parity,
        parity_gap=figures.parity_gap if audience is Audience.TEAM else None,
        stable=figures.stable,
        disagreement=figures.disagreement,
        comments=said.get(row.clause_id, PanelComments(count="0")),
        votes=figures.votes if audience is Audience.TEAM else (),
        rounds=rounds,
    )


def _people(n: int | None, consultation: Consultation, audience: Audience) -> str:
    if n is None:
        return f"fewer than {panel_figures.LEAST_ALL}"
    return protect([n], counts.rule(consultation, audience)).cells[0].shown


def _groups(figures: ItemFigures, consultation: Consultation, audience: Audience) -> tuple[GroupFigure, ...]:
    """For publication a group needs as many people as any median does, and it has no histogram."""
    if audience is Audience.TEAM:
        return figures.groups
    least = counts.rule(consultation, audience).k
    hidden = panel_figures.hidden_groups({each.name: each.n or 0 for each in figures.groups}, least=least)
    return tuple(
        GroupFigure(name=each.name)
        if each.name in hidden or each.n is None
        else GroupFigure(
            name=each.name,
            n=counts.rule(consultation, audience).rounded(each.n),
            median=each.median,
            hi=each.hi,
        )
        for each in figures.groups
    )


def _comments(consultation: Consultation, audience: Audience, found: Sequence[PanelComment]) -> PanelComments:
    return PanelComments(
        count=protect([len(found)], counts.rule(consultation, audience)).cells[0].shown,
        words=tuple(each.words for each in found if each.stance != "contradicts"),
        contrary=tuple(each.words for each in found if each.stance == "contradicts"),
    )
