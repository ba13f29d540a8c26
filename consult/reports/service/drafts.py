"""The words of draft standards as files to work on: TOML and DOCX. No evidence, and no word of anybody who
answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.standard import Clause, DraftStandard
from consult.records import consultations, standards
from consult.records.standard_files import APPLIES, CLAUSE, CLAUSE_FIELDS, FORMAT, STANDARD_FIELDS
from consult.reports.service.standards import NOTICE, ReportFile
from consult.reports.writers.word import MIMETYPE, Word


def standards_toml(session: Session, name: str) -> ReportFile:
    """All draft standards as text. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    lines = [f"# {NOTICE}", ""] if consultation.demonstration else []
    lines += [f"format = {_quoted(FORMAT)}", ""]
    for standard, fields, clauses in _all(session, consultation):
        lines += ["[[standards]]", f"key = {_quoted(standard.key)}", f"title = {_quoted(standard.title)}"]
        lines += [f"{field} = {_quoted(words)}" for field, words in fields.items() if words]
        for clause, own in clauses:
            lines += ["", "[[standards.clauses]]", f"number = {_quoted(clause.number)}"]
            lines += [f"{field} = {_quoted(words)}" for field, words in own.items() if words]
        lines.append("")
    return ReportFile(name="standards.toml", mimetype="text/plain", content="\n".join(lines).encode())


def standards_docx(session: Session, name: str) -> ReportFile:
    """The same as a document whose tables can be changed and taken in again."""
    consultation = consultations.named(session, name)
    word = Word("Draft standards")
    word.heading("Draft standards", 0)
    if consultation.demonstration:
        word.paragraph(NOTICE, strong=True)
    word.paragraph("Change the second column of the tables. Leave headings and labels as they are.")
    for standard, fields, clauses in _all(session, consultation):
        word.heading(f"{standard.key} {standard.title}", 1)
        word.fields(_labelled(STANDARD_FIELDS, fields))
        for clause, own in clauses:
            word.heading(f"{CLAUSE} {clause.number}", 2)
            word.fields(_labelled(CLAUSE_FIELDS, own))
    return ReportFile(name="standards.docx", mimetype=MIMETYPE, content=word.bytes())


def _all(
    session: Session, consultation: Consultation
) -> Iterator[tuple[DraftStandard, dict[str, str], list[tuple[Clause, dict[str, str]]]]]:
    for standard in standards.of(session, consultation):
        statement = standards.wordings(session, standard)[-1].statement
        fields = {
            field: statement if field == "statement" else str(getattr(standard, field))
            for field in STANDARD_FIELDS
        }
        clauses = [
            (clause, {field: str(getattr(clause, field)) for field in CLAUSE_FIELDS})
            for clause in standards.clauses(session, standard)
            if clause.number != standard.key
        ]
        yield standard, fields, clauses


def _labelled(labels: Mapping[str, str], fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (label, APPLIES.get(fields[name], fields[name]) if name == "applies" else fields[name])
        for name, label in labels.items()
    ]


def _quoted(words: str) -> str:
    """A basic string of TOML."""
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(
            signs.get(letter) or (letter if letter.isprintable() else f"\\U{ord(letter):08x}")
            for letter in words
        )
        + '"'
    )
