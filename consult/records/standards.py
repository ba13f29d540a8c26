"""Draft standards with wordings, clauses and links, as evidence, reports and the demonstration use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import ConflictError, MissingError, RefusedError
from consult.models.coding import Theme
from consult.models.consultation import Consultation
from consult.models.literature import Finding, Source, SourceStatus
from consult.models.standard import (
    Clause,
    DraftStandard,
    EvidenceLink,
    ServiceKind,
    Stance,
    StandardStatus,
    Strength,
    WordingVersion,
)
from consult.records.wordings import ClauseWords, put_clause, wordings_of


class UnknownStandardError(MissingError):
    """No draft standard or clause has this key."""


class LinkedTwiceError(ConflictError):
    """This theme or finding is linked to the clause already: change that link."""


class UnreadSourceError(RefusedError):
    """Only somebody who has read a publication may attach a finding to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardText:
    """The words of a standard as somebody edits them."""

    key: str
    title: str
    statement: str
    why: str = ""
    how_checked: str = ""
    applies: ServiceKind = ServiceKind.BOTH
    adjustment: str = ""
    for_men: str = ""
    for_organisations: str = ""
    for_commissioners: str = ""
    status: StandardStatus = StandardStatus.DRAFT


def of(session: Session, consultation: Consultation) -> list[DraftStandard]:
    """All draft standards in their order."""
    return list(
        session.scalars(
            select(DraftStandard)
            .where(DraftStandard.consultation_id == consultation.id)
            .order_by(DraftStandard.position, DraftStandard.key)
        )
    )


def keyed(session: Session, consultation: Consultation, key: str) -> DraftStandard:
    """The standard of that key. Raises UnknownStandardError."""
    found = session.scalar(
        select(DraftStandard).where(
            DraftStandard.consultation_id == consultation.id, DraftStandard.key == key
        )
    )
    if found is None:
        raise UnknownStandardError(f"there is no draft standard {key!r}")
    return found


def wordings(session: Session, standard: DraftStandard) -> list[WordingVersion]:
    """All wordings of the statement, the present one last."""
    return list(
        session.scalars(
            select(WordingVersion)
            .join(Clause, Clause.id == WordingVersion.clause_id)
            .where(Clause.standard_id == standard.id, Clause.number == standard.key)
            .order_by(WordingVersion.number)
        )
    )


def clauses(session: Session, standard: DraftStandard) -> list[Clause]:
    """The clauses of a standard in their order."""
    return list(
        session.scalars(
            select(Clause).where(Clause.standard_id == standard.id).order_by(Clause.position, Clause.number)
        )
    )


def clause_numbered(session: Session, consultation: Consultation, number: str) -> Clause:
    """The clause of that number anywhere in the consultation. Raises UnknownStandardError."""
    found = session.scalar(
        select(Clause)
        .join(DraftStandard, Clause.standard_id == DraftStandard.id)
        .where(DraftStandard.consultation_id == consultation.id, Clause.number == number)
    )
    if found is None:
        raise UnknownStandardError(f"there is no clause {number!r}")
    return found


def write(
    session: Session,
    consultation: Consultation,
    text: StandardText,
    *,
    today: date,
    revision: int | None = None,
    said: str = "",
) -> DraftStandard:
    """Make a standard, or change it; a changed statement becomes the next wording, `said` says why.

    `revision` is the one the editor started from. Raises ConflictError when somebody changed it since.
    """
    standard = session.scalar(
        select(DraftStandard)
        .where(DraftStandard.consultation_id == consultation.id, DraftStandard.key == text.key)
        .with_for_update()
    )
    if standard is None:
        standard = DraftStandard(
            consultation_id=consultation.id, key=text.key, position=_next(session, consultation)
        )
        session.add(standard)
    elif revision is not None and revision != standard.revision:
        raise ConflictError(f"{text.key} was changed by somebody else meanwhile")
    else:
        standard.revision += 1
    standard.title = text.title
    standard.why = text.why
    standard.how_checked = text.how_checked
    standard.applies = text.applies
    standard.adjustment = text.adjustment
    standard.for_men = text.for_men
    standard.for_organisations = text.for_organisations
    standard.for_commissioners = text.for_commissioners
    standard.status = text.status
    session.flush()
    # The statement can be linked like any clause: one under the standard's own key, always first.
    statement = ClauseWords(wording=text.statement, applies=text.applies)
    put_clause(session, standard, standard.key, statement, today=today, said=said)
    return standard


def write_clause(
    session: Session,
    standard: DraftStandard,
    number: str,
    wording: str,
    applies: ServiceKind = ServiceKind.BOTH,
    *,
    today: date,
) -> Clause:
    """Make a clause of a standard with nothing but its wording, or give it another wording."""
    return put_clause(session, standard, number, ClauseWords(wording=wording, applies=applies), today=today)


def link(
    session: Session,
    clause: Clause,
    evidence: Theme | Finding,
    stance: Stance,
    strength: Strength,
    reason: str,
    *,
    account_id: bytes,
    today: date,
) -> EvidenceLink:
    """Tie a theme or a finding to the present wording of a clause.

    Raises LinkedTwiceError when that is done already.
    """
    made = EvidenceLink(
        clause_id=clause.id,
        theme_id=evidence.id if isinstance(evidence, Theme) else None,
        finding_id=evidence.id if isinstance(evidence, Finding) else None,
        stance=stance,
        strength=strength,
        reason=reason,
        account_id=account_id,
        made=today,
        wording=wordings_of(session, clause)[-1].number,
    )
    end = EvidenceLink.theme_id if isinstance(evidence, Theme) else EvidenceLink.finding_id
    twice = select(EvidenceLink.id).where(EvidenceLink.clause_id == clause.id, end == evidence.id)
    if session.scalar(twice) is not None:
        raise LinkedTwiceError("this is linked to the clause already")
    session.add(made)
    session.flush()
    return made


def unlink(session: Session, link_id: bytes, standard: DraftStandard) -> EvidenceLink:
    """Take a link of this standard away again. Raises UnknownStandardError when it is not one."""
    found = _link(session, link_id, standard)
    session.delete(found)
    session.flush()
    return found


def hold_link(
    session: Session, link_id: bytes, standard: DraftStandard, *, account_id: bytes, today: date
) -> None:
    """Say that a link holds for the present wording, too. Raises UnknownStandardError when it is not one."""
    found = _link(session, link_id, standard)
    present = wordings_of(session, session.get_one(Clause, found.clause_id))[-1].number
    if found.wording == present:
        return
    found.wording, found.reread_id, found.reread = present, account_id, today
    session.flush()


def _link(session: Session, link_id: bytes, standard: DraftStandard) -> EvidenceLink:
    found = session.get(EvidenceLink, link_id)
    if found is None or found.clause_id not in {clause.id for clause in clauses(session, standard)}:
        raise UnknownStandardError("there is no such link")
    return found


def sources(session: Session, consultation: Consultation) -> list[Source]:
    """All publications by key."""
    return list(
        session.scalars(select(Source).where(Source.consultation_id == consultation.id).order_by(Source.key))
    )


def findings(session: Session, consultation: Consultation) -> list[tuple[Finding, Source]]:
    """All findings with their publications, in one query."""
    rows = session.execute(
        select(Finding, Source)
        .join(Source, Finding.source_id == Source.id)
        .where(Source.consultation_id == consultation.id)
        .order_by(Source.key, Finding.page, Finding.id)
    )
    return [(finding, source) for finding, source in rows]


def add_source(
    session: Session,
    consultation: Consultation,
    key: str,
    citation: str,
    *,
    design: str = "",
    setting: str = "",
    status: SourceStatus = SourceStatus.UNCHECKED,
) -> Source:
    """Record a publication."""
    source = Source(
        consultation_id=consultation.id,
        key=key,
        citation=citation,
        design=design,
        setting=setting,
        status=status,
    )
    session.add(source)
    session.flush()
    return source


def add_finding(session: Session, source: Source, statement: str, page: str = "") -> Finding:
    """Attach a statement to a publication that somebody has read. Raises UnreadSourceError otherwise."""
    if source.status != SourceStatus.CHECKED:
        raise UnreadSourceError(f"{source.key} is not marked as read: read it, mark it, then add findings")
    finding = Finding(source_id=source.id, statement=statement, page=page)
    session.add(finding)
    session.flush()
    return finding


def _next(session: Session, consultation: Consultation) -> int:
    return len(of(session, consultation))
