"""The evidence of a standard: links clause by clause, how many people stand behind them, silence and gaps.

What leaves here has passed disclosure control for one audience: figures as they may be shown, never a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from analysis.counts import Prominence, ProminenceRule, propose_prominence
from analysis.counts import Strand as CountedStrand
from analysis.disclosure import Cell
from consult.models.consultation import Consultation, Strand
from consult.models.standard import DraftStandard, Stance
from consult.records import counts
from consult.records.counts import Audience
from consult.records.linked import Sure, Wording, by_clause, changes, linked, sure_of, worded
from consult.records.unlocking import Unlocked
from consult.records.voices import SURVEYED, Voices
from consult.records.wordings import ClauseWords, words_of
from surveys.differences import Piece


class Silence(StrEnum):
    """Why a strand says nothing to a clause."""

    NOT_ASKED = "not_asked"
    ASKED_NOT_RAISED = "asked_not_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many people of a strand raised a theme, as it may be shown: a row for `macros/bars.html`.

    mark: the word proposed for how widely; a person decides. A hidden figure is always "few".
    """

    label: str
    strand: Strand
    shown: str
    drawn: int
    hidden: bool
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A theme or a finding linked to a clause. figures: of the strands that raised the theme.

    wording: the number of the wording that it is said of; earlier: that is not the present one. reread_by and
    reread: who said, and when, that it holds for a later wording than it was made for.
    """

    link_id: bytes
    clause: str
    stance: Stance
    strength: str
    reason: str
    linked_by: str
    linked: date
    wording: int = 1
    earlier: bool = False
    reread_by: str = ""
    reread: date | None = None
    theme_id: bytes | None = None
    theme_key: str = ""
    name: str = ""
    finding_id: bytes | None = None
    source: str = ""
    source_id: bytes | None = None
    page: str = ""
    figures: tuple[Figure, ...] = ()
    sure: Sure | None = None

    @property
    def strands(self) -> frozenset[Strand]:
        """The strands that speak through this link."""
        if self.theme_id is None:
            return frozenset({Strand.LITERATURE})
        return frozenset(figure.strand for figure in self.figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseEvidence:
    """One clause with its links and the strands that are silent on it. wordings: the present one last."""

    id: bytes
    number: str
    words: ClauseWords
    revision: int
    is_statement: bool
    wordings: tuple[Wording, ...]
    lines: tuple[Line, ...]
    silent: Mapping[Strand, Silence]

    @property
    def wording(self) -> str:
        """The present words."""
        return self.words.wording

    @property
    def applies(self) -> str:
        """Which services it applies to."""
        return self.words.applies

    @property
    def earlier(self) -> tuple[Line, ...]:
        """Links that are said of an earlier wording, and that nobody has looked at since it changed."""
        return tuple(line for line in self.lines if line.earlier)

    @property
    def changes(self) -> tuple[tuple[Wording, tuple[Piece, ...]], ...]:
        """Each later wording with its words against those before."""
        return changes(self.wordings)

    def figures(self, strand: Strand) -> tuple[Figure, ...]:
        """Rows of the bars of one strand."""
        return tuple(figure for line in self.lines for figure in line.figures if figure.strand == strand)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardEvidence:
    """All of a standard as an audience may see it. asked: people asked, by strand, as it may be shown."""

    standard: DraftStandard
    clauses: tuple[ClauseEvidence, ...]
    asked: Mapping[Strand, Cell]

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """The wordings of the statement, which is always the first clause."""
        return self.clauses[0].wordings

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every link, in the order of the clauses."""
        return tuple(line for clause in self.clauses for line in clause.lines)

    @property
    def contrary(self) -> tuple[Line, ...]:
        """What contradicts or qualifies: always shown together, never only in its place."""
        return tuple(line for line in self.lines if line.stance != Stance.SUPPORTS)

    @property
    def gaps(self) -> tuple[ClauseEvidence, ...]:
        """Clauses on which some strand is silent."""
        return tuple(clause for clause in self.clauses if clause.silent)


def of(unlocked: Unlocked, key: str, voices: Voices, audience: Audience) -> StandardEvidence:
    """The evidence of one standard: two queries. Raises UnknownStandardError."""
    session, consultation = unlocked.session, unlocked.consultation
    found = worded(session, consultation, key)
    standard = found.standard
    rows = linked(session, consultation, standard.id)
    teller = Teller(consultation, voices, audience)
    return StandardEvidence(
        standard=standard,
        clauses=tuple(
            _clause(standard.key, clause, found.wordings[clause[0].clause_id], teller, found.read)
            for clause in by_clause(rows)
        ),
        asked=teller.asked(),
    )


class Teller:
    """Turns true counts into what an audience may see; the only place here where the two meet."""

    def __init__(self, consultation: Consultation, voices: Voices, audience: Audience) -> None:
        self.voices = voices
        self._consultation = consultation
        self._audience = audience
        self._rule = ProminenceRule(survivors_few_under=counts.rule(consultation, audience).k)

    def asked(self) -> dict[Strand, Cell]:
        """People asked, by strand that people speak in. A strand nobody was asked in is left out."""
        numbers = {strand: self.voices.asked.get(strand, 0) for strand in SURVEYED}
        cells = counts.people(self._consultation, self._audience, list(numbers.values()))
        return {strand: cell for strand, cell in zip(numbers, cells, strict=True) if numbers[strand]}

    def figures(self, theme_id: bytes, label: str) -> tuple[Figure, ...]:
        """One figure for each strand that raised the theme. One voice is enough to be there."""
        speaking = [strand for strand in SURVEYED if self.voices.people(theme_id, strand)]
        numbers = [self.voices.people(theme_id, strand) for strand in speaking]
        cells = counts.people(self._consultation, self._audience, numbers)
        return tuple(
            Figure(
                label=label,
                strand=strand,
                shown=cell.shown,
                drawn=cell.drawn,
                hidden=cell.hidden,
                mark=self._word(strand, number, hidden=cell.hidden),
            )
            for strand, number, cell in zip(speaking, numbers, cells, strict=True)
        )

    def silence(self, strand: Strand, *, read: bool) -> Silence:
        """Why a strand is silent: nobody was asked (nothing was read), or they were and did not raise it."""
        heard = read if strand == Strand.LITERATURE else bool(self.voices.asked.get(strand))
        return Silence.ASKED_NOT_RAISED if heard else Silence.NOT_ASKED

    def _word(self, strand: Strand, number: int, *, hidden: bool) -> str:
        if hidden:  # another word would tell that a hidden count is a large share of a small strand
            return str(Prominence.FEW)
        word = propose_prominence(CountedStrand(strand), number, self.voices.asked[strand], self._rule)
        return str(word or "")


def _clause(
    key: str, rows: Sequence[Any], wordings: tuple[Wording, ...], teller: Teller, read: bool
) -> ClauseEvidence:
    lines = tuple(line_of(row, teller) for row in rows if row.link_id is not None)
    speaking = {strand for line in lines for strand in line.strands}
    first = rows[0]
    return ClauseEvidence(
        id=first.clause_id,
        number=first.number,
        words=words_of(first),
        revision=first.revision,
        is_statement=first.number == key,
        wordings=wordings,
        lines=lines,
        silent={strand: teller.silence(strand, read=read) for strand in Strand if strand not in speaking},
    )


def reason_of(line: Line) -> str:
    """The reason of a link, as a table in a file gives it: with the wording, where that has changed."""
    return (
        f"{line.reason} (Said of wording {line.wording}, which has changed since.)"
        if line.earlier
        else line.reason
    )


def line_of(row: Any, teller: Teller) -> Line:
    """A row of `linked` that holds a link, with its figures."""
    return Line(
        link_id=row.link_id,
        clause=row.number,
        stance=Stance(row.stance),
        strength=row.strength,
        reason=row.reason,
        linked_by=row.display_name,
        linked=row.made,
        wording=row.said_of,
        earlier=row.said_of != row.present,
        reread_by=row.reread_by or "",
        reread=row.reread,
        theme_id=row.theme_id,
        theme_key=row.theme_key or "",
        name=row.theme or row.statement,
        finding_id=row.finding_id,
        source=row.citation or "",
        source_id=row.source_id,
        page=row.page or "",
        figures=teller.figures(row.theme_id, row.theme) if row.theme_id else (),
        sure=sure_of(row),
    )
