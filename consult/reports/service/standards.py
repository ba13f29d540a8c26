"""Reports and tables of standards: evidence under the thresholds for publication, and quotes that may leave.

A quote leaves only when its author allowed it, two different people passed it, its theme is not rare in its
strand, and no other quote of the same person is in the file. The order of quotes says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

from consult.models.consultation import Strand
from consult.records import (
    consultations,
    evidence,
    exports,
    matrix,
    unlocking,
    voices,
)
from consult.records.counts import Audience
from consult.records.evidence import ClauseEvidence, Figure, Line, reason_of
from consult.records.unlocking import NotOnTheTeamError, Unlocked, unlocked
from consult.reports.service.checking import proof
from consult.reports.service.traces import counted
from consult.reports.writers import tables
from consult.vault.opening import WorkbenchVault

__all__ = [
    "Format",
    "NotOnTheTeamError",
    "ReportFile",
    "Unlocked",
    "for_command",
    "matrix_csv",
    "note",
    "standard_csv",
    "unlocked",
]

MAY_EXPORT = frozenset({"analyst", "lead"})
A_FEW = "raised by a few"
_COLUMNS = (
    "part",
    "wording",
    "applies to",
    "source",
    "evidence",
    "says",
    "strength",
    "reason",
    "people",
    "how widely",
    "counted by",
)
NOTICE = "Illustrative draft. Not the published quality standards."


class Format(StrEnum):
    """Kinds of file."""

    HTML = "html"
    CSV = "csv"


class Kept(Protocol):
    """A file that is not in memory; it is given out in pieces. `size` is in bytes."""

    size: int

    def pieces(self) -> Iterator[bytes]:
        """The bytes, from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A file to hand on; its name says nothing of the topic. It is in memory, or kept elsewhere."""

    name: str
    mimetype: str
    content: bytes = b""
    kept: Kept | None = None
    # What it is of, for log and register: its name, and the standard's key.
    kind: str = ""
    # The responses whose words or answers are in it, with their revisions.
    used: exports.Used = field(default_factory=dict[bytes, int])

    @property
    def size(self) -> int:
        """How long it is, in bytes."""
        return len(self.content) if self.kept is None else self.kept.size

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, however it is kept."""
        return iter((self.content,)) if self.kept is None else self.kept.pieces()


def standard_csv(opened_by: Unlocked, key: str) -> ReportFile:
    """The evidence of one standard, a row for each link and strand, and one for each silence."""
    found = evidence.of(opened_by, key, voices.hear(opened_by), Audience.PUBLISHED)
    rows = [row for clause in found.clauses for row in _clause_rows(clause)]
    return _csv("evidence.csv", opened_by, _COLUMNS, rows, kind=f"evidence.csv {key}")


def matrix_csv(opened_by: Unlocked) -> ReportFile:
    """Themes and findings by clause, for all standards; the last row names clauses without any link."""
    found = matrix.of(opened_by, Audience.PUBLISHED)
    numbers = [column.number for column in found.columns]
    rows = [
        [
            row.label,
            str(row.strand or ""),
            _people(row.figure),
            counted(row.theme_key, row.figure.strand) if row.figure else "",
            *(row.stances.get(each, "") for each in numbers),
        ]
        for row in found.rows
    ]
    rows.append(["nothing linked", "", "", "", *("gap" if each in found.empty else "" for each in numbers)])
    return _csv("matrix.csv", opened_by, ("evidence", "source", "people", "counted by", *numbers), rows)


def note(
    session: Session, vault: WorkbenchVault, actor: str, consultation: str, made: ReportFile, *, today: date
) -> None:
    """Write into log and register that a file left."""
    found = consultations.named(session, consultation)
    exports.keep(session, vault, found, made.kind or made.name, made.used, actor=actor, today=today)


def for_command(
    session: Session, vault: WorkbenchVault, consultation: str, account: str, passphrase: str
) -> Unlocked:
    """Unlock with a passphrase, for somebody of the team.

    Raises UnknownAccountError, WrongPassphraseError, NotOnTheTeamError or NoGrantError.
    """
    return unlocking.by_passphrase(session, vault, consultation, account, passphrase, roles=MAY_EXPORT)


def _clause_rows(clause: ClauseEvidence) -> list[list[str]]:
    part = ["statement" if clause.is_statement else clause.number, clause.wording, clause.applies]
    rows = [[*part, *row] for line in clause.lines for row in _line_rows(line)]
    for strand, silence in clause.silent.items():
        rows.append([*part, str(strand), "", silence.value.replace("_", " "), "", "", "", "", ""])
    return rows


def _line_rows(line: Line) -> list[list[str]]:
    says = [str(line.stance), line.strength, reason_of(line)]
    if line.theme_id is None:
        return [[str(Strand.LITERATURE), f"{line.name} ({line.source})", *says, "", "", ""]]
    if not line.figures:
        return [["", line.name, *says, "not raised", "", ""]]
    return [
        [
            str(figure.strand),
            line.name,
            *says,
            _people(figure),
            figure.mark,
            counted(line.theme_key, figure.strand),
        ]
        for figure in line.figures
    ]


def _people(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return A_FEW if figure.hidden else figure.shown


def _csv(
    name: str,
    opened_by: Unlocked,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    kind: str = "",
) -> ReportFile:
    notices = [NOTICE] if opened_by.consultation.demonstration else []
    # Under the table, in its first column: what the file can be held against later.
    below = [[line, *[""] * (len(header) - 1)] for line in (*notices, *proof(opened_by).lines)]
    content = tables.csv_file(header, [*rows, *below])
    return ReportFile(name=name, mimetype="text/csv", content=content, kind=kind)
