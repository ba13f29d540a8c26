"""The workbook: what the evidence report says, as tables to sort and filter, under the same thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from consult.models.consultation import Strand
from consult.records import matrix
from consult.records.counts import Audience
from consult.records.evidence import ClauseEvidence, Line, StandardEvidence, reason_of
from consult.records.unlocking import Unlocked
from consult.reports.service import judged_sheets
from consult.reports.service.standards import A_FEW, NOTICE, ReportFile
from consult.reports.service.traces import counted
from consult.reports.service.whole import Told, tell
from consult.reports.writers import sheets
from consult.reports.writers.sheets import Sheet

_WIDE = 60


def evidence_xlsx(opened_by: Unlocked) -> ReportFile:
    """All standards, links, figures, judgements, literature, method and queries. Holds no quote."""
    told = tell(opened_by)
    demonstration = opened_by.consultation.demonstration
    content = sheets.workbook(
        opened_by.consultation.title,
        [
            Sheet(
                name="About",
                columns=("About this file",),
                rows=[[line] for line in _about(opened_by, told, demonstration=demonstration)],
                widths=(110,),
            ),
            Sheet(
                name="Standards",
                columns=("Standard", "Title", "Status", "Part", "Wording", "Applies to"),
                rows=[row for found in told.found for row in _standard(found)],
                widths=(10, 30, 12, 12, _WIDE, 14),
            ),
            Sheet(
                name="Evidence",
                columns=(
                    "Standard",
                    "Part",
                    "Source",
                    "Evidence",
                    "Says",
                    "Strength",
                    "Reason",
                    "People",
                    "How widely",
                    "Figure",
                ),
                rows=[
                    [found.standard.key, *row]
                    for found in told.found
                    for clause in found.clauses
                    for row in _clause(clause, told)
                ],
                widths=(10, 12, 14, _WIDE, 14, 12, _WIDE, 14, 12, 8),
            ),
            *judged_sheets.sheets_of(told),
            _panel(told),
            _matrix(opened_by),
            _literature(told),
            Sheet(
                name="Method",
                columns=(
                    "Guideline",
                    "Item",
                    "Part",
                    "What is asked",
                    "What is stored",
                    "To be written",
                    "Figure",
                ),
                rows=[
                    [
                        each.name,
                        item.key,
                        item.part,
                        item.asks,
                        item.told,
                        "yes" if item.gap else "",
                        ", ".join(item.figures),
                    ]
                    for each in told.checklists
                    for item in each.items
                ],
                widths=(12, 8, 14, _WIDE, _WIDE, 14, 12),
            ),
            Sheet(
                name="Figures",
                columns=("Figure", "What", "Shown", "Query"),
                rows=[[row.key, row.what, row.shown, row.query] for row in told.traces.rows],
                widths=(8, _WIDE, 10, 100),
            ),
        ],
    )
    return ReportFile(name="evidence.xlsx", mimetype=sheets.MIMETYPE, content=content)


def _about(opened_by: Unlocked, told: Told, *, demonstration: bool) -> list[str]:
    consultation = opened_by.consultation
    return [
        *([NOTICE] if demonstration else []),
        consultation.title,
        f"Counts under {consultation.published_k} are not shown.",
        f"Others are rounded to the nearest {consultation.published_rounding}, so they need not add up.",
        "Sources are never added up.",
        "The number in the column Figure leads to the sheet Figures, which says what was counted.",
        *told.proof.lines,
    ]


def _standard(found: StandardEvidence) -> Iterator[list[str]]:
    standard = found.standard
    for clause in found.clauses:
        part = "statement" if clause.is_statement else clause.number
        yield [standard.key, standard.title, standard.status, part, clause.wording, str(clause.applies)]


def _clause(clause: ClauseEvidence, told: Told) -> Iterator[list[str]]:
    part = "statement" if clause.is_statement else clause.number
    for line in clause.lines:
        yield from ([part, *row] for row in _line(line, told))
    for strand, silence in clause.silent.items():
        yield [part, str(strand), "", silence.value.replace("_", " "), "", "", "", "", ""]


def _line(line: Line, told: Told) -> Iterator[list[str]]:
    says = [str(line.stance), line.strength, reason_of(line)]
    if line.theme_id is None:
        yield [str(Strand.LITERATURE), f"{line.name} ({line.source})", *says, "", "", ""]
    elif not line.figures:
        yield ["", line.name, *says, "not raised", "", ""]
    else:
        for figure in line.figures:
            shown = A_FEW if figure.hidden else figure.shown
            key = told.traces.of(line.theme_id, figure.strand)
            yield [str(figure.strand), line.name, *says, shown, figure.mark, key]


def _panel(told: Told) -> Sheet:
    def shown(value: object) -> str:
        return "" if value is None else str(value)

    return Sheet(
        name="Panel",
        columns=(
            "Part",
            "Round",
            "Verdict",
            "People",
            "Median",
            "7 to 9, %",
            "1 to 3, %",
            "Seen otherwise by",
            "Figure",
        ),
        rows=[
            [
                result.clause,
                str(result.round),
                result.verdict.replace("_", " "),
                result.n,
                shown(result.median),
                shown(result.equal_hi),
                shown(result.equal_lo),
                ", ".join(result.contested).replace("_", " "),
                told.traces.by_part[result.clause],
            ]
            for result in told.panel.values()
            if result.clause in told.traces.by_part
        ],
        widths=(12, 8, 24, 14, 10, 10, 10, 40, 8),
    )


def _matrix(opened_by: Unlocked) -> Sheet:
    found = matrix.of(opened_by, Audience.PUBLISHED)
    numbers = [column.number for column in found.columns]
    return Sheet(
        name="Matrix",
        columns=("Evidence", "Source", "People", "Counted by", *numbers),
        rows=[
            [
                row.label,
                str(row.strand or ""),
                (A_FEW if row.figure.hidden else row.figure.shown) if row.figure else "",
                counted(row.theme_key, row.figure.strand) if row.figure else "",
                *(row.stances.get(each, "") for each in numbers),
            ]
            for row in found.rows
        ],
        widths=(_WIDE, 14, 14, 40),
    )


def _literature(told: Told) -> Sheet:
    rows = []
    for study in told.studies:
        judged = study.appraisal
        said = [judged.population, judged.from_uk, judged.concern, judged.reason] if judged else [""] * 4
        for statement, page in study.findings:
            rows.append([study.key, study.citation, study.design, study.setting, *said, statement, page])
    return Sheet(
        name="Literature",
        columns=(
            "Key",
            "Publication",
            "Kind of study",
            "Setting",
            "Whom it is about",
            "From the UK",
            "Concerns",
            "Reason",
            "Finding",
            "Page",
        ),
        rows=rows,
        widths=(14, _WIDE, 20, 20, 16, 12, 16, 40, _WIDE, 10),
    )
