"""CSV after RFC 4180: CRLF, quotes doubled, and no cell that a spreadsheet would take for a formula.

The file begins with a byte order mark. Without it the most common spreadsheet reads UTF-8 as something else
and breaks every Welsh letter; readers that know UTF-8 take it for what it is ("utf-8-sig" in Python).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_BETWEEN, _END = '","', "\r\n"
FORMULA = frozenset("=+-@\t\r\n")
"""First letters for which a spreadsheet takes a cell for a formula."""


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a table. Every cell is text; one that could be a formula gets a leading apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=_END)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """The cell as text that stays text in a spreadsheet."""
    return f"'{cell}" if cell[:1] in FORMULA else cell


def inside(cell: str) -> str:
    """The cell as it stands between the quotes of `lines`."""
    return safe(cell).replace('"', '""')


def lines(rows: Iterable[Sequence[str]]) -> list[bytes]:
    """Lines of cells as `inside` gives them, each between quotes: quicker than asking which need them."""
    return [f'"{_BETWEEN.join(row)}"{_END}'.encode() for row in rows]
