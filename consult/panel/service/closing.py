"""Closing a round: what was sealed is opened once, counted by `analysis`, and kept as aggregates.

It takes somebody who holds a key and has unlocked. Comments go into the queue, sealed as they were written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from analysis import attrition, consensus, ratings, stability
from analysis.disclosure import TEAM, protect
from analysis.stability import SignedRank, Stability
from consult.faults import RefusedError
from consult.models.consultation import Strand
from consult.models.panel import MemberState, PanelItem, PanelMember, PanelRound, RoundState
from consult.panel.service import ballots, comments, protocol, rounds
from consult.panel.service.ballots import Ballots
from consult.panel.service.protocol import Protocol
from consult.records import audit, evidence, panel_figures, voices
from consult.records.counts import Audience
from consult.records.panel_figures import LEAST_ALL, LEAST_GROUP, ItemFigures, percent
from consult.records.practitioners import GROUPS
from consult.records.unlocking import Unlocked

CLEAR = ("yes", "no")
APPLIES = ("men_only", "mixed", "both", "needs_change")
VOTES = ("accept", "accept_with_comment", "not_accept")


class NotOpenError(RefusedError):
    """The round is not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One round with what was sealed in it."""

    row: PanelRound
    items: Mapping[str, PanelItem]
    ballots: Ballots


def close(unlocked: Unlocked, number: int, *, actor: str, today: date) -> PanelRound:
    """Close a round and keep what it found. Raises UnknownRoundError or NotOpenError."""
    session, consultation = unlocked.session, unlocked.consultation
    row = rounds.numbered(session, consultation, number)
    if row.state != RoundState.OPEN:
        raise NotOpenError("this round is not open")
    rule = protocol.of_round(session, row)
    row.state, row.closed = RoundState.CLOSED, today
    session.flush()
    root = ballots.forget_order(session, consultation, row)
    every = [each for each in rounds.every(session, consultation) if each.number <= number]
    asked = [_asked(unlocked, each) for each in every]
    _keep_items(unlocked, rule, asked)
    row.figures = json.dumps(_of_round(unlocked, asked), sort_keys=True)
    comments.queue(unlocked, row, asked[-1].ballots)
    session.flush()
    audit.note(
        session,
        unlocked.vault,
        actor,
        "close panel round",
        consultation.name,
        detail=f"round {number}, root {root[:32]}",
        today=today,
    )
    return row


def _asked(unlocked: Unlocked, row: PanelRound) -> _Asked:
    items = {each.clause_id.hex(): each for each in rounds.items(unlocked.session, row)}
    return _Asked(row=row, items=items, ballots=ballots.opened(unlocked, row))


def _keep_items(unlocked: Unlocked, rule: Protocol, asked: Sequence[_Asked]) -> None:
    now = asked[-1]
    pairs = {clause: _pairs(clause, asked) for clause in now.items}
    settled = {
        clause: stability.compare(found, needed=rule.stability, least_n=LEAST_ALL)
        for clause, found in pairs.items()
    }
    ranked = {
        clause: stability.signed_rank(found) for clause, found in pairs.items() if len(found) >= LEAST_ALL
    }
    adjusted = stability.holm({clause: each.p for clause, each in ranked.items() if each.p is not None})
    spoken = _spoken(unlocked, now.items.values())
    nothing = SignedRank(n=0, zeros=0, statistic=None, p=None, exact=False)
    for clause, item in now.items.items():
        change = (settled[clause], ranked.get(clause, nothing), adjusted.get(clause))
        made = _figures(clause, rule, asked, change) | spoken.get(clause, {})
        item.figures = panel_figures.written(ItemFigures(**made))


def _figures(
    clause: str, rule: Protocol, asked: Sequence[_Asked], change: tuple[Stability, SignedRank, float | None]
) -> dict[str, Any]:
    """Everything about one statement that a round gives."""
    given = asked[-1].ballots
    by_group = given.by_group(clause, GROUPS)
    judged = consensus.judge(by_group, rule.rule)
    made = panel_figures.judged(judged)
    cannot = sum(each.cannot_rate(clause) for each in given.opened)
    made["cannot_rate"] = protect([cannot], TEAM).cells[0].shown if cannot else "0"
    made["clear"] = _counted(given, clause, "is_clear", CLEAR)
    made["applies"] = _counted(given, clause, "applies", APPLIES)
    made["votes"] = _counted(given, clause, "vote", VOTES)
    settled, ranked, p = change
    if judged.pooled.n < LEAST_ALL:
        return made
    parity = consensus.parity(by_group["men_only_service"], by_group["mixed_service"], rule.rule)
    made |= panel_figures.compared(parity, settled, ranked, p)
    made["stops"] = stability.may_stop(judged, settled)
    made["alternatives"] = panel_figures.other_rules(
        consensus.sensitivity(by_group, rule.rule), made["groups"]
    )
    achievable = ratings.summarise(
        [mark for marks in given.by_group(clause, GROUPS, "ach").values() for mark in marks]
    )
    if achievable.n >= LEAST_ALL:
        made |= {"achievable_median": achievable.median, "achievable_hi": percent(achievable.hi_share)}
    made["carried"] = _carried(clause, rule, asked)
    return made


def _counted(given: Ballots, clause: str, axis: str, choices: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """How often each choice was made, as may be shown; nothing where nobody was asked or answered."""
    said = [each.items.get(clause, {}).get(axis) for each in given.opened]
    numbers = [said.count(choice) for choice in choices]
    if not sum(numbers):
        return ()
    cells = protect(numbers, TEAM, summed=True).cells
    return tuple((choice, cell.shown) for choice, cell in zip(choices, cells, strict=True))


def _before(clause: str, asked: Sequence[_Asked]) -> _Asked | None:
    """The last earlier round that asked about the clause in this very wording."""
    now = asked[-1].items[clause]
    for each in reversed(asked[:-1]):
        if clause in each.items:
            was = each.items[clause]
            return each if (was.version, was.wording) == (now.version, now.wording) else None
    return None


def _pairs(clause: str, asked: Sequence[_Asked]) -> list[tuple[int, int]]:
    """Ratings of those who rated the same wording in both rounds."""
    before = _before(clause, asked)
    if before is None:
        return []
    was, now = before.ballots.by_person(clause), asked[-1].ballots.by_person(clause)
    return [(was[person], now[person]) for person in sorted(was.keys() & now.keys())]


def _carried(clause: str, rule: Protocol, asked: Sequence[_Asked]) -> str:
    """The verdict if everybody who did not come back had rated as before: a run beside, never the verdict."""
    before = _before(clause, asked)
    if before is None:
        return ""
    later = attrition.carried_forward(
        {clause: before.ballots.by_person(clause)}, {clause: asked[-1].ballots.by_person(clause)}
    )[clause]
    group_of = [part.ballots.groups for part in (asked[-1], before)]
    by_group: dict[str, list[int]] = {name: [] for name in GROUPS}
    for person, mark in later.items():
        by_group[group_of[0].get(person) or group_of[1][person]].append(mark)
    return str(consensus.judge(by_group, rule.rule).verdict)


def _of_round(unlocked: Unlocked, asked: Sequence[_Asked]) -> dict[str, Any]:
    """Who came back, and whether those who left had rated otherwise; small groups say nothing."""
    invited = _invited(unlocked)
    people: dict[str, set[str]] = {name: set() for name in GROUPS}
    for part in asked:
        for each in part.ballots.opened:
            people[each.group].add(each.pseudonym)
    took = [part.ballots.took_part(list(part.items)) for part in asked]
    everybody = {
        name: found | {f"never {name} {place}" for place in range(max(0, invited.get(name, 0) - len(found)))}
        for name, found in people.items()
    }
    start = {each for found in everybody.values() for each in found}
    before = took[-2] if len(took) > 1 else frozenset(start)
    returned = attrition.returns({**everybody, "all": start}, before, took[-1])
    return {
        "took_part": protect([len(took[-1])], TEAM).cells[0].shown,
        "shut": asked[-1].ballots.shut,
        "returns": [_return(each, len(everybody.get(each.group, start))) for each in returned],
        "bias": _bias(people, asked, took[-1]) if len(asked) > 1 else [],
    }


def _return(found: attrition.Return, invited: int) -> dict[str, Any]:
    hidden = found.before < LEAST_GROUP or invited < LEAST_GROUP
    return {
        "group": found.group,
        "share": None if hidden else percent(found.share),
        "of_invited": None if hidden else percent(found.of_invited),
        "flag": "" if hidden else str(found.flag),
    }


def _bias(
    people: Mapping[str, set[str]], asked: Sequence[_Asked], stayed: frozenset[str]
) -> list[dict[str, Any]]:
    """Items on which those who left had rated otherwise. Fewer than five who left are told by no number."""
    first = asked[0]
    given = {clause: first.ballots.by_person(clause) for clause in first.items}
    groups = {**people, "all": set().union(*people.values())}
    return [
        {
            "group": each.group,
            "item": first.items[each.item].number,
            "left": each.left_median,
            "stayed": each.stayed_median,
            "flagged": each.flagged,
        }
        for each in attrition.biases(groups, given, stayed)
        if each.left_n >= LEAST_GROUP and each.stayed_n >= LEAST_GROUP
    ]


def _invited(unlocked: Unlocked) -> dict[str, int]:
    rows = unlocked.session.execute(
        select(PanelMember.panel_group, func.count())
        .where(
            PanelMember.consultation_id == unlocked.consultation.id,
            PanelMember.state != MemberState.DECLINED,
        )
        .group_by(PanelMember.panel_group)
    )
    return {group: count for group, count in rows}  # noqa: C416 - rows are no tuples to mypy


def _spoken(unlocked: Unlocked, items: Any) -> dict[str, dict[str, Any]]:
    """What survivors and literature say of each clause, in the form in which it is published."""
    heard = voices.hear(unlocked)
    found: dict[str, dict[str, Any]] = {}
    for key in sorted({item.standard for item in items}):
        told = evidence.of(unlocked, key, heard, Audience.PUBLISHED)
        for clause in told.clauses:
            found[clause.number] = {
                "themes": tuple(
                    {"theme": figure.label, "shown": figure.shown, "mark": figure.mark}
                    for figure in clause.figures(Strand.SURVIVORS)
                ),
                "findings": tuple(
                    {"statement": line.name, "source": line.source}
                    for line in clause.lines
                    if line.theme_id is None
                ),
            }
    return {item.clause_id.hex(): found[item.number] for item in items if item.number in found}
