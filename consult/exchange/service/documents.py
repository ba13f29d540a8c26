"""Draft standards in a Word document: headings that name a standard or a clause, each above its table.

Knows the document as the export writes it; people may change the words in the tables' second column, and add
standards and clauses in the same way. Macros, pictures and links are not looked at.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from consult.faults import RefusedError
from consult.records.standard_files import APPLIES, CLAUSE, CLAUSE_FIELDS, STANDARD_FIELDS

LARGEST = 20 * 2**20
_CLAUSE = re.compile(rf"{CLAUSE}\s+(\S+)", re.IGNORECASE)


class DocumentError(RefusedError):
    """This is no document of standards."""


def tables(content: bytes) -> list[dict[str, Any]]:
    """The standards of a document, as the text form has them. Raises DocumentError."""
    found: list[dict[str, Any]] = []
    open_: dict[str, Any] | None = None
    labels = dict[str, str]()
    for part in _document(content).iter_inner_content():
        if isinstance(part, Paragraph):
            words = " ".join(part.text.split())
            style = str(part.style.name) if part.style is not None else ""
            if style == "Heading 1" and words:
                key, _, title = words.partition(" ")
                open_ = {"key": key, "title": title, "clauses": []}
                labels = _labels(STANDARD_FIELDS)
                found.append(open_)
            elif found and style == "Heading 2" and (clause := _CLAUSE.fullmatch(words)):
                open_ = {"number": clause[1]}
                labels = _labels(CLAUSE_FIELDS)
                found[-1]["clauses"].append(open_)
        elif open_ is not None:
            open_ |= _fields(part, labels)
    if not found:
        raise DocumentError(
            "no standard was found: each begins with a heading of the first level, such as “DS1 Title”"
        )
    return found


def _document(content: bytes) -> Doc:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise DocumentError("this document is too large: take out what is no standard")
        return Document(io.BytesIO(content))
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
        NotImplementedError,
        SyntaxError,
    ) as error:
        raise DocumentError("this is no Word document that can be read: please save it as DOCX") from error


def _labels(fields: Any) -> dict[str, str]:
    return {label.casefold(): name for name, label in fields.items()}


def _fields(table: Table, labels: dict[str, str]) -> dict[str, str]:
    kinds = {label.casefold(): value for value, label in APPLIES.items()}
    found = {}
    for row in table.rows:
        cells = [cell.text.strip() for cell in row.cells]
        if len(cells) >= 2 and (name := labels.get(" ".join(cells[0].split()).casefold())):
            found[name] = kinds.get(cells[1].casefold(), cells[1]) if name == "applies" else cells[1]
    return found
