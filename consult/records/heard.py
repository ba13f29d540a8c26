"""The public page of what was heard and what changed: what stands on it, and how words leave it again.

For the application that shows it: everything here was published by two people. No answer is opened here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Delete, and_, delete, select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.heard import HeardEntry, HeardQuote, HeardVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One entry of the page. `mark`: many, some, few, or nothing of how widely it was said."""

    heading: str
    heard: str
    changed: str
    mark: str
    on: date
    quotes: tuple[str, ...]


def published(session: Session, consultation: Consultation) -> list[Published]:
    """The entries that two people agreed to, in their order, each with its date."""
    rows = session.execute(
        select(HeardEntry.id, HeardEntry.published_on, HeardVersion)
        .join(
            HeardVersion,
            and_(HeardVersion.entry_id == HeardEntry.id, HeardVersion.number == HeardEntry.published),
        )
        .where(HeardEntry.consultation_id == consultation.id, HeardEntry.published > 0)
        .order_by(HeardEntry.position, HeardEntry.id)
    ).all()
    quotes: dict[bytes, list[str]] = {}
    standing = select(HeardQuote.entry_id, HeardQuote.words).join(HeardEntry).order_by(HeardQuote.quote_id)
    for row in session.execute(standing.where(HeardEntry.consultation_id == consultation.id)):
        quotes.setdefault(row.entry_id, []).append(row.words)
    return [
        Published(
            heading=version.heading,
            heard=version.heard,
            changed=version.changed,
            mark=version.mark,
            on=on or version.made,
            quotes=tuple(quotes.get(entry_id, ())),
        )
        for entry_id, on, version in rows
    ]


def taking_off_quote(quote_id: bytes) -> Delete:
    """What takes a quote off the page: the team has taken it back."""
    return delete(HeardQuote).where(HeardQuote.quote_id == quote_id)


def taking_off_coding(*coding_ids: bytes) -> Delete:
    """What takes the quotes of codings off the page: they were taken away."""
    return delete(HeardQuote).where(HeardQuote.coding_id.in_(coding_ids))
