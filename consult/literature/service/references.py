"""A reference as text: what a library says of a publication, made plain, with its key and citation.

Whatever stands in a list that somebody gave is text to be shown, never markup, formula or command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from analysis.likeness import folded

LONGEST_FIELD = 20_000
LONGEST_CITATION = 4_000
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+", re.IGNORECASE)
"""The form that Crossref gives for the DOIs it registers; it says nothing of whether one exists."""
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A publication as a list describes it. authors: "Surname, Given" each, joined by "; "."""

    title: str
    authors: str = ""
    year: str = ""
    container: str = ""
    doi: str = ""
    abstract: str = ""

    @property
    def surname(self) -> str:
        """The first author's last name, as well as it can be told."""
        first = self.authors.partition(";")[0].strip()
        name, comma, _ = first.partition(",")
        return name.strip() if comma else (first.split() or [""])[-1]

    @property
    def citation(self) -> str:
        """The whole as one line, for lists and links."""
        parts = (
            self.authors,
            f"({self.year})" if self.year else "",
            self.title,
            self.container,
            f"doi:{self.doi}" if self.doi else "",
        )
        ended = (part if part.endswith(("?", "!")) else f"{part.rstrip('.')}." for part in parts if part)
        return cut(" ".join(ended).removesuffix("."), LONGEST_CITATION)


def plain(text: str) -> str:
    """A text on one line: composed letters, no control characters, single spaces."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(letter if unicodedata.category(letter) not in {"Cc", "Cs"} else " " for letter in composed)
    return " ".join(kept.split())


def cut(text: str, longest: int = LONGEST_FIELD) -> str:
    """The text, or its beginning and an ellipsis when it is longer than can be kept."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def year_of(text: str) -> str:
    """The first year in a text; "" when there is none."""
    found = _YEAR.search(text)
    return found[0] if found else ""


def doi_of(text: str) -> str:
    """The DOI in a text such as "https://doi.org/10.1000/182", in small letters; "" when none has its form.

    DOIs do not tell capital letters from small ones. Whether one is registered only the network could say.
    """
    found = _DOI.search(text)
    if found is None:
        return ""
    doi = found[0].lower().rstrip(".,;")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1]
    return doi


def new_key(reference: Reference, taken: Collection[str]) -> str:
    """A key that is not taken: "Ash-2020", then "Ash-2020b", and so on."""
    surname = re.sub(r"[^A-Za-z0-9]+", "", folded(reference.surname).encode("ascii", "ignore").decode())
    stem = f"{surname[:12].capitalize() or 'Work'}-{reference.year or 'nd'}"
    if stem not in taken:
        return stem
    for letter in _LETTERS[1:]:
        if f"{stem}{letter}" not in taken:
            return f"{stem}{letter}"
    # By halving: a list of five thousand works by one author of one year must not take a quarter of an hour.
    low, high = 27, 54
    while f"{stem}-{high}" in taken:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if f"{stem}-{middle}" in taken else (low, middle)
    return f"{stem}-{low}"
