"""Themes and findings by clause, for all standards at once: what is linked where, and where nothing is.

Every theme of the frame is a row, however few raised it: rarity never drops a voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consult.models.coding import Theme
from consult.models.consultation import Strand
from consult.records import linked as links
from consult.records import themes, voices
from consult.records.counts import Audience
from consult.records.evidence import Figure, Teller
from consult.records.unlocking import Unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A clause, or a statement under its standard's key."""

    number: str
    standard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A theme in one strand, or a finding. figure: none for a finding; stances: by number of clause.

    strand None: nobody raised this theme in any strand.
    """

    label: str
    theme_key: str
    theme_id: bytes | None
    strand: Strand | None
    figure: Figure | None
    stances: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The whole. empty: numbers of clauses that nothing is linked to."""

    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    empty: frozenset[str]


def of(unlocked: Unlocked, audience: Audience) -> Matrix:
    """The matrix of a consultation as an audience may see it: five queries."""
    linked = links.linked(unlocked.session, unlocked.consultation)
    teller = Teller(unlocked.consultation, voices.hear(unlocked), audience)
    stances: dict[bytes, dict[str, str]] = {}
    findings: dict[bytes, str] = {}
    for row in linked:
        if row.link_id is not None:
            end = row.theme_id or row.finding_id
            stances.setdefault(end, {})[row.number] = row.stance
        if row.finding_id is not None:
            findings[row.finding_id] = f"{row.statement} ({row.citation})"
    rows: list[MatrixRow] = []
    for theme in themes.of(unlocked.session, unlocked.consultation):
        spoken = stances.get(theme.id, {})
        figures = teller.figures(theme.id, theme.name)
        rows += [_row(theme.name, theme, figure.strand, figure, spoken) for figure in figures]
        if not figures:
            rows.append(_row(theme.name, theme, None, None, spoken))
    rows += [_row(label, None, Strand.LITERATURE, None, stances[end]) for end, label in findings.items()]
    clauses = links.by_clause(linked)
    return Matrix(
        columns=tuple(Column(number=each[0].number, standard=each[0].standard) for each in clauses),
        rows=tuple(rows),
        empty=frozenset(each[0].number for each in clauses if each[0].link_id is None),
    )


def _row(
    label: str,
    theme: Theme | None,
    strand: Strand | None,
    figure: Figure | None,
    spoken: Mapping[str, str],
) -> MatrixRow:
    theme_id, theme_key = (theme.id, theme.key) if theme is not None else (None, "")
    return MatrixRow(
        label=label, theme_id=theme_id, theme_key=theme_key, strand=strand, figure=figure, stances=spoken
    )
