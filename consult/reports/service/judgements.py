"""What people judged of each part, as a report may say it: no name, no interest, no words of a comment.

Team's own texts leave as they are. A word for how widely something is held leaves only where its figure does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analysis.convergence import Prominence
from analysis.disclosure import Cell
from consult.models.consultation import Strand
from consult.records import comments, counts, judged, rows
from consult.records.counts import Audience
from consult.records.evidence import ClauseEvidence, StandardEvidence
from consult.records.judged import Decided, Judged, JudgedRow, Replied
from consult.records.practitioners import PanelResult
from consult.records.rows import ConvergenceRow, StrandCell
from consult.records.unlocking import Unlocked

_SILENT = "silent/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, without who took it. dissent: why some did not agree."""

    kind: str
    wording: int
    next_wording: int | None
    reason: str
    dissent: str
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer to comments on a part. count: how many comments, as it may be published."""

    clause: str
    reply: Replied
    count: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PartJudged:
    """All that people made of one part. equity: what differs between the two kinds of service."""

    rows: tuple[ConvergenceRow, ...] = ()
    equity: str = ""
    decisions: tuple[Decision, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def reserved(self) -> tuple[tuple[ConvergenceRow, StrandCell], ...]:
        """What a person chose, or the panel rated, against the part or only in part."""
        return tuple((row, cell) for row in self.rows for cell in row.cells if cell.against)

    @property
    def dissent(self) -> str:
        """Why some did not agree with the last decision."""
        return self.decisions[-1].dissent if self.decisions else ""


def of_standards(
    opened_by: Unlocked, found: Sequence[StandardEvidence], panel: Mapping[str, PanelResult]
) -> dict[bytes, PartJudged]:
    """By clause id, every clause of these standards. panel: by number of the clause, for publication."""
    told: dict[bytes, PartJudged] = {}
    for standard in found:
        made = judged.of_standard(opened_by, standard.standard.id)
        counted = _counted(opened_by, standard, made)
        for clause in standard.clauses:
            told[clause.id] = _part(clause, made.get(clause.id, Judged()), panel.get(clause.number), counted)
    return told


def _part(
    clause: ClauseEvidence, made: Judged, panel: PanelResult | None, counted: Mapping[bytes, Cell]
) -> PartJudged:
    wording = clause.wordings[-1].number
    note = made.note(wording)
    shown = replace(made, rows=[_guarded(clause, row, panel) for row in made.rows])
    return PartJudged(
        rows=rows.of_clause(clause, shown, panel),
        equity=note.text if note else "",
        decisions=tuple(_decision(each) for each in made.decisions),
        answers=tuple(
            Answer(clause=clause.number, reply=each, count=counted[each.id]) for each in made.replies
        ),
    )


def _decision(made: Decided) -> Decision:
    return Decision(
        kind=made.kind,
        wording=made.wording,
        next_wording=made.next_wording,
        reason=made.reason,
        dissent=str(made.paper.get("dissent", "")),
        made=made.made,
    )


def _counted(opened_by: Unlocked, found: StandardEvidence, made: Mapping[bytes, Judged]) -> dict[bytes, Cell]:
    """How many comments each reply answers, as it may be published; opens nothing where nobody replied."""
    replied = [each.id for part in made.values() for each in part.replies]
    if not replied:
        return {}
    answered = [each.reply for each in comments.of_standard(opened_by, found.standard.id)]
    numbers = [answered.count(reply_id) for reply_id in replied]
    cells = counts.people(opened_by.consultation, Audience.PUBLISHED, numbers)
    return dict(zip(replied, cells, strict=True))


def _guarded(clause: ClauseEvidence, row: JudgedRow, panel: PanelResult | None) -> JudgedRow:
    """The row as somebody judged it, who saw figures that the public does not: these say "few" here."""
    return replace(
        row,
        cells={
            name: _few(cell) if _hidden(clause, Strand(name), row.theme_id, panel) else cell
            for name, cell in row.cells.items()
        },
    )


def _few(cell: str) -> str:
    if not cell or cell.startswith(_SILENT):
        return cell
    return f"{cell.partition('/')[0]}/{Prominence.FEW.value}"


def _hidden(
    clause: ClauseEvidence, strand: Strand, theme_id: bytes | None, panel: PanelResult | None
) -> bool:
    """Whether the strand has figures here, and none of them may be published."""
    hidden = [
        figure.hidden
        for line in clause.lines
        if theme_id in {None, line.theme_id}
        for figure in line.figures
        if figure.strand == strand
    ]
    if strand is Strand.PRACTITIONERS and panel is not None and panel.version == clause.wordings[-1].number:
        hidden.append(panel.equal_hi is None)
    return bool(hidden) and all(hidden)
