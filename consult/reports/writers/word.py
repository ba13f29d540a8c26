"""Word documents: headings, paragraphs and tables whose first row or column is marked for screen readers.

The same values give the same bytes: no day of this machine is in the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from consult.reports.writers import packed

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Word:
    """A document as it grows."""

    def __init__(self, title: str, *, language: str = "en-GB") -> None:
        self._doc = Document()
        about = self._doc.core_properties
        about.title, about.language, about.author = _plain(title), language, ""
        about.created = about.modified = about.last_printed = _NO_DAY
        about.comments = about.last_modified_by = ""
        about.revision = 1
        for run in self._doc.styles.element.iter(qn("w:lang")):
            run.set(qn("w:val"), language)

    def heading(self, words: str, level: int) -> None:
        """A heading; level 0 is the title of the whole."""
        self._doc.add_heading(_plain(words), level)

    def paragraph(self, words: str, *, style: str | None = None, strong: bool = False) -> None:
        """A paragraph, or a line of a list (style "List Bullet") or words of somebody (style "Quote")."""
        run = self._doc.add_paragraph(style=style).add_run(_plain(words))
        run.bold = strong or None

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table whose first row is repeated on each page and read out as the heads of its columns."""
        made = self._doc.add_table(rows=1, cols=len(columns), style="Table Grid")
        for cell, words in zip(made.rows[0].cells, columns, strict=True):
            cell.paragraphs[0].add_run(_plain(words)).bold = True
        marked = made.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no other way to a header row
        marked.append(_element("w:tblHeader"))
        for row in rows:
            for cell, words in zip(made.add_row().cells, row, strict=True):
                cell.text = _plain(words)
        self._doc.add_paragraph()

    def fields(self, rows: Sequence[tuple[str, str]]) -> None:
        """A table of labels and texts."""
        made = self._doc.add_table(rows=0, cols=2, style="Table Grid")
        for label, words in rows:
            first, second = made.add_row().cells
            first.width, second.width = Cm(5), Cm(11)
            first.paragraphs[0].add_run(_plain(label)).bold = True
            second.text = _plain(words)
        self._doc.add_paragraph()

    def bytes(self) -> bytes:
        """The file."""
        kept = io.BytesIO()
        self._doc.save(kept)
        return packed.again(kept.getvalue())


def _element(name: str) -> Any:
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    return made


def _plain(words: str) -> str:
    """A text without the control characters that XML forbids."""
    return _NOT_XML.sub("", words)
