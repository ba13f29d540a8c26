"""Clauses as somebody edits them, and their wordings: each change of the words makes the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError
from consult.models.standard import Clause, DraftStandard, ServiceKind, WordingVersion

_OF_CLAUSES = (
    "wording",
    "applies",
    "why",
    "how_checked",
    "criteria",
    "adjustment",
    "for_men",
    "for_organisations",
    "for_commissioners",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseWords:
    """The words of a clause as somebody edits them. criteria: one testable sentence a line."""

    wording: str
    applies: ServiceKind = ServiceKind.BOTH
    why: str = ""
    how_checked: str = ""
    criteria: str = ""
    adjustment: str = ""
    for_men: str = ""
    for_organisations: str = ""
    for_commissioners: str = ""


def words_of(row: Any) -> ClauseWords:
    """The words of a clause, or of a row that has its columns."""
    words = {name: getattr(row, name) for name in _OF_CLAUSES}
    return ClauseWords(**words | {"applies": ServiceKind(row.applies)})


def wordings_of(session: Session, clause: Clause) -> list[WordingVersion]:
    """All wordings of a clause, the present one last."""
    return list(
        session.scalars(
            select(WordingVersion)
            .where(WordingVersion.clause_id == clause.id)
            .order_by(WordingVersion.number)
        )
    )


def put_clause(
    session: Session,
    standard: DraftStandard,
    number: str,
    words: ClauseWords,
    *,
    today: date,
    revision: int | None = None,
    said: str = "",
) -> Clause:
    """Make a clause of a standard, or change it; a changed wording becomes the next one, `said` says why.

    `revision` is the one the editor started from. Raises ConflictError when somebody changed it since.
    """
    own = Clause.standard_id == standard.id
    clause = session.scalar(select(Clause).where(own, Clause.number == number).with_for_update())
    if clause is None:
        position = session.scalar(select(func.count()).select_from(Clause).where(own)) or 0
        clause = Clause(standard_id=standard.id, number=number, position=position, wording="")
        session.add(clause)
    elif revision is not None and revision != clause.revision:
        raise ConflictError(f"{number} was changed by somebody else meanwhile")
    reworded = clause.wording != words.wording
    now = {name: getattr(words, name) for name in _OF_CLAUSES}
    if clause.revision and any(getattr(clause, name) != value for name, value in now.items()):
        clause.revision += 1
    for name, value in now.items():
        setattr(clause, name, value)
    session.flush()
    if reworded:
        _next_wording(session, clause, today=today, said=said)
    return clause


def _next_wording(session: Session, clause: Clause, *, today: date, said: str) -> None:
    last = session.scalar(
        select(func.max(WordingVersion.number)).where(WordingVersion.clause_id == clause.id)
    )
    made = WordingVersion(
        clause_id=clause.id, number=(last or 0) + 1, statement=clause.wording, said=said, made=today
    )
    session.add(made)
    session.flush()
