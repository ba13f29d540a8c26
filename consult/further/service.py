"""What was heard and changed, and leaving a way to be reached. Nothing here knows of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.records import consultations, heard, interest
from consult.records.heard import Published
from consult.records.interest import LONGEST_CONTACT, LONGEST_REMARK, Kind, Left, NothingThereError, Wish
from consult.records.writing import Write
from consult.vault.sealing import IntakeVault

__all__ = [
    "LONGEST_CONTACT",
    "LONGEST_REMARK",
    "After",
    "Asking",
    "Kind",
    "Left",
    "NothingThereError",
    "Wish",
    "after",
    "asking",
    "leave",
    "take_back",
    "wish",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the form says of its consultation. `until` is a date in words, or empty."""

    id: bytes
    demonstration: bool
    until: str
    results_date: str


def asking(session: Session, slug: str) -> Asking:
    """The form at an address. Raises UnknownSurveyError or NotAskedError."""
    found = interest.asking(session, slug)
    until = found.interest_until
    return Asking(
        id=found.id,
        demonstration=found.demonstration,
        until=consultations.in_words(until) if until else "",
        results_date=consultations.dates(found)["results_date"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The page of what was heard, with the day of its results in words."""

    entries: tuple[Published, ...]
    days: tuple[str, ...]
    results_date: str
    asks_more: bool
    demonstration: bool


def after(session: Session, slug: str) -> After:
    """The page at an address, before and after something is on it. Raises UnknownSurveyError."""
    found = consultations.at(session, slug)
    entries = tuple(heard.published(session, found))
    return After(
        entries=entries,
        days=tuple(consultations.in_words(each.on) for each in entries),
        results_date=consultations.dates(found)["results_date"],
        asks_more=found.interest,
        demonstration=found.demonstration,
    )


def wish(contact: str, kinds: Sequence[str], remark: str) -> Wish:
    """What was typed; kinds that are none are left out."""
    known = tuple(kind for kind in Kind if kind in kinds)
    return Wish(contact=contact, kinds=known, remark=remark)


def leave(session: Session, vault: IntakeVault, slug: str, wanted: Wish) -> Left:
    """What stores a wish, and its code. Raises as `asking`, or BusyError; storing may raise NotAskedError."""
    return interest.leaving(session, vault, _asking(session, slug), wanted)


def take_back(session: Session, vault: IntakeVault, slug: str, typed: str) -> Write:
    """What destroys the record that a code leads to; open or closed. Storing raises NothingThereError."""
    return interest.taking_back(session, vault, consultations.at(session, slug), typed)


def _asking(session: Session, slug: str) -> Consultation:
    return interest.asking(session, slug)
