"""Publications one by one: screened, read, appraised, and only then a source of findings with themes."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.literature.service import publications
from consult.models.literature import Appraisal, Outcome, Screening, SourceStatus
from consult.records import consultations, findings, literature, themes
from consult.records import standards as records


class InUseError(RefusedError):
    """Findings hang on the publication: it cannot be left out while they do."""


def add_publication(
    session: Session, name: str, key: str, citation: str, *, design: str, setting: str
) -> bool:
    """Record a publication by hand, unread; False when the key is in use."""
    consultation = consultations.named(session, name)
    if publications.find(session, consultation, key) is not None:
        return False
    records.add_source(session, consultation, key, citation, design=design, setting=setting)
    return True


def screen(
    session: Session,
    name: str,
    key: str,
    outcome: Outcome | None,
    reason: str,
    *,
    account_id: bytes,
    today: date,
) -> None:
    """Include a publication, leave it out with a reason, or (None) let it wait again.

    Raises UnknownSourceError, or InUseError when findings hang on what would be left out.
    """
    source = publications.source_of(session, consultations.named(session, name), key)
    if outcome != Outcome.INCLUDED and literature.has_findings(session, source):
        raise InUseError(f"{key} has findings: take them away before you leave it out")
    row = session.get(Screening, source.id)
    if outcome != Outcome.INCLUDED:
        source.status = SourceStatus.UNCHECKED
    if outcome is None:
        if row is not None:
            session.delete(row)
        session.flush()
        return
    if row is None:
        row = Screening(source_id=source.id)
        session.add(row)
    row.outcome, row.reason, row.same_as = outcome, reason, None
    row.account_id, row.made = account_id, today
    session.flush()


def mark_read(session: Session, name: str, key: str, *, account_id: bytes, today: date) -> None:
    """Say that a person has read it, which includes it. Raises UnknownSourceError."""
    screen(session, name, key, Outcome.INCLUDED, "", account_id=account_id, today=today)
    publications.source_of(session, consultations.named(session, name), key).status = SourceStatus.CHECKED
    session.flush()


def appraise(
    session: Session,
    name: str,
    key: str,
    judgement: publications.Judgement,
    *,
    account_id: bytes,
    today: date,
) -> None:
    """Keep what a reviewer says of a study. Raises UnknownSourceError, or UnreadSourceError."""
    source = publications.source_of(session, consultations.named(session, name), key)
    if source.status != SourceStatus.CHECKED:
        raise records.UnreadSourceError(f"{key} is not marked as read: read it before you appraise it")
    source.design, source.setting = judgement.design, judgement.setting
    row = session.get(Appraisal, source.id)
    if row is None:
        row = Appraisal(source_id=source.id)
        session.add(row)
    row.population, row.from_uk, row.concern = judgement.population, judgement.from_uk, judgement.concern
    row.reason, row.account_id, row.made = judgement.reason, account_id, today
    session.flush()


def add_finding(session: Session, name: str, key: str, statement: str, page: str) -> str:
    """Attach a statement; returns its key. Raises UnknownSourceError, or UnreadSourceError."""
    source = publications.source_of(session, consultations.named(session, name), key)
    return records.add_finding(session, source, statement, page).id.hex()


def code_finding(
    session: Session, name: str, finding: str, theme: str, *, on: bool, account_id: bytes, today: date
) -> None:
    """Give a finding a theme of the code frame, or take it off.

    Raises findings.UnknownFindingError or themes.UnknownThemeError.
    """
    consultation = consultations.named(session, name)
    row = findings.of(session, consultation, _id(finding))
    found = themes.keyed(session, consultation, theme)
    if on:
        findings.code(session, row, found, account_id=account_id, today=today)
    else:
        findings.uncode(session, row, found)


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
