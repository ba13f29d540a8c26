"""CSV after RFC 4180: CRLF, quotes doubled, and no cell that a spreadsheet would take for a formula.

The file begins with a byte order mark. Without it the most common spreadsheet reads UTF-8 as something else
and breaks every Welsh letter; readers that know UTF-8 take it for what it is ("utf-8-sig" in Python).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The bytes of a table. Every cell is text; one that could be a formula gets a leading apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """The cell as text that stays text in a spreadsheet."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
