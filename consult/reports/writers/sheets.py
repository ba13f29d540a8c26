"""Workbooks (XLSX): every cell is text or a number, never a formula or a link, whatever it begins with.

The same values give the same bytes: no day of this machine is in the file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

from consult.reports.writers import packed

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
"""Characters that the format allows in a cell."""
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TEXT_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its name (up to 31 letters), the heads of its columns, and its rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


def workbook(title: str, sheets: Sequence[Sheet]) -> bytes:
    """The bytes of a workbook. The first row of each sheet is its heads, and stays in sight."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, _TEXT_ONLY)
    book.set_properties({"title": title, "created": _NO_DAY})
    head, body = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name[:31])
        page.freeze_panes(1, 0)
        for place, words in enumerate(sheet.columns):
            page.write_string(0, place, words, head)
            page.set_column(place, place, sheet.widths[place] if place < len(sheet.widths) else 24)
        for line, row in enumerate(sheet.rows, start=1):
            for place, words in enumerate(row):
                page.write_string(line, place, words[:LONGEST_CELL], body)
        page.autofilter(0, 0, max(1, len(sheet.rows)), max(0, len(sheet.columns) - 1))
    book.close()
    return packed.again(kept.getvalue())
