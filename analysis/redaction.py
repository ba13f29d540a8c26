"""Marks for what could tell who wrote an answer, or whom it is about: a person confirms each.

Knows a text and lists of names, places and words. It needs no network, no model and no clock. What it cannot
see, and the page must say so: rare combinations, ages, employers and nicknames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.identifiers import identifiers, organisations
from analysis.lists import Lists
from analysis.names import names
from analysis.text import Span


class Kind(StrEnum):
    """What a mark is about. `maybe_name` is a capital that nothing explains: over-marking is cheap."""

    EMAIL = "email"
    WEB = "web"
    HANDLE = "handle"
    PHONE = "phone"
    POSTCODE = "postcode"
    NHS_NUMBER = "nhs_number"
    NATIONAL_INSURANCE = "national_insurance"
    DATE = "date"
    CASE = "case"
    VEHICLE = "vehicle"
    ADDRESS = "address"
    ORGANISATION = "organisation"
    PERSON = "person"
    PLACE = "place"
    MAYBE_NAME = "maybe_name"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch of the text of record, in code points, end exclusive; `rule` says why it is marked."""

    start: int
    end: int
    kind: Kind
    rule: str


def marks(text: str, lists: Lists) -> list[Mark]:
    """What a person should look at before others read the text, in order, none over another.

    text: a text of record (`analysis.text.normalise`). lists: `analysis.lists.load()`, better still
    `.knowing(texts)` of the same consultation, so that words which its answers write small are not taken for
    names. Where two rules meet, the one that says more wins: numbers and addresses, then organisations, then
    names.
    """
    taken: list[Mark] = []
    for start, end, kind, rule in (*identifiers(text), *organisations(text, lists), *names(text, lists)):
        if not any(start < mark.end and mark.start < end for mark in taken):
            taken.append(Mark(start, end, Kind(kind), rule))
    return sorted(taken)


def redacted(text: str, confirmed: Sequence[Mark]) -> str:
    """The text with each confirmed mark replaced: `[person 1]`; the same words get the same tag.

    confirmed: marks of this text that a person confirmed, none over another; `ValueError` otherwise.
    """
    numbers: dict[tuple[Kind, str], int] = {}
    counts: dict[Kind, int] = {}
    parts, at = [], 0
    for mark in sorted(confirmed):
        if mark.start < at or mark.end > len(text):
            raise ValueError("Marks lie over one another, or outside the text.")
        # A capital that a person confirmed is a name.
        kind = Kind.PERSON if mark.kind == Kind.MAYBE_NAME else mark.kind
        key = (kind, Span(mark.start, mark.end).of(text).casefold())
        if key not in numbers:
            numbers[key] = counts[kind] = counts.get(kind, 0) + 1
        parts += [text[at : mark.start], f"[{kind.replace('_', ' ')} {numbers[key]}]"]
        at = mark.end
    return "".join([*parts, text[at:]])
