"""Publications that look like one: found by likeness, decided by a person, and never joined by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from analysis.likeness import Why, Work, alike
from consult.faults import ConflictError
from consult.literature.service.references import Reference, doi_of, year_of
from consult.models.consultation import Consultation
from consult.models.literature import KeptApart, Outcome, Screening, Source, SourceRecord, SourceStatus
from consult.records import consultations, literature

SHOWN = 20
"""Pairs on one page: more tire the eye."""


class HasFindingsError(ConflictError):
    """Both have been read or used: take the findings over by hand first."""


class GoneError(ConflictError):
    """Somebody decided about one of the two meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two publications side by side. percent: how much of the words of the titles is in both."""

    first: Source
    second: Source
    why: Why
    percent: int


def work_of(reference: Reference) -> Work:
    """What a reference is compared by."""
    year = int(reference.year) if reference.year.isdecimal() else 0
    return Work(title=reference.title, year=year, surname=reference.surname, doi=reference.doi)


def works(session: Session, consultation: Consultation) -> list[tuple[Source, Work]]:
    """Every publication that nobody called a double, by key, with what it is compared by: one query."""
    rows = session.execute(
        select(Source, SourceRecord)
        .outerjoin(SourceRecord, SourceRecord.source_id == Source.id)
        .outerjoin(Screening, Screening.source_id == Source.id)
        .where(
            Source.consultation_id == consultation.id,
            or_(Screening.outcome.is_(None), Screening.outcome != Outcome.DOUBLE),
        )
        .order_by(Source.key)
    )
    return [(source, _work(source, record)) for source, record in rows]


def pairs(session: Session, name: str) -> list[Alike]:
    """Every pair that looks alike and that nobody has decided about."""
    consultation = consultations.named(session, name)
    present = works(session, consultation)
    apart = {
        (row.first_id, row.second_id)
        for row in session.scalars(
            select(KeptApart)
            .join(Source, KeptApart.first_id == Source.id)
            .where(Source.consultation_id == consultation.id)
        )
    }
    found = []
    for pair in alike([work for _, work in present]):
        first, second = present[pair.first][0], present[pair.second][0]
        if _in_order(first, second) not in apart:
            found.append(Alike(first=first, second=second, why=pair.why, percent=round(pair.share * 100)))
    return found


def keep_apart(session: Session, name: str, first: str, second: str, *, account_id: bytes) -> None:
    """Say that two are two. Raises GoneError."""
    one, other = _both(session, name, first, second)
    first_id, second_id = _in_order(one, other)
    if session.get(KeptApart, (first_id, second_id)) is None:
        session.add(KeptApart(first_id=first_id, second_id=second_id, account_id=account_id))
        session.flush()


def same(session: Session, name: str, keep: str, double: str, *, account_id: bytes, today: date) -> None:
    """Say that two are one, and which of them stays. Raises GoneError, or HasFindingsError when findings
    hang on the one that would go."""
    kept, gone = _both(session, name, keep, double)
    if literature.has_findings(session, gone):
        raise HasFindingsError(f"{gone.key} has findings: keep that one, or take its findings over first")
    row = session.get(Screening, gone.id)
    if row is None:
        row = Screening(source_id=gone.id)
        session.add(row)
    row.outcome, row.reason, row.same_as = Outcome.DOUBLE, "", kept.id
    row.account_id, row.made = account_id, today
    gone.status = SourceStatus.UNCHECKED
    session.flush()


def _both(session: Session, name: str, first: str, second: str) -> tuple[Source, Source]:
    consultation = consultations.named(session, name)
    rows = session.scalars(
        select(Source)
        .outerjoin(Screening, Screening.source_id == Source.id)
        .where(
            and_(Source.consultation_id == consultation.id, Source.key.in_((first, second))),
            or_(Screening.outcome.is_(None), Screening.outcome != Outcome.DOUBLE),
        )
    ).all()
    by_key = {row.key: row for row in rows}
    if first == second or set(by_key) != {first, second}:
        raise GoneError("somebody decided about one of these two meanwhile")
    return by_key[first], by_key[second]


def _in_order(one: Source, other: Source) -> tuple[bytes, bytes]:
    low, high = sorted((one.id, other.id))
    return low, high


def _work(source: Source, record: SourceRecord | None) -> Work:
    if record is None:  # recorded by hand: the citation is all there is
        return Work(
            title=source.citation, doi=doi_of(source.citation), year=int(year_of(source.citation) or 0)
        )
    return work_of(Reference(title=record.title, authors=record.authors, year=record.year, doi=record.doi))
