"""A table of references: CSV with a line of names, by comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

Fields = Mapping[str, str] | None
_NAMES = {
    "title": ("title", "article title", "document title", "publication title", "name"),
    "authors": ("authors", "author", "author(s)", "author full names", "creators"),
    "year": ("year", "publication year", "date", "published", "create date"),
    "container": ("journal", "source title", "journal/book", "container", "publication", "source"),
    "volume": ("volume",),
    "issue": ("issue", "number"),
    "pages": ("pages",),
    "doi": ("doi",),
    "abstract": ("abstract", "abstract note"),
}
_LARGEST_CELL = 2**20


def has_titles(text: str) -> bool:
    """Whether the first line names columns, with one for titles among them."""
    head = _head(text)
    return any(name in head for name in _NAMES["title"])


def rows(text: str) -> list[Fields]:
    """The lines of the table; None for one whose cells do not fit."""
    before = csv.field_size_limit(_LARGEST_CELL)
    try:
        return _rows(text)
    finally:
        csv.field_size_limit(before)


def _rows(text: str) -> list[Fields]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    places = {name.strip().lower(): place for place, name in reversed([*enumerate(next(reader, []))])}
    wanted = {field: [places[name] for name in names if name in places] for field, names in _NAMES.items()}
    made: list[Fields] = []
    try:
        made.extend(_of_row(row, wanted) for row in reader if any(cell.strip() for cell in row))
    except csv.Error:
        made.append(None)
    return made


def _of_row(row: list[str], wanted: Mapping[str, list[int]]) -> Fields:
    return {
        field: next((row[place] for place in places if place < len(row) and row[place].strip()), "")
        for field, places in wanted.items()
    }


def _head(text: str) -> list[str]:
    first = text[:_LARGEST_CELL].partition("\n")[0]
    return [cell.strip().strip('"').lower() for cell in first.split(_delimiter(text))]


def _delimiter(text: str) -> str:
    first = text[:_LARGEST_CELL].partition("\n")[0]
    return max(",;\t", key=first.count)
