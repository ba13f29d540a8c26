"""Publications: recorded, marked as read by a person, and only then a source of findings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.models.consultation import Consultation
from consult.models.literature import Source, SourceStatus
from consult.records import consultations
from consult.records import standards as records


class UnknownSourceError(MissingError):
    """There is no publication of this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A publication with the findings taken from it: pairs of statement and page."""

    key: str
    citation: str
    design: str
    setting: str
    read: bool
    findings: tuple[tuple[str, str], ...]


def publications(session: Session, name: str) -> list[Publication]:
    """All publications by key, in two queries."""
    consultation = consultations.named(session, name)
    taken: dict[bytes, list[tuple[str, str]]] = {}
    for finding, source in records.findings(session, consultation):
        taken.setdefault(source.id, []).append((finding.statement, finding.page))
    return [
        Publication(
            key=source.key,
            citation=source.citation,
            design=source.design,
            setting=source.setting,
            read=source.status == SourceStatus.CHECKED,
            findings=tuple(taken.get(source.id, ())),
        )
        for source in records.sources(session, consultation)
    ]


def add_publication(
    session: Session, name: str, key: str, citation: str, *, design: str, setting: str
) -> bool:
    """Record a publication, unread; False when the key is in use."""
    consultation = consultations.named(session, name)
    if _find(session, consultation, key) is not None:
        return False
    records.add_source(session, consultation, key, citation, design=design, setting=setting)
    return True


def mark_read(session: Session, name: str, key: str) -> None:
    """Say that a person has read it. Raises UnknownSourceError."""
    _source(session, name, key).status = SourceStatus.CHECKED
    session.flush()


def add_finding(session: Session, name: str, key: str, statement: str, page: str) -> None:
    """Attach a statement. Raises UnknownSourceError, or UnreadSourceError for what nobody has read."""
    records.add_finding(session, _source(session, name, key), statement, page)


def _source(session: Session, name: str, key: str) -> Source:
    found = _find(session, consultations.named(session, name), key)
    if found is None:
        raise UnknownSourceError(f"there is no publication {key!r}")
    return found


def _find(session: Session, consultation: Consultation, key: str) -> Source | None:
    return session.scalar(select(Source).where(Source.consultation_id == consultation.id, Source.key == key))
