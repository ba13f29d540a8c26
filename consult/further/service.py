"""What was heard and changed, and leaving a way to be reached. Nothing here knows of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.records import consultations, editions, heard, interest
from consult.records.heard import Published
from consult.records.interest import LONGEST_CONTACT, LONGEST_REMARK, Kind, Left, NothingThereError, Wish
from consult.records.together import Write
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
    """What the form says of its consultation. `until`: None where no day is set."""

    id: bytes
    demonstration: bool
    until: date | None
    results_date: date | None


def asking(session: Session, slug: str) -> Asking:
    """The form at an address. Raises UnknownSurveyError or NotAskedError."""
    found = interest.asking(session, slug)
    return Asking(
        id=found.id,
        demonstration=found.demonstration,
        until=found.interest_until,
        results_date=found.results_date,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The page of what was heard, with the day of its results."""

    entries: tuple[Published, ...]
    days: tuple[date, ...]
    results_date: date | None
    asks_more: bool
    demonstration: bool
    # Whether an edition of the standards is out.
    standards: bool


def after(session: Session, slug: str) -> After:
    """The page at an address, before and after something is on it. Raises UnknownSurveyError."""
    found = consultations.at(session, slug)
    entries = tuple(heard.published(session, found))
    return After(
        entries=entries,
        days=tuple(each.on for each in entries),
        results_date=found.results_date,
        asks_more=found.interest,
        demonstration=found.demonstration,
        standards=editions.out(session, found) is not None,
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
