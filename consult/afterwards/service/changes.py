"""What was heard and what it changed, as the team sees it: entries, their wordings, and what may be said.

The public page shows no figure but a word (many, some, few) that the published threshold allows, and quotes
only as reports do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.models.coding import Theme
from consult.models.consultation import Consultation, Strand
from consult.models.heard import HeardEntry, HeardVersion
from consult.records import consultations, evidence, people, quotable, themes, voices
from consult.records.counts import Audience
from consult.records.quotable import Quoted
from consult.records.unlocking import Unlocked


class UnknownEntryError(MissingError):
    """There is no such entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeText:
    """A wording as somebody edits it. `theme`: its key, or nothing; `quotes`: ids in hexadecimal."""

    theme: str = ""
    heading: str
    heard: str
    changed: str
    mark: str = ""
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry in the list. `own`: the newest wording is of the person who looks, who cannot publish it."""

    id: str
    heading: str
    theme: str
    number: int
    published: int
    published_on: date | None
    written_by: str
    made: date
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One wording of an entry, for its history."""

    number: int
    text: ChangeText
    made: date
    written_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What may be said of a theme in public now: the word proposed for how widely, and quotes."""

    mark: str = ""
    rare: bool = False
    quotes: tuple[Quoted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """An entry that somebody edits."""

    id: str
    published: int
    wordings: tuple[Wording, ...]
    offered: Offered
    own: bool

    @property
    def now(self) -> Wording:
        """The newest wording."""
        return self.wordings[-1]


def page(session: Session, consultation: str) -> tuple[str, date | None]:
    """Public address and results date of the page. Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    return found.slug, found.results_date


def listed(session: Session, consultation: str, account_id: bytes) -> list[Line]:
    """Every entry, in the order of the page."""
    found = consultations.named(session, consultation)
    rows = session.execute(
        select(HeardEntry, HeardVersion, Theme.name)
        .join(HeardVersion, HeardVersion.entry_id == HeardEntry.id)
        .outerjoin(Theme, Theme.id == HeardEntry.theme_id)
        .where(HeardEntry.consultation_id == found.id, HeardVersion.number == HeardEntry.number)
        .order_by(HeardEntry.position, HeardEntry.id)
    ).all()
    names = people.names(session, {version.account_id for _, version, _ in rows})
    return [
        Line(
            id=entry.id.hex(),
            heading=version.heading,
            theme=theme or "",
            number=entry.number,
            published=entry.published,
            published_on=entry.published_on,
            written_by=names.get(version.account_id, ""),
            made=version.made,
            own=version.account_id == account_id,
        )
        for entry, version, theme in rows
    ]


def offered_themes(session: Session, consultation: str) -> list[tuple[str, str]]:
    """Keys and names of the themes that an entry can be about."""
    found = consultations.named(session, consultation)
    return [(theme.key, theme.name) for theme in themes.of(session, found)]


def editing(unlocked: Unlocked, entry_id: str) -> Editing:
    """An entry with all its wordings, and what may be said of its theme. Raises UnknownEntryError."""
    session = unlocked.session
    entry = entry_of(session, unlocked.consultation, entry_id)
    key = "" if entry.theme_id is None else session.get_one(Theme, entry.theme_id).key
    rows = session.scalars(
        select(HeardVersion).where(HeardVersion.entry_id == entry.id).order_by(HeardVersion.number)
    ).all()
    names = people.names(session, {row.account_id for row in rows})
    return Editing(
        id=entry_id,
        published=entry.published,
        wordings=tuple(
            Wording(
                number=row.number,
                text=ChangeText(
                    theme=key,
                    heading=row.heading,
                    heard=row.heard,
                    changed=row.changed,
                    mark=row.mark,
                    quotes=tuple(row.quotes),
                ),
                made=row.made,
                written_by=names.get(row.account_id, ""),
            )
            for row in rows
        ),
        offered=offered(unlocked, entry.theme_id),
        own=rows[-1].account_id == unlocked.account_id,
    )


def offered(unlocked: Unlocked, theme_id: bytes | None) -> Offered:
    """What may be said of a theme, by the thresholds for what is published: survivors' voices alone."""
    if theme_id is None:
        return Offered()
    heard = voices.hear(unlocked)
    figures = evidence.Teller(unlocked.consultation, heard, Audience.PUBLISHED).figures(theme_id, "")
    own = next((figure for figure in figures if figure.strand == Strand.SURVIVORS), None)
    if own is None:
        return Offered()
    common = {(theme_id, Strand.SURVIVORS)} if not own.hidden else set()
    told = quotable.quotable(unlocked, heard, common).get(theme_id, ())
    ordered = sorted(told, key=lambda each: each.quote_id)
    return Offered(mark=own.mark, rare=own.hidden, quotes=tuple(ordered))


def entry_of(session: Session, consultation: Consultation, entry_id: str) -> HeardEntry:
    """The row of an entry. Raises UnknownEntryError."""
    try:
        found = session.get(HeardEntry, bytes.fromhex(entry_id))
    except ValueError:
        found = None
    if found is None or found.consultation_id != consultation.id:
        raise UnknownEntryError("there is no such entry")
    return found
