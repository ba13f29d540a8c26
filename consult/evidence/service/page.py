"""The evidence page of a standard: three strands side by side, part by part, and what people made of them.

An author's choice decides what is shown of words; figures have passed disclosure control before they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult.evidence.service import words
from consult.evidence.service.words import ThemeWords
from consult.models.consultation import Strand
from consult.models.standard import Stance
from consult.records import adequacy, evidence, judged, judging, practitioners, rows, voices
from consult.records.adequacy import Adequacy
from consult.records.counts import Audience
from consult.records.evidence import ClauseEvidence, Line, StandardEvidence
from consult.records.judged import Decided, Judged, Noted
from consult.records.linked import Sure
from consult.records.practitioners import PanelResult
from consult.records.rows import ConvergenceRow, StrandCell
from consult.records.unlocking import Unlocked

_FLAGGED = frozenset({"amber", "red"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One clause with all that speaks to it and all that was judged.

    panel: the last closed round that asked about it, if any. taken_back: a voice behind the last decision was
    withdrawn since.
    """

    clause: ClauseEvidence
    rows: tuple[ConvergenceRow, ...]
    judged: Judged
    panel: PanelResult | None
    taken_back: bool

    @property
    def number(self) -> int:
        """The number of the present wording."""
        return self.clause.wordings[-1].number

    @property
    def decision(self) -> Decided | None:
        """The last decision, whichever wording it was about."""
        return self.judged.decisions[-1] if self.judged.decisions else None

    @property
    def equity(self) -> Noted | None:
        """The note on the present wording."""
        return self.judged.note(self.number)

    @property
    def flagged(self) -> bool:
        """Whether the panel's two kinds of service differ on it."""
        return self.panel is not None and self.panel.parity in _FLAGGED

    @property
    def rerated(self) -> bool:
        """Whether the panel rated an earlier wording: its figures are then shown, and speak in no row."""
        return self.panel is not None and self.panel.version != self.number

    @property
    def sure(self) -> Sure | None:
        """The lowest confidence among its links: how sure the team is of the part as a whole."""
        found = [line.sure for line in self.clause.lines if line.sure is not None]
        order = ("very_low", "low", "moderate", "high")
        return min(found, key=lambda each: order.index(each.level), default=None)

    @property
    def contrary(self) -> tuple[Line, ...]:
        """Links that contradict it, or support it only in part."""
        return tuple(line for line in self.clause.lines if line.stance != Stance.SUPPORTS)

    @property
    def reserved(self) -> tuple[tuple[ConvergenceRow, StrandCell], ...]:
        """What a person chose, or the panel rated, against it or in part: beside links that say otherwise."""
        return tuple((row, cell) for row in self.rows for cell in row.cells if cell.against)

    @property
    def disputed(self) -> bool:
        """Whether anything speaks against it, or only in part, or somebody did not agree."""
        panel = self.panel
        dissent = self.decision is not None and bool(self.decision.paper.get("dissent"))
        rated = panel is not None and bool(panel.reservations or panel.contested or panel.comments.contrary)
        return bool(self.contrary or self.reserved) or rated or dissent


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """Everything on the page. `shut` counts answers that should be on it and do not open."""

    evidence: StandardEvidence
    parts: tuple[Part, ...]
    themes: tuple[ThemeWords, ...]
    demonstration: bool
    shut: int
    adequacy: Mapping[Strand, Adequacy]

    @property
    def taken_back(self) -> bool:
        """Whether something that a decision rested on was taken back by whoever said it."""
        return any(part.taken_back for part in self.parts)


def page(unlocked: Unlocked, key: str, *, whole_theme: str = "") -> EvidencePage:
    """The page of a standard; `whole_theme` (hex) shows more of one theme. Raises UnknownStandardError."""
    heard = voices.hear(unlocked)
    found = evidence.of(unlocked, key, heard, Audience.TEAM)
    lines = {line.theme_id: line for line in found.lines if line.theme_id is not None}
    told, shut = words.under(unlocked, heard, lines, whole_theme)
    return EvidencePage(
        evidence=found,
        parts=parts(unlocked, found, heard),
        themes=told,
        demonstration=unlocked.consultation.demonstration,
        shut=shut,
        adequacy=adequacy.of(heard),
    )


def parts(unlocked: Unlocked, found: StandardEvidence, heard: voices.Voices) -> tuple[Part, ...]:
    """The clauses of a standard, each with its rows and judgements: two queries."""
    session, standard = unlocked.session, found.standard
    made = judged.of_standard(unlocked, standard.id)
    rated = _by_clause(practitioners.of_standard(session, unlocked.consultation.id, standard.key))
    return tuple(_part(clause, made.get(clause.id, Judged()), rated, heard) for clause in found.clauses)


def _part(
    clause: ClauseEvidence,
    made: Judged,
    rated: dict[bytes, PanelResult],
    heard: voices.Voices,
) -> Part:
    panel = rated.get(clause.id)
    paper = made.decisions[-1].paper if made.decisions else {}
    return Part(
        clause=clause,
        rows=rows.of_clause(clause, made, panel),
        judged=made,
        panel=panel,
        taken_back=judging.taken_back(paper, heard),
    )


def _by_clause(results: Sequence[PanelResult]) -> dict[bytes, PanelResult]:
    return {result.clause_id: result for result in results}
