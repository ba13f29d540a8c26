"""Editions for the public: made by one person, put out by another, and never changed.

An edition holds the standards that are agreed, without parts that were dropped and with a mark on those that
are not decided yet, in the team's words, with figures under the thresholds for publication, and no quote:
words could not be called back from whoever copied the page. Figures are made anew only when enough answers
came or went, so that no two editions laid side by side tell of a single one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError, RefusedError
from consult.models.account import Account
from consult.models.consultation import Consultation
from consult.models.edition import Edition
from consult.models.judgement import DecisionKind
from consult.models.standard import StandardStatus
from consult.records import (
    audit,
    consultations,
    counts,
    editions,
    evidence,
    judged,
    practitioners,
    standards,
    voices,
)
from consult.records.counts import Audience
from consult.records.editions import Out
from consult.records.evidence import ClauseEvidence, Line, StandardEvidence
from consult.records.practitioners import PanelResult
from consult.records.unlocking import Unlocked
from consult.reports.service.traces import counted
from consult.vault.opening import WorkbenchVault

DAYS_BETWEEN = 7
"""Figures for the public are made anew at most so often."""


class NothingAgreedError(RefusedError):
    """No standard is agreed, so there is nothing to put out."""


class TooFewChangedError(RefusedError):
    """Figures made now and those that are out would together tell of a few people."""


class OwnEditionError(RefusedError):
    """Nobody puts out what they made themselves."""


class UnknownEditionError(ConflictError):
    """There is no such edition, or it was put out or taken back meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An edition in the team's list. own: made by the person who looks; current: the public reads it now."""

    number: int
    made: date
    made_by: str
    shown: date | None
    standards: int
    own: bool
    current: bool


def make(opened_by: Unlocked, *, actor: str, today: date) -> int:
    """Make the next edition; returns its number. Raises NothingAgreedError or TooFewChangedError."""
    session, consultation = opened_by.session, opened_by.consultation
    agreed = [
        each.key for each in standards.of(session, consultation) if each.status == StandardStatus.AGREED
    ]
    if not agreed:
        raise NothingAgreedError("no standard is agreed yet: give at least one the status agreed")
    heard = voices.hear(opened_by)
    answers = sum(heard.asked.values())
    before = _newest(session, consultation)
    changed = before is not None and before.answers != answers
    _require_enough(consultation, before, answers, today)
    panel = {
        result.clause: result
        for result in practitioners.of_consultation(session, consultation.id, Audience.PUBLISHED)
    }
    found = [evidence.of(opened_by, key, heard, Audience.PUBLISHED) for key in agreed]
    limits = counts.rule(consultation, Audience.PUBLISHED)
    content = {
        "title": consultation.title,
        "least": limits.k,
        "rounding": limits.rounding,
        "counts_changed": changed,
        "standards": [_standard(each, panel, _decided(opened_by, each)) for each in found],
    }
    number = (before.number if before is not None else 0) + 1
    session.add(
        Edition(
            consultation_id=consultation.id,
            number=number,
            content=json.dumps(content, ensure_ascii=False),
            answers=answers,
            made=today,
            account_id=opened_by.account_id,
        )
    )
    audit.note(
        session, opened_by.vault, actor, "make edition", consultation.name, detail=str(number), today=today
    )
    session.flush()
    return number


def put_out(
    session: Session,
    vault: WorkbenchVault,
    name: str,
    number: int,
    *,
    account_id: bytes,
    actor: str,
    today: date,
) -> None:
    """Let the public read an edition, as somebody other than who made it.

    Raises UnknownEditionError or OwnEditionError.
    """
    consultation = consultations.named(session, name)
    row = _numbered(session, consultation, number)
    newest = _newest(session, consultation)
    if row is None or row.shown is not None or newest is None or newest.number != number:
        raise UnknownEditionError("this edition was put out already, or there is a newer one")
    if row.account_id == account_id:
        raise OwnEditionError("somebody other than who made this edition puts it out")
    row.shown, row.passed_by = today, account_id
    audit.note(session, vault, actor, "put out edition", name, detail=str(number), today=today)
    session.flush()


def take_back(
    session: Session, vault: WorkbenchVault, name: str, number: int, *, actor: str, today: date
) -> None:
    """Take an edition and all before it off the public pages. Raises UnknownEditionError."""
    consultation = consultations.named(session, name)
    row = _numbered(session, consultation, number)
    if row is None or row.shown is None:
        raise UnknownEditionError("this edition is not out")
    for each in session.scalars(
        select(Edition).where(Edition.consultation_id == consultation.id, Edition.number <= number)
    ):
        each.shown = None
    audit.note(session, vault, actor, "take back edition", name, detail=str(number), today=today)
    session.flush()


def kept(session: Session, name: str, *, account_id: bytes) -> list[Kept]:
    """All editions, the newest first."""
    consultation = consultations.named(session, name)
    rows = session.execute(
        select(Edition, Account.display_name)
        .join(Account, Edition.account_id == Account.id)
        .where(Edition.consultation_id == consultation.id)
        .order_by(Edition.number.desc())
    ).all()
    current = next((row.number for row, _ in rows if row.shown is not None), 0)
    return [
        Kept(
            number=row.number,
            made=row.made,
            made_by=made_by,
            shown=row.shown,
            standards=len(json.loads(row.content)["standards"]),
            own=row.account_id == account_id,
            current=row.number == current,
        )
        for row, made_by in rows
    ]


def public_address(session: Session, name: str) -> str:
    """The part of the public address that stands for the consultation."""
    return consultations.named(session, name).slug


def numbered(session: Session, name: str, number: int) -> Out:
    """An edition as the public would read it. Raises UnknownEditionError."""
    row = _numbered(session, consultations.named(session, name), number)
    if row is None:
        raise UnknownEditionError("there is no such edition")
    return editions.read(row)


def _require_enough(consultation: Consultation, before: Edition | None, answers: int, today: date) -> None:
    if before is None or before.answers == answers:
        return
    if abs(before.answers - answers) < consultation.published_k:
        raise TooFewChangedError(
            f"fewer than {consultation.published_k} answers came or went since the last edition: figures "
            "made now would tell of them"
        )
    if today < before.made + timedelta(days=DAYS_BETWEEN):
        raise TooFewChangedError(f"figures are made anew once in {DAYS_BETWEEN} days at most")


def _newest(session: Session, consultation: Consultation) -> Edition | None:
    newest = select(func.max(Edition.number)).where(Edition.consultation_id == consultation.id)
    return _numbered(session, consultation, session.scalar(newest) or 0)


def _numbered(session: Session, consultation: Consultation, number: int) -> Edition | None:
    return session.scalar(
        select(Edition).where(Edition.consultation_id == consultation.id, Edition.number == number)
    )


def _decided(opened_by: Unlocked, found: StandardEvidence) -> dict[bytes, str]:
    """The last decision on each part that has one."""
    made = judged.of_standard(opened_by, found.standard.id)
    return {clause_id: each.decisions[-1].kind for clause_id, each in made.items() if each.decisions}


def _standard(
    found: StandardEvidence, panel: dict[str, PanelResult], decided: dict[bytes, str]
) -> dict[str, Any]:
    standard = found.standard
    return {
        "key": standard.key,
        "title": standard.title,
        "statement": found.wordings[-1].statement,
        "applies": str(standard.applies),
        **{
            name: getattr(standard, name)
            for name in (
                "why",
                "how_checked",
                "adjustment",
                "for_men",
                "for_organisations",
                "for_commissioners",
            )
        },
        "clauses": [
            _clause(each, panel.get(each.number), decided.get(each.id))
            for each in found.clauses
            # The statement goes with its standard's status alone.
            if each.is_statement or decided.get(each.id) != DecisionKind.DROP
        ],
    }


def _clause(clause: ClauseEvidence, result: PanelResult | None, decided: str | None) -> dict[str, Any]:
    return {
        "number": clause.number,
        "is_statement": clause.is_statement,
        "open": decided == DecisionKind.NEED_MORE,
        "wording": clause.wording,
        "applies": str(clause.applies),
        "how_checked": clause.words.how_checked,
        "criteria": [line.strip() for line in clause.words.criteria.splitlines() if line.strip()],
        "evidence": [_line(line) for line in clause.lines],
        "silent": {str(strand): str(why) for strand, why in clause.silent.items()},
        "panel": {"verdict": result.verdict, "people": result.n, "high": result.equal_hi} if result else None,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "stance": str(line.stance),
        "strength": line.strength,
        "source": line.source,
        "page": line.page,
        "finding": line.theme_id is None,
        "earlier": line.earlier,
        "figures": _figures(line),
    }


def _figures(line: Line) -> Sequence[dict[str, Any]]:
    return [
        {
            "strand": str(figure.strand),
            "shown": "" if figure.hidden else figure.shown,
            "mark": figure.mark,
            "counted": counted(line.theme_key, figure.strand),
        }
        for figure in line.figures
    ]
