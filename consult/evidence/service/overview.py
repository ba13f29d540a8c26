"""Themes by standard, for the team: which standard a theme speaks to, and where a standard has nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consult.models.consultation import Strand
from consult.models.standard import Stance
from consult.records import matrix
from consult.records.counts import Audience
from consult.records.matrix import MatrixRow
from consult.records.unlocking import Unlocked

_MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a theme says to a standard: a stance, "mixed" when its clauses differ, or "" for a gap."""

    standard: str
    stance: str
    links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    """A theme in one strand (or a finding) with a cell for each standard."""

    label: str
    theme: str
    strand: str
    shown: str
    hidden: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Standards in their order, and the rows."""

    standards: tuple[str, ...]
    rows: tuple[OverviewRow, ...]
    strands: tuple[OverviewRow, ...]


def overview(unlocked: Unlocked) -> Overview:
    """The matrix of the team, folded from clauses to standards."""
    found = matrix.of(unlocked, Audience.TEAM)
    standards = tuple(dict.fromkeys(column.standard for column in found.columns))
    belongs = {column.number: column.standard for column in found.columns}
    return Overview(
        standards=standards,
        rows=tuple(_row(row, standards, belongs) for row in found.rows),
        strands=tuple(_strand(strand, found.rows, standards, belongs) for strand in Strand),
    )


def _strand(
    strand: Strand, rows: Iterable[MatrixRow], standards: tuple[str, ...], belongs: Mapping[str, str]
) -> OverviewRow:
    """All that one source says to each standard, its themes or findings taken together."""
    said: dict[str, list[str]] = {}
    for row in rows:
        if row.strand == strand:
            for number, stance in row.stances.items():
                said.setdefault(belongs[number], []).append(Stance(stance).value)
    return OverviewRow(
        label="",
        theme="",
        strand=strand.value,
        shown="",
        hidden=False,
        cells=tuple(_cell(standard, said.get(standard, [])) for standard in standards),
    )


def _row(row: MatrixRow, standards: tuple[str, ...], belongs: dict[str, str]) -> OverviewRow:
    said: dict[str, list[str]] = {}
    for number, stance in row.stances.items():
        said.setdefault(belongs[number], []).append(Stance(stance).value)
    return OverviewRow(
        label=row.label,
        theme=row.theme_id.hex() if row.theme_id else "",
        strand=str(row.strand or ""),
        shown=row.figure.shown if row.figure else "",
        hidden=row.figure is not None and row.figure.hidden,
        cells=tuple(_cell(standard, said.get(standard, [])) for standard in standards),
    )


def _cell(standard: str, stances: list[str]) -> Cell:
    kinds = set(stances)
    return Cell(
        standard=standard,
        stance=_MIXED if len(kinds) > 1 else next(iter(kinds), ""),
        links=len(stances),
    )
