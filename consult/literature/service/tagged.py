"""Lists whose lines begin with a tag: RIS, read by rispy once it is put in order, and PubMed's format.

rispy takes a new reference without an end before it for a line of the one that is open, and so loses it. Here
each gets its end first, and what stands before the first tag is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import rispy
from rispy.config import TAG_KEY_MAPPING

Fields = Mapping[str, str] | None
_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])\s{0,2}-\s?(.*)")
_PUBMED_LINE = re.compile(r"(?=.{4}-)([A-Z]{2,4}) {0,2}- ?(.*)")
_NAMES = {
    "title": ("title", "primary_title", "translated_title", "short_title"),
    "authors": ("authors", "first_authors"),
    "year": ("year", "publication_year", "date"),
    "container": (
        "journal_name",
        "secondary_title",
        "alternate_title3",
        "alternate_title2",
        "alternate_title1",
    ),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "doi": ("doi",),
    "abstract": ("abstract", "notes_abstract"),
}
_PUBMED = {
    "title": ("TI", "BTI", "TT"),
    "authors": ("FAU", "AU"),
    "year": ("DP", "DEP"),
    "container": ("JT", "TA"),
    "volume": ("VI",),
    "issue": ("IP",),
    "pages": ("PG",),
    "abstract": ("AB",),
}


def ris(text: str) -> list[Fields]:
    """The references of a RIS file."""
    read = rispy.loads(_in_order(text), skip_unknown_tags=True)
    return [_of_ris(each) for each in read]


def pubmed(text: str) -> list[Fields]:
    """The references of a file in PubMed's own format (nbib, MEDLINE)."""
    found: list[dict[str, list[str]]] = []
    values: list[str] = []
    for line in text.splitlines():
        tagged = _PUBMED_LINE.fullmatch(line)
        if tagged is not None:
            tag = tagged[1]
            if tag == "PMID" or not found:
                found.append({})
            values = found[-1].setdefault(tag, [])
            values.append(tagged[2])
        elif line.startswith("      ") and values:
            values[-1] = f"{values[-1]} {line.strip()}"
    return [_of_pubmed(each) for each in found]


def _in_order(text: str) -> str:
    """The lines of a RIS file as rispy expects them: one for each tag, and an end for each reference."""
    made: list[str] = []
    is_open = goes_on = False
    for line in map(str.strip, text.splitlines()):
        tagged = _RIS_LINE.fullmatch(line)
        tag = tagged[1] if tagged is not None else ""
        words = (tagged[2] if tagged is not None else "") or ""
        if tag in {"TY", "ER"}:
            made += ["ER  - "] if is_open else []
            made += [f"TY  - {words or 'GEN'}"] if tag == "TY" else []
            is_open, goes_on = tag == "TY", False
        elif tag in TAG_KEY_MAPPING and is_open:
            made.append(f"{tag}  - {words}")
            goes_on = bool(words)
        elif goes_on and line:
            made[-1] += f" {line}"
    return "\n".join([*made, *(["ER  - "] if is_open else []), ""])


def _of_ris(entry: Mapping[str, Any]) -> Fields:
    fields = {name: _first(entry, keys) for name, keys in _NAMES.items()}
    pages = (str(entry.get("start_page", "")), str(entry.get("end_page", "")))
    return fields | {"pages": "\u2013".join(page for page in pages if page)}


def _first(entry: Mapping[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        if value := entry.get(key):
            return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return ""


def _of_pubmed(entry: Mapping[str, Sequence[str]]) -> Fields:
    fields = {
        name: next(("; ".join(entry[tag]) for tag in tags if entry.get(tag)), "")
        for name, tags in _PUBMED.items()
    }
    places = [*entry.get("LID", ()), *entry.get("AID", ())]
    doi = next((place for place in places if place.rstrip().endswith("[doi]")), "")
    return fields | {"doi": doi.replace("[doi]", "").strip()}
