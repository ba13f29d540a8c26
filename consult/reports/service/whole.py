"""The evidence report: every draft standard, or one, with all three strands, how it was done, and where each
figure comes from. HTML is made here; the document (DOCX) and the PDF are set from the same HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from consult.models.consultation import Strand
from consult.models.literature import Appraisal
from consult.records import counts, evidence, literature, practitioners, quotable, standards, voices
from consult.records.counts import Audience
from consult.records.evidence import ClauseEvidence, Figure, StandardEvidence
from consult.records.literature import Flow
from consult.records.practitioners import PanelResult
from consult.records.quotable import Quoted
from consult.records.unlocking import Unlocked
from consult.reports.service import judgements, methods, traces
from consult.reports.service.checking import Proof, proof
from consult.reports.service.judgements import PartJudged
from consult.reports.service.methods import Checklist
from consult.reports.service.standards import ReportFile
from consult.reports.service.traces import Traces
from consult.reports.writers import pages, word, wordy


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A publication with findings, and what a reviewer said of it."""

    key: str
    citation: str
    design: str
    setting: str
    appraisal: Appraisal | None
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything that a report says, under the thresholds for publication. shut: answers that do not open."""

    found: tuple[StandardEvidence, ...]
    panel: Mapping[str, PanelResult]
    judged: Mapping[bytes, PartJudged]
    quotes: Mapping[bytes, Sequence[Quoted]]
    names: Mapping[bytes, str]
    shut: int
    traces: Traces
    studies: tuple[Study, ...]
    flow: Flow
    checklists: tuple[Checklist, ...]
    proof: Proof

    @staticmethod
    def spoken(found: StandardEvidence, strand: Strand) -> int:
        """To how many parts of a standard a strand speaks."""
        return sum(strand not in clause.silent for clause in found.clauses)

    def bars(self, clause: ClauseEvidence, strand: Strand) -> list[Figure]:
        """Rows of the bars of one strand, each with the number that leads to its source."""
        return [
            replace(figure, label=f"{figure.label} [{self.traces.of(line.theme_id, strand)}]")
            for line in clause.lines
            for figure in line.figures
            if figure.strand == strand and line.theme_id is not None
        ]

    def disputed(self, found: StandardEvidence) -> bool:
        """Whether anything speaks against a standard, or only in part, or somebody did not agree."""
        parts = [self.judged[clause.id] for clause in found.clauses]
        return bool(found.contrary) or any(part.reserved or part.dissent for part in parts)

    @property
    def used(self) -> dict[bytes, int]:
        """The responses whose words are in it, with their revisions."""
        return {each.response_id: each.response_rev for told in self.quotes.values() for each in told}


def tell(opened_by: Unlocked, keys: Sequence[str] = ()) -> Told:
    """All that is to be said of these standards, or of all. Raises UnknownStandardError."""
    session, consultation = opened_by.session, opened_by.consultation
    heard = voices.hear(opened_by)
    wanted = keys or [standard.key for standard in standards.of(session, consultation)]
    found = tuple(evidence.of(opened_by, key, heard, Audience.PUBLISHED) for key in wanted)
    lines = [line for each in found for line in each.lines]
    shut: list[bytes] = []
    quotes = quotable.quotable(opened_by, heard, quotable.common(lines), shut)
    named = {line.theme_id: line.name for line in lines if line.theme_id is not None}
    rated = practitioners.of_consultation(session, consultation.id, Audience.PUBLISHED)
    panel = {result.clause: result for result in rated}
    judged = judgements.of_standards(opened_by, found, panel)
    numbers = {clause.number for each in found for clause in each.clauses}
    facts = {} if keys else methods.told(opened_by, heard)
    traced = traces.trace(
        opened_by,
        found,
        [each for part in judged.values() for each in part.answers],
        [each for each in rated if each.clause in numbers],
        methods.queries(facts),
    )
    return Told(
        found=found,
        panel=panel,
        judged=judged,
        quotes={theme_id: told for theme_id, told in quotes.items() if theme_id in named},
        names=named,
        shut=len(shut),
        traces=traced,
        studies=_studies(opened_by),
        flow=literature.flow(session, consultation),
        checklists=() if keys else methods.checklists(facts, traced.by_fact),
        proof=proof(opened_by),
    )


def evidence_html(opened_by: Unlocked, *, service_name: str, today: date) -> ReportFile:
    """The report of all standards."""
    return _html(opened_by, "", service_name=service_name, today=today)


def standard_html(opened_by: Unlocked, key: str, *, service_name: str, today: date) -> ReportFile:
    """The sheet of one standard. Raises UnknownStandardError."""
    return _html(opened_by, key, service_name=service_name, today=today)


def _html(opened_by: Unlocked, key: str, *, service_name: str, today: date) -> ReportFile:
    told = tell(opened_by, [key] if key else ())
    content = pages.html_file(
        "whole.html",
        {
            "service_name": service_name,
            "demonstration": opened_by.consultation.demonstration,
            "title": opened_by.consultation.title,
            "told": told,
            "single": bool(key),
            "rule": counts.rule(opened_by.consultation, Audience.PUBLISHED),
            "strands": tuple(Strand),
            "today": today,
        },
    )
    name = "report.html" if key else "evidence.html"
    return ReportFile(
        name=name,
        mimetype="text/html",
        content=content,
        kind=f"{name} {key}".strip(),
        used=told.used,
    )


def as_document(made: ReportFile) -> ReportFile:
    """The same report as a Word document, made from its HTML: both say the same."""
    return _as(made, "docx", word.MIMETYPE, wordy.document(made.content))


def as_pdf(made: ReportFile, content: bytes) -> ReportFile:
    """The same report as a PDF that somebody set from its HTML."""
    return _as(made, "pdf", "application/pdf", content)


def _as(made: ReportFile, ending: str, mimetype: str, content: bytes) -> ReportFile:
    stem = made.name.removesuffix(".html")
    return ReportFile(
        name=f"{stem}.{ending}",
        mimetype=mimetype,
        content=content,
        kind=made.kind.replace(".html", f".{ending}", 1),
        used=made.used,
    )


def _studies(opened_by: Unlocked) -> tuple[Study, ...]:
    session, consultation = opened_by.session, opened_by.consultation
    appraised = literature.appraisals(session, consultation)
    taken: dict[bytes, list[tuple[str, str]]] = {}
    found = {}
    for finding, source in standards.findings(session, consultation):
        found[source.id] = source
        taken.setdefault(source.id, []).append((finding.statement, finding.page))
    return tuple(
        Study(
            key=source.key,
            citation=source.citation,
            design=source.design,
            setting=source.setting,
            appraisal=appraised.get(source.id),
            findings=tuple(taken[source.id]),
        )
        for source in found.values()
    )
