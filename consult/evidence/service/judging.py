"""Judging: a row of the matrix, how sure one is of a link, what differs between services, what is decided.

A person judges, a second one confirms. All that is proposed is a word or a level to start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from analysis.convergence import Convergence
from consult.evidence.service import page as pages
from consult.evidence.service.page import Part
from consult.faults import MissingError, RefusedError
from consult.models.consultation import Strand
from consult.models.judgement import DecisionKind
from consult.records import audit, evidence, judging, voices
from consult.records.counts import Audience
from consult.records.evidence import Line, StandardEvidence
from consult.records.judging import Row, Settled, Sureness
from consult.records.rows import ConvergenceRow, read_cell
from consult.records.unlocking import Unlocked
from consult.records.wordings import put_clause


class NothingToJudgeError(MissingError):
    """There is no such part, row or link, or nobody has judged it."""


class CellError(RefusedError):
    """This is nothing that a cell, or a result, can say."""


class EquityMissingError(RefusedError):
    """Before it is kept or changed, somebody writes what differs between the two kinds of service."""


class SameWordsError(RefusedError):
    """A change needs other words than those that stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A standard as somebody judges it."""

    unlocked: Unlocked
    found: StandardEvidence
    heard: voices.Voices
    parts: tuple[Part, ...]

    def part(self, number: str) -> Part:
        """A part by number; the statement without one. Raises NothingToJudgeError."""
        wanted = number or self.found.standard.key
        for part in self.parts:
            if part.clause.number == wanted:
                return part
        raise NothingToJudgeError("there is no such part")

    def row(self, number: str, key: str) -> ConvergenceRow:
        """A row of a part by its key. Raises NothingToJudgeError."""
        for row in self.part(number).rows:
            if row.key == key:
                return row
        raise NothingToJudgeError("there is no such row")

    def line(self, link_id: str) -> Line:
        """A link by its id in hex. Raises NothingToJudgeError."""
        for line in self.found.lines:
            if line.link_id.hex() == link_id:
                return line
        raise NothingToJudgeError("there is no such link")


def desk(unlocked: Unlocked, key: str) -> Desk:
    """A standard with all that can be judged of it. Raises UnknownStandardError."""
    heard = voices.hear(unlocked)
    found = evidence.of(unlocked, key, heard, Audience.TEAM)
    return Desk(unlocked=unlocked, found=found, heard=heard, parts=pages.parts(unlocked, found, heard))


def judge_row(
    at: Desk, number: str, key: str, cells: Mapping[str, str], verdict: str, reason: str, *, today: date
) -> None:
    """Keep what a person says of a row; "" leaves the proposal. Raises NothingToJudgeError or CellError."""
    row = at.row(number, key)
    part = at.part(number)
    if any(written and read_cell(Strand(strand), written) is None for strand, written in cells.items()):
        raise CellError("this is nothing that a strand can say")
    if verdict and verdict not in {each.value for each in Convergence}:
        raise CellError("this is no result of a row")
    judging.judge_row(
        at.unlocked.session,
        Row(
            clause_id=part.clause.id,
            theme_id=row.theme_id,
            wording=part.number,
            cells=cells,
            verdict=verdict,
            reason=reason,
        ),
        account_id=at.unlocked.account_id,
        today=today,
    )


def confirm_row(at: Desk, number: str, key: str) -> None:
    """Confirm a judged row. Raises NothingToJudgeError or SecondPersonError."""
    row = at.row(number, key)
    if row.judged is None:
        raise NothingToJudgeError("nobody has judged this row yet")
    judging.confirm_row(at.unlocked.session, row.judged.id, account_id=at.unlocked.account_id)


def judge_link(at: Desk, link_id: str, sure: Sureness, *, today: date) -> None:
    """Keep how sure a person is of a link. Raises NothingToJudgeError."""
    line = at.line(link_id)
    judging.judge_link(
        at.unlocked.session, line.link_id, sure, account_id=at.unlocked.account_id, today=today
    )


def confirm_link(at: Desk, link_id: str) -> None:
    """Confirm it as the second person. Raises NothingToJudgeError or SecondPersonError."""
    line = at.line(link_id)
    if line.sure is None:
        raise NothingToJudgeError("nobody has said how sure we are of this yet")
    judging.confirm_link(at.unlocked.session, line.link_id, account_id=at.unlocked.account_id)


def note_equity(at: Desk, number: str, text: str, *, today: date) -> None:
    """Write what differs between the two kinds of service, for the present wording of a part."""
    part = at.part(number)
    judging.note_equity(
        at.unlocked.session,
        part.clause.id,
        part.number,
        text,
        account_id=at.unlocked.account_id,
        today=today,
    )


def needs_equity(at: Desk, part: Part) -> bool:
    """Whether a note must be written before this part is kept or changed.

    The note on the statement covers the clauses under it, but for one on which the panel's groups differ.
    """
    if part.equity is not None:
        return False
    return part.flagged or at.part("").equity is None


def decide(at: Desk, number: str, made: Settled, wording: str, *, actor: str, today: date) -> None:
    """Record a decision; to change something, `wording` becomes its next one.

    Raises NothingToJudgeError, EquityMissingError or SameWordsError.
    """
    part = at.part(number)
    if made.kind in {DecisionKind.KEEP, DecisionKind.CHANGE} and needs_equity(at, part):
        raise EquityMissingError("write first what differs between the two kinds of service")
    if made.kind == DecisionKind.CHANGE:
        if not wording or wording == part.clause.wording:
            raise SameWordsError("a change needs other words than those that stand")
        _reword(at, part, wording, made.reason, today=today)
        made = replace(made, next_wording=part.number + 1)
    themes = [line.theme_id for line in part.clause.lines if line.theme_id is not None]
    settled = replace(made, clause_id=part.clause.id, wording=part.number)
    judging.decide(at.unlocked, settled, judging.basis(at.heard, themes), today=today)
    audit.note(
        at.unlocked.session,
        at.unlocked.vault,
        actor,
        "decide",
        f"{at.unlocked.consultation.name}/standards/{part.clause.number}",
        detail=made.kind.value,
        today=today,
    )


def _reword(at: Desk, part: Part, wording: str, said: str, *, today: date) -> None:
    session, standard = at.unlocked.session, at.found.standard
    words = replace(part.clause.words, wording=wording)
    put_clause(session, standard, part.clause.number, words, today=today, said=said)
    if part.clause.is_statement:
        standard.revision += 1  # who edits the standard meanwhile must see that its statement changed
        session.flush()
