"""Publications as they stand: the list of them, how many are where, and each one by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.models.account import Account
from consult.models.consultation import Consultation
from consult.models.literature import (
    Appraisal,
    Concern,
    Finding,
    FromUK,
    Outcome,
    Population,
    Screening,
    Source,
    SourceRecord,
    SourceStatus,
)
from consult.records import consultations, findings, literature, themes
from consult.records.literature import Flow

PER_PAGE = 50
STATES = ("waiting", "included", "read", "out", "double")


class UnknownSourceError(MissingError):
    """There is no publication of this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A publication in the list. state: one of STATES."""

    key: str
    citation: str
    state: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A page of the list, and how many publications are in it altogether."""

    listed: tuple[Listed, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a reviewer says of a study."""

    design: str
    setting: str
    population: Population
    from_uk: FromUK
    concern: Concern
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding with its themes: pairs of key and name."""

    key: str
    statement: str
    page: str
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything about one publication. same_as: key of the one that this is a double of."""

    key: str
    citation: str
    record: SourceRecord | None
    state: str
    outcome: str
    reason: str
    decided_by: str
    decided: date | None
    same_as: str
    design: str
    setting: str
    appraisal: Appraisal | None
    findings: tuple[Found, ...]
    themes: tuple[tuple[str, str], ...]


def shelf(session: Session, name: str, *, state: str = "", page: int = 1) -> Shelf:
    """A page of the publications of a state, or of all but doubles; by key."""
    consultation = consultations.named(session, name)
    query = (
        select(Source, Screening.outcome, func.count(Finding.id))
        .outerjoin(Screening, Screening.source_id == Source.id)
        .outerjoin(Finding, Finding.source_id == Source.id)
        .where(Source.consultation_id == consultation.id, _in_state(state))
        .group_by(Source.id, Screening.outcome)
        .order_by(Source.key)
    )
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-count // PER_PAGE))
    page = min(max(1, page), pages)
    rows = session.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Shelf(
        listed=tuple(
            Listed(
                key=source.key,
                citation=source.citation,
                state=state_of(source, outcome),
                findings=taken,
            )
            for source, outcome, taken in rows
        ),
        count=count,
        page=page,
        pages=pages,
    )


def flow(session: Session, name: str) -> Flow:
    """The counts at each step."""
    return literature.flow(session, consultations.named(session, name))


def publication(session: Session, name: str, key: str) -> Publication:
    """One publication. Raises UnknownSourceError."""
    consultation = consultations.named(session, name)
    source = source_of(session, consultation, key)
    screening = session.get(Screening, source.id)
    by = session.get(Account, screening.account_id) if screening else None
    kept = session.get(Source, screening.same_as) if screening and screening.same_as else None
    coded = findings.themes_of(session, consultation)
    taken = session.scalars(
        select(Finding).where(Finding.source_id == source.id).order_by(Finding.page, Finding.id)
    )
    return Publication(
        key=source.key,
        citation=source.citation,
        record=session.get(SourceRecord, source.id),
        state=state_of(source, screening.outcome if screening else None),
        outcome=screening.outcome if screening else "",
        reason=screening.reason if screening else "",
        decided_by=by.display_name if by else "",
        decided=screening.made if screening else None,
        same_as=kept.key if kept else "",
        design=source.design,
        setting=source.setting,
        appraisal=session.get(Appraisal, source.id),
        findings=tuple(
            Found(
                key=each.id.hex(),
                statement=each.statement,
                page=each.page,
                themes=tuple((theme.key, theme.name) for theme in coded.get(each.id, ())),
            )
            for each in taken
        ),
        themes=tuple((theme.key, theme.name) for theme in themes.of(session, consultation)),
    )


def state_of(source: Source, outcome: str | None) -> str:
    """Where a publication stands: one of STATES."""
    if outcome == Outcome.DOUBLE:
        return "double"
    if outcome in {Outcome.OUT_BY_TITLE, Outcome.OUT_BY_TEXT}:
        return "out"
    if source.status == SourceStatus.CHECKED:
        return "read"
    return "included" if outcome == Outcome.INCLUDED else "waiting"


def _in_state(state: str) -> ColumnElement[bool]:
    unread = Source.status != SourceStatus.CHECKED
    not_double = or_(Screening.outcome.is_(None), Screening.outcome != Outcome.DOUBLE)
    return {
        "waiting": and_(Screening.outcome.is_(None), unread),
        "included": and_(Screening.outcome == Outcome.INCLUDED, unread),
        "read": and_(Source.status == SourceStatus.CHECKED, not_double),
        "out": Screening.outcome.in_((Outcome.OUT_BY_TITLE, Outcome.OUT_BY_TEXT)),
        "double": Screening.outcome == Outcome.DOUBLE,
    }.get(state, not_double)


def source_of(session: Session, consultation: Consultation, key: str) -> Source:
    """A publication by its key. Raises UnknownSourceError."""
    found = find(session, consultation, key)
    if found is None:
        raise UnknownSourceError(f"there is no publication {key!r}")
    return found


def find(session: Session, consultation: Consultation, key: str) -> Source | None:
    """A publication by its key; None where there is none."""
    return session.scalar(select(Source).where(Source.consultation_id == consultation.id, Source.key == key))
