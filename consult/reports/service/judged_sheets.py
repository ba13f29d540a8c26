"""Sheets of the workbook for what people judged: rows, how sure they are, decisions, answers to comments."""

from __future__ import annotations

from collections.abc import Iterator

from consult.models.consultation import Strand
from consult.records.evidence import ClauseEvidence
from consult.records.linked import COMPONENTS
from consult.records.rows import StrandCell
from consult.reports.service.judgements import PartJudged
from consult.reports.service.whole import Told
from consult.reports.writers.sheets import Sheet

_PART = ("Standard", "Part")
_LOOKED = ("Judged on", "A second person agrees")
_WIDE = 60


def sheets_of(told: Told) -> list[Sheet]:
    """The four sheets, each part in the order of its standard."""
    return [_together(told), _confidence(told), _decisions(told), _answers(told)]


def _parts(told: Told) -> Iterator[tuple[list[str], ClauseEvidence, PartJudged]]:
    for found in told.found:
        for clause in found.clauses:
            name = "statement" if clause.is_statement else clause.number
            yield [found.standard.key, name], clause, told.judged[clause.id]


def _together(told: Told) -> Sheet:
    rows = []
    for part, _, judged in _parts(told):
        for row in judged.rows:
            person = row.judged
            rows.append(
                [
                    *part,
                    row.name or "the part as a whole",
                    *(_cell(each) for each in row.cells),
                    _plain(row.verdict),
                    _plain(row.result),
                    person.reason if person else "",
                    person.made.isoformat() if person else "",
                    _agreed(person.second) if person else "",
                ]
            )
    return Sheet(
        name="Together",
        columns=(
            *_PART,
            "Theme",
            *(each.capitalize() for each in Strand),
            "Together",
            "By the rules",
            "Reason",
            *_LOOKED,
        ),
        rows=rows,
        widths=(10, 12, 30, 26, 26, 26, 22, 22, _WIDE, 12, 14),
    )


def _confidence(told: Told) -> Sheet:
    rows = [
        [
            *part,
            line.name,
            _plain(line.sure.level),
            *(_plain(line.sure.concerns[name]) for name in COMPONENTS),
            line.sure.reason,
            line.sure.dissemination,
            line.sure.made.isoformat(),
            _agreed(line.sure.second),
        ]
        for part, clause, _ in _parts(told)
        for line in clause.lines
        if line.sure is not None
    ]
    return Sheet(
        name="Confidence",
        columns=(
            *_PART,
            "Evidence",
            "How sure",
            *(f"Concerns: {name}" for name in COMPONENTS),
            "Reason",
            "Perhaps never published or said",
            *_LOOKED,
        ),
        rows=rows,
        widths=(10, 12, _WIDE, 12, 20, 20, 20, 20, _WIDE, 30, 12, 14),
    )


def _decisions(told: Told) -> Sheet:
    rows = [
        [
            *part,
            _plain(made.kind),
            made.made.isoformat(),
            made.reason,
            made.dissent,
            str(made.wording),
            str(made.next_wording or ""),
        ]
        for part, _, judged in _parts(told)
        for made in judged.decisions
    ]
    return Sheet(
        name="Decisions",
        columns=(
            *_PART,
            "Decided",
            "On",
            "Reason",
            "Why some did not agree",
            "About wording",
            "Made wording",
        ),
        rows=rows,
        widths=(10, 12, 14, 12, _WIDE, _WIDE, 14, 14),
    )


def _answers(told: Told) -> Sheet:
    rows = [
        [
            *part,
            answer.reply.summary,
            answer.count.shown,
            _plain(answer.reply.disposition),
            answer.reply.reason,
            answer.reply.changed,
            str(answer.reply.next_wording or ""),
            answer.reply.made.isoformat(),
            told.traces.by_answer[answer.reply.id],
        ]
        for part, _, judged in _parts(told)
        for answer in judged.answers
    ]
    return Sheet(
        name="Answers",
        columns=(
            *_PART,
            "What was said, in our words",
            "Comments",
            "Answer",
            "Reason",
            "What changed",
            "Led to wording",
            "On",
            "Figure",
        ),
        rows=rows,
        widths=(10, 12, _WIDE, 12, 18, _WIDE, 40, 14, 12, 8),
    )


def _cell(cell: StrandCell) -> str:
    return f"{cell.stance}: {_plain(cell.silence or cell.prominence)}"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _agreed(second: str) -> str:
    return "yes" if second else "not yet"
