"""The way of publications through the literature strand: from searches to findings, counted at each step.

Knows publications and what people decided about them; several features ask. Nothing of people who answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.literature import (
    Appraisal,
    Finding,
    Outcome,
    Screening,
    Search,
    Source,
    SourceRecord,
    SourceStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """One search, or one list that came in. left_out: of the records found, those not taken in."""

    place: str
    terms: str
    made: date
    found: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How many publications stand at each step, as reviews report them (after PRISMA 2020).

    found: records in all lists, and those recorded by hand; left_out: not taken in, since they were here
    already; waiting: nobody has decided yet. reasons: why publications were left out after reading, with how
    many for each.
    """

    searches: tuple[Searched, ...]
    found: int
    left_out: int
    doubles: int
    waiting: int
    out_by_title: int
    out_by_text: int
    included: int
    read: int
    appraised: int
    findings: int
    reasons: tuple[tuple[str, int], ...]


def flow(session: Session, consultation: Consultation) -> Flow:
    """The counts of a consultation: five queries."""
    own = Source.consultation_id == consultation.id
    searches = tuple(
        Searched(place=each.place, terms=each.terms, made=each.made, found=each.found, left_out=each.left_out)
        for each in session.scalars(
            select(Search)
            .where(Search.consultation_id == consultation.id, Search.waiting == "")
            .order_by(Search.made, Search.place, Search.id)
        )
    )
    rows = session.execute(
        select(Source.status, Screening.outcome, Screening.reason, SourceRecord.search_id)
        .outerjoin(Screening, Screening.source_id == Source.id)
        .outerjoin(SourceRecord, SourceRecord.source_id == Source.id)
        .where(own)
    ).all()
    outcomes = Counter(row.outcome for row in rows)
    findings = session.scalar(
        select(func.count()).select_from(Finding).join(Source, Finding.source_id == Source.id).where(own)
    )
    appraised = session.scalar(
        select(func.count()).select_from(Appraisal).join(Source, Appraisal.source_id == Source.id).where(own)
    )
    reasons = Counter(row.reason for row in rows if row.outcome == Outcome.OUT_BY_TEXT and row.reason)
    return Flow(
        searches=searches,
        found=sum(each.found for each in searches) + sum(row.search_id is None for row in rows),
        left_out=sum(each.left_out for each in searches),
        doubles=outcomes[Outcome.DOUBLE],
        waiting=sum(row.outcome is None and row.status != SourceStatus.CHECKED for row in rows),
        out_by_title=outcomes[Outcome.OUT_BY_TITLE],
        out_by_text=outcomes[Outcome.OUT_BY_TEXT],
        included=sum(_included(row.outcome, row.status) for row in rows),
        read=sum(row.status == SourceStatus.CHECKED for row in rows),
        appraised=int(appraised or 0),
        findings=int(findings or 0),
        reasons=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def appraisals(session: Session, consultation: Consultation) -> dict[bytes, Appraisal]:
    """What reviewers said of the studies, by publication."""
    rows = session.scalars(
        select(Appraisal)
        .join(Source, Appraisal.source_id == Source.id)
        .where(Source.consultation_id == consultation.id)
    )
    return {row.source_id: row for row in rows}


def has_findings(session: Session, source: Source) -> bool:
    """Whether anybody took a finding from a publication."""
    return bool(session.scalar(select(exists().where(Finding.source_id == source.id))))


def _included(outcome: str | None, status: str) -> bool:
    """What was read before anybody screened it counts as included."""
    return outcome == Outcome.INCLUDED or (outcome is None and status == SourceStatus.CHECKED)
