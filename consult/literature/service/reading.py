"""Lists of references as files: RIS, BibTeX, PubMed's format and CSV, from bytes to plain references.

Knows files and nothing of the database. A list may be broken or hostile: what can be read is read, what
cannot is counted and named by its place, and nothing in it is followed, fetched or carried out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from consult.faults import RefusedError
from consult.literature.service import bibtex, columns, tagged
from consult.literature.service.references import LONGEST_FIELD, Reference, cut, doi_of, plain, year_of

MOST = 20_000
"""References of one list: more are several lists."""


class Shape(StrEnum):
    """The kinds of list that can be read."""

    RIS = "ris"
    BIBTEX = "bibtex"
    PUBMED = "pubmed"
    CSV = "csv"


class Code(StrEnum):
    """What is amiss with one reference of a list."""

    NO_TITLE = "no_title"
    BAD_DOI = "bad_doi"
    CUT = "cut"
    UNREADABLE = "unreadable"


class ListError(RefusedError):
    """The file is no list that can be read; the reason says what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is amiss, by the reference's place in the list, from 1."""

    place: int
    code: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A list as it was read. guessed: the letters were not UTF-8, so accents may have come out wrong."""

    shape: Shape
    references: tuple[Reference, ...]
    remarks: tuple[Remark, ...]
    guessed: bool = False


def read(content: bytes) -> Brought:
    """The references of a file, whichever of the four kinds it is. Raises ListError."""
    text, guessed = _decoded(content)
    shape = _shape(text)
    raw = _READERS[shape](text)
    if len(raw) > MOST:
        raise ListError(f"this list has more than {MOST} references: please bring it in several parts")
    references, remarks = [], []
    for place, fields in enumerate(raw, start=1):
        reference, codes = _reference(fields)
        remarks += [Remark(place=place, code=code) for code in codes]
        if reference is not None:
            references.append(reference)
    if not references:
        raise ListError("no reference could be read in this file: please export it again as RIS")
    return Brought(shape=shape, references=tuple(references), remarks=tuple(remarks), guessed=guessed)


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding was guessed."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, errors="replace"), False
    try:
        return content.decode(), False
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), True


def _shape(text: str) -> Shape:
    if re.search(r"^TY\s{0,2}-", text, re.MULTILINE):
        return Shape.RIS
    if re.search(r"^PMID- *\d", text, re.MULTILINE):
        return Shape.PUBMED
    if re.search(r"^\s*@\s*[A-Za-z]+\s*[{(]", text, re.MULTILINE):
        return Shape.BIBTEX
    if columns.has_titles(text):
        return Shape.CSV
    raise ListError(
        "this is no list of references that we know: please export it as RIS, BibTeX, PubMed, or CSV with a "
        "column named title"
    )


_READERS = {
    Shape.RIS: tagged.ris,
    Shape.PUBMED: tagged.pubmed,
    Shape.BIBTEX: bibtex.entries,
    Shape.CSV: columns.rows,
}


def _reference(fields: Mapping[str, str] | None) -> tuple[Reference | None, list[Code]]:
    if fields is None:
        return None, [Code.UNREADABLE]
    codes = []
    if any(len(value) > LONGEST_FIELD for value in fields.values()):
        codes.append(Code.CUT)
    kept = {name: cut(plain(value)) for name, value in fields.items()}
    reference = Reference(
        title=kept.get("title", ""),
        authors=kept.get("authors", ""),
        year=year_of(kept.get("year", "")),
        container=_container(kept),
        doi=doi_of(kept.get("doi", "")),
        abstract=kept.get("abstract", ""),
    )
    if kept.get("doi") and not reference.doi:
        codes.append(Code.BAD_DOI)
    if not reference.title:
        if not (reference.authors or reference.doi):
            return None, [*codes, Code.UNREADABLE]
        codes.append(Code.NO_TITLE)
        reference = replace(reference, title=reference.container or reference.doi or reference.authors)
    return reference, codes


def _container(fields: Mapping[str, str]) -> str:
    """Journal or book with volume, issue and pages."""
    volume, issue = fields.get("volume", ""), fields.get("issue", "")
    parts = (
        fields.get("container", ""),
        f"{volume}({issue})" if volume and issue else volume or issue,
        fields.get("pages", ""),
    )
    return cut(", ".join(part for part in parts if part))
