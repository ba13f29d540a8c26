"""Workbooks that somebody chose, opened as rows of words. What the rows mean is not known here.

A workbook is a packed folder, so it is weighed before it is unpacked.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from consult.faults import RefusedError

MOST_COLUMNS = 500
_LARGEST_UNPACKED = 20 * 2**20
_SHUT = "this file does not open as a workbook: save it as .xlsx and choose it again"


class WorkbookError(RefusedError):
    """The file cannot be opened as a workbook, or is too large; the text says what to do."""


def is_workbook(content: bytes) -> bool:
    """Whether a file begins as workbooks do."""
    return content.startswith(b"PK")


def read(
    content: bytes, most_rows: int, named: Collection[str] | None = None
) -> dict[str, list[tuple[str, ...]]]:
    """Rows of words by the names of sheets: of the sheets `named`, or of the first one. Raises WorkbookError.

    An empty row keeps its place, so that rows are counted as a spreadsheet counts them.
    """
    _weigh(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        wanted = [book.sheetnames[0]] if named is None else [name for name in named if name in book]
        return {name: list(_rows(book[name].iter_rows(values_only=True), most_rows)) for name in wanted}
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        SyntaxError,
        IndexError,
        AttributeError,
    ) as error:
        raise WorkbookError(_SHUT) from error


def _weigh(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise WorkbookError(_SHUT) from error
    if unpacked > _LARGEST_UNPACKED:
        raise WorkbookError("this workbook is too large: take out other sheets and pictures")


def _rows(cells: Iterable[Sequence[object]], most_rows: int) -> Iterator[tuple[str, ...]]:
    for place, row in enumerate(cells):
        if place > most_rows or len(row) > MOST_COLUMNS:
            raise WorkbookError(f"a sheet has more than {most_rows} rows or {MOST_COLUMNS} columns")
        yield tuple(_words(cell) for cell in row)


def _words(cell: object) -> str:
    if cell is None:
        return ""
    # A whole number in a cell comes as 3 or 3.0, as the program that wrote it liked.
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
