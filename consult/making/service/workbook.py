"""Surveys as workbooks: opening an XLSForm that somebody chose, and writing one of ours.

A workbook is a packed folder, so it is weighed before it is unpacked. What its rows mean is not known here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy.orm import Session

import surveys
from consult.faults import RefusedError
from consult.records import consultations, definitions
from surveys import Advice, DefinitionError, Fault
from surveys.interchange import xlsform, xlsform_out

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

_NO_WORKBOOK = "this file does not open as a workbook: save it as .xlsx and choose it again"
_LARGEST_UNPACKED = 20 * 2**20
_MOST_ROWS, _MOST_COLUMNS = 5_000, 200
_SHEETS = ("survey", "choices", "settings")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class WorkbookError(RefusedError):
    """The file cannot be opened as a workbook, or is too large; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A survey's text as made from a workbook, and what was changed or left out, each with its place."""

    source: str
    notes: tuple[Fault, ...]


def is_workbook(content: bytes) -> bool:
    """Whether a file begins as workbooks do."""
    return content.startswith(b"PK")


def take_over(content: bytes, *, name: str) -> TakenOver:
    """The survey in a workbook, as text in TOML.

    Raises WorkbookError, or surveys.DefinitionError with every row that cannot be taken over.
    """
    made = xlsform.read(_sheets(content), name=name)
    return TakenOver(source=surveys.write(made.survey), notes=made.notes)


def advice(source: str) -> tuple[Advice, ...]:
    """What to look at again in a survey's text that has no faults."""
    return tuple(surveys.advise(surveys.parse(source)))


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
    _weigh(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return {name: list(_rows(book[name].iter_rows(values_only=True))) for name in _SHEETS if name in book}
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise WorkbookError(
            "this file does not open as a workbook: save it as .xlsx and choose it again"
        ) from error


def _weigh(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise WorkbookError(
            "this file does not open as a workbook: save it as .xlsx and choose it again"
        ) from error
    if unpacked > _LARGEST_UNPACKED:
        raise WorkbookError("this workbook is too large: take out sheets and pictures beside the survey")


def _rows(cells: Iterable[Sequence[object]]) -> Iterator[Mapping[str, str]]:
    """Rows by the words of the first one; empty rows keep their place, so that rows are counted as seen."""
    heads: list[str] | None = None
    for place, row in enumerate(cells):
        if place > _MOST_ROWS or len(row) > _MOST_COLUMNS:
            raise WorkbookError(f"a sheet has more than {_MOST_ROWS} rows or {_MOST_COLUMNS} columns")
        words = [_words(cell) for cell in row]
        if heads is None:
            heads = words
        else:
            yield {head: said for head, said in zip(heads, words, strict=False) if head}


def _words(cell: object) -> str:
    if cell is None:
        return ""
    # A whole number in a cell comes as 3 or 3.0, as the program that wrote it liked.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _safe(words: str) -> str:
    """Words that a spreadsheet would take for a formula get a mark in front, and stay words."""
    return f"'{words}" if words.startswith(_FORMULA) else words
