"""Clauses of draft standards, with their wordings and what people linked to them. Knows no figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from consult.models.account import Account
from consult.models.coding import Theme
from consult.models.consultation import Consultation
from consult.models.judgement import ConfidenceJudgement
from consult.models.literature import Finding, Source, SourceStatus
from consult.models.standard import Clause, DraftStandard, EvidenceLink, WordingVersion
from consult.records.standards import UnknownStandardError
from surveys.differences import Piece, word_by_word

_PRESENT = (
    select(func.max(WordingVersion.number)).where(WordingVersion.clause_id == Clause.id).scalar_subquery()
)
COMPONENTS = ("methods", "coherence", "adequacy", "relevance")
"""What the confidence in a finding is made of (GRADE-CERQual)."""
_FIRST, _SECOND, _AGAIN = aliased(Account), aliased(Account), aliased(Account)
_SURE = (
    ConfidenceJudgement.methods,
    ConfidenceJudgement.coherence,
    ConfidenceJudgement.adequacy,
    ConfidenceJudgement.relevance,
    ConfidenceJudgement.level,
    ConfidenceJudgement.reason.label("sure_reason"),
    ConfidenceJudgement.dissemination,
    ConfidenceJudgement.account_id.label("sure_id"),
    ConfidenceJudgement.made.label("sure_made"),
    _FIRST.display_name.label("sure_by"),
    _SECOND.display_name.label("sure_second"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """How sure the team is of one link: the four concerns by component, the level, why, and by whom.

    second: who agreed; nothing while nobody has.
    """

    concerns: Mapping[str, str]
    level: str
    reason: str
    dissemination: str
    by: str
    by_id: bytes
    made: date
    second: str


def sure_of(row: Any) -> Sure | None:
    """The confidence in a row of `linked`, or None where nobody judged it."""
    if row.level is None:
        return None
    return Sure(
        concerns={name: getattr(row, name) for name in COMPONENTS},
        level=row.level,
        reason=row.sure_reason,
        dissemination=row.dissemination,
        by=row.sure_by,
        by_id=row.sure_id,
        made=row.sure_made,
        second=row.sure_second or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One past or present wording of a clause. said: why the words changed, where somebody wrote it."""

    number: int
    statement: str
    said: str = ""
    made: date


def changes(wordings: Sequence[Wording]) -> tuple[tuple[Wording, tuple[Piece, ...]], ...]:
    """Each wording after the first, the newest first, word by word against the one before it."""
    pairs = [(new, word_by_word(old.statement, new.statement)) for old, new in pairwise(wordings)]
    return tuple(reversed(pairs))


def linked(session: Session, consultation: Consultation, standard_id: bytes | None = None) -> list[Any]:
    """Clauses with their links and what these point at, in one query: of one standard, or of all."""
    query = (
        select(
            Clause.id.label("clause_id"),
            Clause.number,
            Clause.wording,
            Clause.applies,
            Clause.revision,
            Clause.why,
            Clause.how_checked,
            Clause.criteria,
            Clause.adjustment,
            Clause.for_men,
            Clause.for_organisations,
            Clause.for_commissioners,
            DraftStandard.key.label("standard"),
            EvidenceLink.id.label("link_id"),
            EvidenceLink.stance,
            EvidenceLink.strength,
            EvidenceLink.reason,
            EvidenceLink.made,
            EvidenceLink.wording.label("said_of"),
            _PRESENT.label("present"),
            EvidenceLink.reread,
            EvidenceLink.theme_id,
            EvidenceLink.finding_id,
            Theme.name.label("theme"),
            Theme.key.label("theme_key"),
            Finding.statement,
            Finding.page,
            Source.citation,
            Finding.source_id,
            Account.display_name,
            _AGAIN.display_name.label("reread_by"),
            *_SURE,
        )
        .join(DraftStandard, Clause.standard_id == DraftStandard.id)
        .outerjoin(EvidenceLink, EvidenceLink.clause_id == Clause.id)
        .outerjoin(Theme, EvidenceLink.theme_id == Theme.id)
        .outerjoin(Finding, EvidenceLink.finding_id == Finding.id)
        .outerjoin(Source, Finding.source_id == Source.id)
        .outerjoin(Account, EvidenceLink.account_id == Account.id)
        .outerjoin(_AGAIN, EvidenceLink.reread_id == _AGAIN.id)
        .outerjoin(ConfidenceJudgement, ConfidenceJudgement.link_id == EvidenceLink.id)
        .outerjoin(_FIRST, _FIRST.id == ConfidenceJudgement.account_id)
        .outerjoin(_SECOND, _SECOND.id == ConfidenceJudgement.second_id)
        .where(DraftStandard.consultation_id == consultation.id)
        .order_by(
            DraftStandard.position,
            DraftStandard.key,
            Clause.number != DraftStandard.key,  # the statement first
            Clause.position,
            Clause.number,
            Theme.position,
            Source.key,
            EvidenceLink.id,
        )
    )
    if standard_id is not None:
        query = query.where(Clause.standard_id == standard_id)
    return list(session.execute(query))


def by_clause(rows: Iterable[Any]) -> list[list[Any]]:
    """The rows of `linked`, clause by clause."""
    found: dict[bytes, list[Any]] = {}
    for row in rows:
        found.setdefault(row.clause_id, []).append(row)
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A standard with the wordings of its clauses, by id. read: somebody has read a publication: literature
    that nobody read is not silent, it was not asked.
    """

    standard: DraftStandard
    wordings: Mapping[bytes, tuple[Wording, ...]]
    read: bool


def worded(session: Session, consultation: Consultation, key: str) -> Worded:
    """A standard with its wordings, in one query. Raises UnknownStandardError."""
    checked = exists().where(Source.consultation_id == consultation.id, Source.status == SourceStatus.CHECKED)
    rows = session.execute(
        select(DraftStandard, WordingVersion, checked.label("read"))
        .join(Clause, Clause.standard_id == DraftStandard.id)
        .join(WordingVersion, WordingVersion.clause_id == Clause.id)
        .where(DraftStandard.consultation_id == consultation.id, DraftStandard.key == key)
        .order_by(WordingVersion.number)
    ).all()
    if not rows:
        raise UnknownStandardError(f"there is no draft standard {key!r}")
    found: dict[bytes, tuple[Wording, ...]] = {}
    for _, each, _read in rows:
        wording = Wording(number=each.number, statement=each.statement, said=each.said, made=each.made)
        found[each.clause_id] = (*found.get(each.clause_id, ()), wording)
    return Worded(standard=rows[0][0], wordings=found, read=bool(rows[0].read))
