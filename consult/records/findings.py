"""Findings from publications and the themes that they are coded with: one code frame for all three strands.

Findings are published statements in a reviewer's words. Nothing here is of anybody who answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.models.coding import Theme
from consult.models.consultation import Consultation
from consult.models.literature import Finding, FindingTheme, Source


class UnknownFindingError(MissingError):
    """There is no such finding in this consultation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedFinding:
    """A finding as it is shown under a theme, with where it stands."""

    finding_id: bytes
    statement: str
    page: str
    source: str
    citation: str


def of(session: Session, consultation: Consultation, finding_id: bytes) -> Finding:
    """One finding of a consultation. Raises UnknownFindingError."""
    found = session.scalar(
        select(Finding)
        .join(Source, Finding.source_id == Source.id)
        .where(Finding.id == finding_id, Source.consultation_id == consultation.id)
    )
    if found is None:
        raise UnknownFindingError("there is no such finding")
    return found


def code(session: Session, finding: Finding, theme: Theme, *, account_id: bytes, today: date) -> None:
    """Give a finding a theme. One that it has already stays as it is."""
    if session.get(FindingTheme, (finding.id, theme.id)) is None:
        session.add(FindingTheme(finding_id=finding.id, theme_id=theme.id, account_id=account_id, made=today))
        session.flush()


def uncode(session: Session, finding: Finding, theme: Theme) -> None:
    """Take a theme off a finding."""
    session.execute(
        delete(FindingTheme).where(FindingTheme.finding_id == finding.id, FindingTheme.theme_id == theme.id)
    )
    session.flush()


def by_theme(session: Session, consultation: Consultation) -> dict[bytes, list[CodedFinding]]:
    """The findings under each theme, by its id, in the order of publications and pages: one query."""
    rows = session.execute(
        select(FindingTheme.theme_id, Finding, Source)
        .join(Finding, FindingTheme.finding_id == Finding.id)
        .join(Source, Finding.source_id == Source.id)
        .where(Source.consultation_id == consultation.id)
        .order_by(Source.key, Finding.page, Finding.id)
    )
    found: dict[bytes, list[CodedFinding]] = {}
    for theme_id, finding, source in rows:
        found.setdefault(theme_id, []).append(
            CodedFinding(
                finding_id=finding.id,
                statement=finding.statement,
                page=finding.page,
                source=source.key,
                citation=source.citation,
            )
        )
    return found


def themes_of(session: Session, consultation: Consultation) -> dict[bytes, list[Theme]]:
    """The themes in use of each finding, by its id, in the order of the frame: one query."""
    rows = session.execute(
        select(FindingTheme.finding_id, Theme)
        .join(Theme, FindingTheme.theme_id == Theme.id)
        .where(Theme.consultation_id == consultation.id, Theme.retired.is_(False))
        .order_by(Theme.position, Theme.name)
    )
    found: dict[bytes, list[Theme]] = {}
    for finding_id, theme in rows:
        found.setdefault(finding_id, []).append(theme)
    return found
