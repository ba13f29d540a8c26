"""Rows of the matrix for one clause: what each strand says of each theme, and what that makes together.

What a person judged stands before what is proposed, and the page says which is which. Proposals come from
links, from figures that passed disclosure control, and from the panel's closed rounds: never from raw counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from analysis import convergence
from analysis.convergence import Prominence, Row, Stance
from analysis.counts import Strand as CountedStrand
from analysis.counts import propose_prominence
from consult.models.consultation import Strand
from consult.records.evidence import ClauseEvidence, Line, Silence
from consult.records.judged import Judged, JudgedRow
from consult.records.practitioners import PanelResult

WHOLE = ""
"""The name of the row of a clause as a whole, with no theme of the frame."""
_SILENT = "silent"
_AGAINST = frozenset({"qualifies", "contradicts"})
_BY_VERDICT = {
    "in": Stance.SUPPORTS,
    "in_with_reservation": Stance.QUALIFIES,
    "out": Stance.CONTRADICTS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandCell:
    """One strand on one row. proposed: nobody has chosen it yet. by_panel: it comes from ratings."""

    strand: Strand
    stance: str
    prominence: str = ""
    silence: str = ""
    proposed: bool = True
    by_panel: bool = False

    @property
    def written(self) -> str:
        """As a form sends it and a judgement keeps it: "supports/many" or "silent/not_asked"."""
        return f"{self.stance}/{self.silence or self.prominence}"

    @property
    def against(self) -> bool:
        """Whether a person chose it, or the panel rated it, against the part or only in part."""
        return self.stance in _AGAINST and (self.by_panel or not self.proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvergenceRow:
    """One row: its cells, what the rules make of them, and what a person judged.

    theme_id None: the clause as a whole. review: it mixes qualifying with contradicting.
    """

    theme_id: bytes | None
    name: str
    cells: tuple[StrandCell, ...]
    result: str
    silent: tuple[str, ...]
    review: bool
    judged: JudgedRow | None = None

    @property
    def verdict(self) -> str:
        """What stands: a person's word before that of the rules."""
        return (self.judged.verdict if self.judged else "") or self.result

    @property
    def overridden(self) -> bool:
        """Whether a person put something else in the place of what the rules say."""
        return self.verdict != self.result

    @property
    def key(self) -> str:
        """The row's name in an address."""
        return self.theme_id.hex() if self.theme_id else "whole"


def of_clause(
    clause: ClauseEvidence, judged: Judged, panel: PanelResult | None
) -> tuple[ConvergenceRow, ...]:
    """The rows of a clause's present wording, in the order of its links."""
    wording = clause.wordings[-1].number
    themed = [
        line
        for line in clause.lines
        if line.theme_id is not None and (not line.earlier or judged.row(line.theme_id, wording))
    ]
    rated = panel if panel is not None and panel.version == wording else None
    rows = [
        _row(
            clause,
            line.theme_id,
            line.name,
            _said(line),
            _coded(clause, judged, line.theme_id),
            rated,
            judged,
        )
        for line in themed
    ]
    own = {line.theme_id for line in themed}
    loose = [
        line
        for line in clause.lines
        if line.finding_id is not None
        and not line.earlier
        and not judged.themes.get(line.finding_id, set()) & own
    ]
    if loose or judged.row(None, wording) or (not rows and rated is not None):
        rows.append(_row(clause, None, WHOLE, [], loose, rated, judged))
    return tuple(rows)


def read_cell(strand: Strand, written: str) -> StrandCell | None:
    """A cell as a person wrote it; None for nothing, or for what no cell can say."""
    stance, _, rest = written.partition("/")
    try:
        if stance == _SILENT:
            return StrandCell(strand=strand, stance=stance, silence=Silence(rest).value, proposed=False)
        return StrandCell(
            strand=strand, stance=Stance(stance).value, prominence=Prominence(rest).value, proposed=False
        )
    except ValueError:
        return None


def _said(line: Line) -> list[Line]:
    """A link proposes for the wording that it is said of, and for no other."""
    return [] if line.earlier else [line]


def _coded(clause: ClauseEvidence, judged: Judged, theme_id: bytes | None) -> list[Line]:
    """Findings linked to the clause that are coded with this theme."""
    return [
        line
        for line in clause.lines
        if line.finding_id is not None
        and not line.earlier
        and theme_id in judged.themes.get(line.finding_id, set())
    ]


def _row(
    clause: ClauseEvidence,
    theme_id: bytes | None,
    name: str,
    themed: list[Line],
    findings: list[Line],
    panel: PanelResult | None,
    judged: Judged,
) -> ConvergenceRow:
    mine = judged.row(theme_id, clause.wordings[-1].number)
    proposed = (
        _people(clause, Strand.SURVIVORS, themed),
        _rated(panel) or _people(clause, Strand.PRACTITIONERS, themed),
        _read(clause, findings),
    )
    cells = tuple(_chosen(mine, each) or each for each in proposed)
    found = _assess(cells)
    return ConvergenceRow(
        theme_id=theme_id,
        name=name,
        cells=cells,
        result=found.result.value,
        silent=found.silent,
        review=found.review,
        judged=mine,
    )


def _chosen(mine: JudgedRow | None, proposed: StrandCell) -> StrandCell | None:
    return read_cell(proposed.strand, mine.cells[proposed.strand]) if mine else None


def _assess(cells: Iterable[StrandCell]) -> Row:
    return convergence.assess(
        {
            cell.strand.value: convergence.Cell(
                stance=Stance(cell.stance),
                prominence=Prominence(cell.prominence) if cell.prominence else None,
                silence=convergence.Silence(cell.silence) if cell.silence else None,
            )
            for cell in cells
        }
    )


def _people(clause: ClauseEvidence, strand: Strand, lines: list[Line]) -> StrandCell:
    for line in lines:
        for figure in line.figures:
            if figure.strand == strand:
                return StrandCell(strand=strand, stance=line.stance.value, prominence=figure.mark)
    return _silent(clause, strand)


def _rated(panel: PanelResult | None) -> StrandCell | None:
    """What the panel's ratings say: the verdict as a stance, the share that rated that way as a word.

    Without a verdict, the larger share speaks. None where too few rated: their figures stay hidden.
    """
    if panel is None or panel.equal_hi is None or panel.equal_lo is None:
        return None
    high, low = panel.equal_hi, panel.equal_lo
    stance = _BY_VERDICT.get(panel.verdict, Stance.SUPPORTS if high >= low else Stance.CONTRADICTS)
    share = low if stance is Stance.CONTRADICTS else high
    word = convergence.proposed_for_panel(Fraction(share, 100))
    return StrandCell(strand=Strand.PRACTITIONERS, stance=stance.value, prominence=word.value, by_panel=True)


def _read(clause: ClauseEvidence, findings: list[Line]) -> StrandCell:
    """Literature: the most cautious stance among the findings, and how many publications say so."""
    if not findings:
        return _silent(clause, Strand.LITERATURE)
    stances = {line.stance.value for line in findings}
    cautious = next(each for each in ("contradicts", "qualifies", "supports") if each in stances)
    sources = len({line.source_id for line in findings})
    word = propose_prominence(CountedStrand.LITERATURE, sources, 0)
    return StrandCell(strand=Strand.LITERATURE, stance=cautious, prominence=str(word or Prominence.FEW))


def _silent(clause: ClauseEvidence, strand: Strand) -> StrandCell:
    silence = clause.silent.get(strand, Silence.ASKED_NOT_RAISED)
    return StrandCell(strand=strand, stance=_SILENT, silence=silence.value)
