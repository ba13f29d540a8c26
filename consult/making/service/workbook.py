"""Surveys as workbooks: opening an XLSForm that somebody chose, and writing one of ours."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import openpyxl
from sqlalchemy.orm import Session

import surveys
from consult.records import consultations, definitions, sheets
from consult.records.sheets import WorkbookError, is_workbook
from surveys import DefinitionError, Fault
from surveys.advice import Advice, advise
from surveys.interchange import xlsform, xlsform_out
from surveys.writing import write

__all__ = [
    "Advice",
    "DefinitionError",
    "Fault",
    "TakenOver",
    "WorkbookError",
    "advice",
    "current",
    "is_workbook",
    "take_over",
    "written",
]

_MOST_ROWS = 5_000
_SHEETS = ("survey", "choices", "settings")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A survey's text as made from a workbook, and what was changed or left out, each with its place."""

    source: str
    notes: tuple[Fault, ...]


def take_over(content: bytes, *, name: str) -> TakenOver:
    """The survey in a workbook, as text in TOML.

    Raises WorkbookError, or surveys.DefinitionError with every row that cannot be taken over.
    """
    made = xlsform.read(_sheets(content), name=name)
    return TakenOver(source=write(made.survey), notes=made.notes)


def advice(source: str) -> tuple[Advice, ...]:
    """What to look at again in a survey's text that has no faults."""
    return tuple(advise(surveys.parse(source)))


def current(session: Session, consultation: str, survey_id: str, kind: str) -> bytes:
    """The present version of a survey as a file: "toml" or "xlsx". Raises UnknownSurveyError."""
    found = consultations.survey_of(session, consultations.named(session, consultation), survey_id)
    if kind == "toml":
        return definitions.source(session, found).encode()
    return written(definitions.current(session, found))


def written(survey: surveys.Survey) -> bytes:
    """A survey as a workbook that tools for XLSForm read."""
    book = openpyxl.Workbook(write_only=True)
    for sheet, rows in xlsform_out.write(survey).sheets.items():
        page = book.create_sheet(sheet)
        heads = list(dict.fromkeys(head for row in rows for head in row))
        page.append(heads)
        for row in rows:
            page.append([_safe(row.get(head, "")) for head in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheets(content: bytes) -> dict[str, list[Mapping[str, str]]]:
    """The rows of each sheet by the words of its first one."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for name, (heads, *rows) in (
        (name, rows or [()]) for name, rows in sheets.read(content, _MOST_ROWS, _SHEETS).items()
    ):
        found[name] = [{head: said for head, said in zip(heads, row, strict=False) if head} for row in rows]
    return found


def _safe(words: str) -> str:
    """Words that a spreadsheet would take for a formula get a mark in front, and stay words."""
    return f"'{words}" if words.startswith(_FORMULA) else words
