"""BibTeX, read by bibtexparser; commands of LaTeX become the letters that they stand for.

An entry that does not end takes none of the others along: it is told by its place. No command that would read
a file or define another does anything here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text

Fields = Mapping[str, str] | None
_DEEPEST = 20
"""Braces inside braces of a title that somebody wrote: more is a trap."""
_LONGEST_LATEX = 50_000
_COMMAND = re.compile(r"\\[A-Za-z]+|\\.|[{}]")
_NAMES = {
    "title": ("title",),
    "authors": ("author", "editor"),
    "year": ("year", "date"),
    "container": ("journal", "journaltitle", "booktitle", "publisher"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages",),
    "doi": ("doi",),
    "abstract": ("abstract",),
}


def entries(text: str) -> list[Fields]:
    """The entries of a BibTeX file; None for one that could not be read."""
    library = parse_string(text)
    return [
        _of_entry(block) if isinstance(block, Entry) else _of_failed(block)
        for block in library.blocks
        if isinstance(block, Entry | ParsingFailedBlock)
    ]


def _of_failed(block: ParsingFailedBlock) -> Fields:
    """Two entries of one key are two publications as long as nobody has said that they are one."""
    inner = getattr(block, "ignore_error_block", None)
    return _of_entry(inner) if isinstance(inner, Entry) else None


def _of_entry(entry: Entry) -> Fields:
    given = {field.key.lower(): str(field.value) for field in entry.fields}
    fields = {name: next((given[key] for key in keys if given.get(key)), "") for name, keys in _NAMES.items()}
    told = {name: value if name == "doi" else _spoken(value) for name, value in fields.items()}
    authors = re.split(r"\s+and\s+", told["authors"].strip())
    return told | {"authors": "; ".join(authors), "pages": told["pages"].replace("--", "\u2013")}


def _spoken(value: str) -> str:
    """A value with LaTeX's commands as letters; one without any, or that is a trap, as it stands."""
    if "\\" not in value and "{" not in value:
        return value
    if len(value) > _LONGEST_LATEX or _depth(value) > _DEEPEST:
        return _COMMAND.sub("", value)
    # A per cent sign would begin a comment, and a whole abstract be lost behind it.
    whole = re.sub(r"(?<!\\)([%&#])", r"\\\1", value)
    try:
        return str(LatexNodes2Text(math_mode="verbatim", keep_comments=True).latex_to_text(whole))
    except (ValueError, RecursionError, IndexError, KeyError):
        return _COMMAND.sub("", value)


def _depth(value: str) -> int:
    deepest = depth = 0
    for letter in value:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        deepest = max(deepest, depth)
    return deepest
