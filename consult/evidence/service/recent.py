"""What has happened to each standard lately: links, wordings, judgements, decisions, replies, notes.

Acts of the team alone, with the day of each. Of people who answered it tells nothing: batches have their own
dates, and no answer has any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Text, cast, literal, select, union_all
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.judgement import Decision, EquityNote, Reply, RowJudgement
from consult.models.standard import Clause, DraftStandard, EvidenceLink, WordingVersion

_WHAT: Mapping[str, Any] = {
    "link": EvidenceLink,
    "wording": WordingVersion,
    "row": RowJudgement,
    "equity": EquityNote,
    "decision": Decision,
    "reply": Reply,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One kind of act on one standard. parts: numbers of the clauses, the newest day first."""

    what: str
    day: date
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the work on a standard has come. decided: its clauses with a decision; unconfirmed: judgements
    that wait for a second person.
    """

    decided: frozenset[str]
    unconfirmed: int
    lately: tuple[Happened, ...]


def of(session: Session, consultation: Consultation, since: date) -> dict[str, Standing]:
    """By standard: what was done since that day, and what waits. Two queries."""
    parts = [_acts(what, table) for what, table in _WHAT.items() if table is not WordingVersion]
    # A first wording is no change.
    parts.append(_acts("wording", WordingVersion).where(WordingVersion.number > 1))
    acts = session.execute(union_all(*(part.where(_own(consultation)) for part in parts))).all()
    waits = _unconfirmed(session, consultation)
    standards = {row.standard for row in acts} | set(waits)
    return {
        key: _standing([row for row in acts if row.standard == key], waits.get(key, 0), since)
        for key in standards
    }


def _acts(what: str, table: Any) -> Select[Any]:
    columns: tuple[Any, ...] = (
        literal(what).label("what"),
        DraftStandard.key.label("standard"),
        Clause.number,
        cast(table.made, Text).label("made"),
    )
    return (
        select(*columns)
        .select_from(table)
        .join(Clause, Clause.id == table.clause_id)
        .join(DraftStandard, DraftStandard.id == Clause.standard_id)
    )


def _own(consultation: Consultation) -> Any:
    return DraftStandard.consultation_id == consultation.id


def _unconfirmed(session: Session, consultation: Consultation) -> dict[str, int]:
    rows = session.execute(
        select(DraftStandard.key)
        .join(Clause, Clause.standard_id == DraftStandard.id)
        .join(RowJudgement, RowJudgement.clause_id == Clause.id)
        .where(_own(consultation), RowJudgement.second_id.is_(None))
    )
    found: dict[str, int] = {}
    for (key,) in rows:
        found[key] = found.get(key, 0) + 1
    return found


def _standing(acts: list[Any], unconfirmed: int, since: date) -> Standing:
    lately: dict[str, list[tuple[date, str]]] = {}
    for row in acts:
        day = date.fromisoformat(row.made)
        if day >= since:
            lately.setdefault(row.what, []).append((day, row.number))
    return Standing(
        decided=frozenset(row.number for row in acts if row.what == "decision"),
        unconfirmed=unconfirmed,
        lately=tuple(
            Happened(
                what=what,
                day=max(day for day, _ in found),
                parts=tuple(dict.fromkeys(number for _, number in sorted(found, reverse=True))),
            )
            for what, found in lately.items()
        ),
    )
