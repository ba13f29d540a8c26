"""Acts of judging: what a person says of a row, of a link, of the two kinds of service, and what is decided.

A second person confirms what a first one judged. Whoever judges again is a first person again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.base import new_id
from consult.models.judgement import (
    Concern,
    Confidence,
    ConfidenceJudgement,
    Decision,
    DecisionKind,
    EquityNote,
    RowJudgement,
)
from consult.models.standard import Clause, EvidenceLink
from consult.records import papers
from consult.records.unlocking import Unlocked
from consult.records.voices import SIGN_BYTES, SURVEYED, Voices, sign

DECISION = "decision"


class SecondPersonError(RefusedError):
    """Who judged cannot also confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as somebody judges it. cells: "supports/many" by strand, "" leaves the proposal."""

    clause_id: bytes
    theme_id: bytes | None
    wording: int
    cells: Mapping[str, str]
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How sure somebody is of a link, and why. dissemination: noted apart."""

    concerns: Mapping[str, Concern]
    level: Confidence
    reason: str
    dissemination: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A decision as somebody records it. The last three are sealed: they are about people."""

    clause_id: bytes
    wording: int
    kind: DecisionKind
    reason: str
    next_wording: int | None = None
    people: str = ""
    dissent: str = ""
    notes: str = ""


def proposed(concerns: Iterable[Concern]) -> Confidence:
    """The level that four concerns propose; a person chooses.

    After GRADE-CERQual (Lewin and others, Implement Sci 2018;13(Suppl 1):2), which has no arithmetic itself.
    """
    found = list(concerns)
    serious, moderate = found.count(Concern.SERIOUS), found.count(Concern.MODERATE)
    if serious >= 2:
        return Confidence.VERY_LOW
    if serious == 1 or moderate >= 2:
        return Confidence.LOW
    if moderate == 1 or found.count(Concern.MINOR) >= 2:
        return Confidence.MODERATE
    return Confidence.HIGH


def judge_row(session: Session, row: Row, *, account_id: bytes, today: date) -> None:
    """Keep what a person says of a row, in the place of what stood; nobody has confirmed it yet."""
    session.execute(
        delete(RowJudgement).where(
            RowJudgement.clause_id == row.clause_id,
            RowJudgement.theme_id == row.theme_id,
            RowJudgement.wording == row.wording,
        )
    )
    made = RowJudgement(
        clause_id=row.clause_id,
        theme_id=row.theme_id,
        wording=row.wording,
        verdict=row.verdict,
        reason=row.reason,
        account_id=account_id,
        made=today,
        **row.cells,
    )
    session.add(made)
    session.flush()


def confirm_row(session: Session, row_id: bytes, *, account_id: bytes) -> None:
    """Confirm a row as the second person. Raises SecondPersonError."""
    _confirm(session.get_one(RowJudgement, row_id), account_id)
    session.flush()


def judge_link(session: Session, link_id: bytes, sure: Sureness, *, account_id: bytes, today: date) -> None:
    """Keep how sure a person is of a link; nobody has confirmed it yet."""
    session.execute(delete(ConfidenceJudgement).where(ConfidenceJudgement.link_id == link_id))
    made = ConfidenceJudgement(
        link_id=link_id,
        level=sure.level,
        reason=sure.reason,
        dissemination=sure.dissemination,
        account_id=account_id,
        made=today,
        **sure.concerns,
    )
    session.add(made)
    session.flush()


def confirm_link(session: Session, link_id: bytes, *, account_id: bytes) -> None:
    """Confirm it as the second person. Raises SecondPersonError."""
    _confirm(session.get_one(ConfidenceJudgement, link_id), account_id)
    session.flush()


def forget_link(session: Session, link_id: bytes, standard_id: bytes) -> None:
    """How sure somebody was of a link of this standard goes, before the link itself does."""
    own = (
        select(EvidenceLink.id)
        .join(Clause, Clause.id == EvidenceLink.clause_id)
        .where(Clause.standard_id == standard_id, EvidenceLink.id == link_id)
    )
    session.execute(delete(ConfidenceJudgement).where(ConfidenceJudgement.link_id.in_(own)))


def note_equity(
    session: Session, clause_id: bytes, wording: int, text: str, *, account_id: bytes, today: date
) -> None:
    """Keep what differs between the two kinds of service, in the place of what stood."""
    session.execute(
        delete(EquityNote).where(EquityNote.clause_id == clause_id, EquityNote.wording == wording)
    )
    session.add(
        EquityNote(clause_id=clause_id, wording=wording, text=text, account_id=account_id, made=today)
    )
    session.flush()


def decide(unlocked: Unlocked, made: Settled, basis: Iterable[bytes], *, today: date) -> Decision:
    """Record a decision; who was there is sealed, and so is which voices stood behind it (`basis`: ids)."""
    session = unlocked.session
    last = session.scalar(select(func.max(Decision.number)).where(Decision.clause_id == made.clause_id))
    decision = Decision(
        id=new_id(),
        clause_id=made.clause_id,
        number=(last or 0) + 1,
        wording=made.wording,
        next_wording=made.next_wording,
        kind=made.kind,
        reason=made.reason,
        account_id=unlocked.account_id,
        made=today,
    )
    session.add(decision)
    session.flush()
    paper = {"people": made.people, "dissent": made.dissent, "notes": made.notes}
    voices = sorted(sign(each) for each in basis)
    papers.keep(unlocked, decision.id, {"kind": DECISION, "basis": "".join(voices), **paper})
    return decision


def basis(heard: Voices, theme_ids: Iterable[bytes]) -> set[bytes]:
    """The responses that raised any of these themes."""
    return {
        each for theme in theme_ids for strand in SURVEYED for each in heard.raised.get((theme, strand), ())
    }


def taken_back(paper: Mapping[str, str], heard: Voices) -> bool:
    """Whether a voice that stood behind a decision was withdrawn since. Never whose, when, or how many.

    One that is only missing is coded in another way, or its author changed it.
    """
    written = str(paper.get("basis", ""))
    size = 2 * SIGN_BYTES
    return any(written[place : place + size] in heard.withdrawn for place in range(0, len(written), size))


def _confirm(judged: RowJudgement | ConfidenceJudgement, account_id: bytes) -> None:
    if judged.account_id == account_id:
        raise SecondPersonError("a second person confirms: somebody other than who judged")
    judged.second_id = account_id
