"""The support directory: which entries may be shown on a day, and what is missing in a nation.

An entry that nobody has checked for half a year is hidden from that day on, without anybody doing anything:
a number that rings somewhere else is worse than none. Calls on nothing but the rows and a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import RefusedError, said
from consult.models.consultation import Consultation
from consult.models.support import (
    Nation,
    Serves,
    SupportCheck,
    SupportKind,
    SupportService,
)

FRESH_DAYS = 90
"""Up to this age of the last good check an entry is shown and nothing need be done."""
LAST_DAYS = 180
"""Older than this it is hidden everywhere at once."""
LEAST_SHOWN = 3
PAUSE_AFTER_DAYS = 7
"""So long after the list fell below the minimum no new visit begins."""


class TooLittleSupportError(RefusedError):
    """A nation has too few services to talk to: nobody is asked such questions and then left alone."""


class PausedError(RefusedError):
    """The list has been too short for a week: no new visit begins until it is whole again."""


class Validity(StrEnum):
    """Whether an entry is shown, and if not, why."""

    SHOWN = "shown"
    DUE = "due"
    EXPIRED = "expired"
    FAILED = "failed"
    UNVERIFIED = "unverified"
    WITHDRAWN = "withdrawn"

    @property
    def visible(self) -> bool:
        """Whether people who answer see the entry."""
        return self in {Validity.SHOWN, Validity.DUE}


class Lack(StrEnum):
    """What a nation's list lacks."""

    ENTRIES = "entries"
    FOR_MEN = "for_men"
    ANY_GENDER = "any_gender"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check of one entry."""

    on: date
    by: str
    good: bool
    note: str = ""
    void_from: date | None = None

    def counts(self, day: date) -> bool:
        """Whether on a day the check still says something about the entry."""
        return self.on <= day and (self.void_from is None or day < self.void_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to reach a service."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A service with all its checks, newest first."""

    id: bytes
    name: str
    what: str
    nations: tuple[str, ...]
    serves: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[Channel, ...]
    hours: str
    cost: str
    languages: str
    least_age: int | None
    choice_of_worker: str
    source_url: str
    remark: str
    example: bool
    withdrawn_on: date | None
    checks: tuple[Checked, ...] = ()

    def last_check(self, today: date) -> Checked | None:
        """The last check up to a day that still says something about the entry as it stands."""
        return next((check for check in self.checks if check.counts(today)), None)

    def validity(self, today: date) -> Validity:
        """Whether the entry is shown on a day."""
        if self.withdrawn_on is not None and today >= self.withdrawn_on:
            return Validity.WITHDRAWN
        last = self.last_check(today)
        if last is None:
            return Validity.UNVERIFIED
        if not last.good:
            return Validity.FAILED
        age = (today - last.on).days
        if age > LAST_DAYS:
            return Validity.EXPIRED
        return Validity.SHOWN if age <= FRESH_DAYS else Validity.DUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A nation whose list is too short, and what it lacks."""

    nation: str
    lacks: tuple[Lack, ...]


def everything(session: Session, *, example: bool | None = None) -> tuple[Entry, ...]:
    """All entries by name with their checks; `example` picks made-up ones or real ones. Two queries."""
    question = select(SupportService).order_by(SupportService.name)
    if example is not None:
        question = question.where(SupportService.example.is_(example))
    checks: dict[bytes, list[Checked]] = {}
    for row in session.scalars(
        select(SupportCheck).order_by(SupportCheck.checked_on.desc(), SupportCheck.id)
    ):
        made = Checked(
            on=row.checked_on, by=row.checked_by, good=row.good, note=row.note, void_from=row.void_from
        )
        checks.setdefault(row.service_id, []).append(made)
    return tuple(_entry(row, checks.get(row.id, ())) for row in session.scalars(question))


def shown(entries: Iterable[Entry], today: date) -> tuple[Entry, ...]:
    """Those that people who answer see on a day: for the whole country first, then by name."""
    visible = [entry for entry in entries if entry.validity(today).visible]
    return tuple(sorted(visible, key=lambda entry: (-len(entry.nations), entry.name)))


def missing(entries: Sequence[Entry], nations: Iterable[str], today: date) -> tuple[Missing, ...]:
    """What is missing on a day in each nation that a consultation covers; empty when the minimum is there.

    At least three entries shown, among them one for men, one for any gender and one for a crisis; one entry
    may serve two of these.
    """
    visible = shown(entries, today)
    found = ((nation, _lacks([entry for entry in visible if nation in entry.nations])) for nation in nations)
    return tuple(Missing(nation=nation, lacks=lacks) for nation, lacks in found if lacks)


def below_since(entries: Sequence[Entry], nations: Sequence[str], today: date) -> date | None:
    """Since when the list is below the minimum, at most `PAUSE_AFTER_DAYS` back; None when it is not."""
    since: date | None = None
    for back in range(PAUSE_AFTER_DAYS + 1):
        day = today - timedelta(days=back)
        if not missing(entries, nations, day):
            break
        since = day
    return since


def paused(entries: Sequence[Entry], nations: Sequence[str], today: date) -> bool:
    """Whether new visits must wait until the list is whole again."""
    since = below_since(entries, nations, today)
    return since is not None and (today - since).days >= PAUSE_AFTER_DAYS


def for_(session: Session, consultation: Consultation) -> tuple[Entry, ...]:
    """The entries that count for a consultation: invented ones for a demonstration, real ones else."""
    return everything(session, example=consultation.demonstration)


def require(session: Session, consultation: Consultation, *, today: date) -> None:
    """Raises TooLittleSupportError that names what is missing where."""
    lacking = missing(for_(session, consultation), consultation.nations, today)
    if lacking:
        raise TooLittleSupportError(f"{in_words(lacking)}. Add services and have them checked first")


def in_words(lacking: Iterable[Missing]) -> str:
    """What is missing where, as a sentence without its end."""
    said = "; ".join(
        f"{each.nation.replace('_', ' ').title()} lacks {', '.join(_WORDS[lack] for lack in each.lacks)}"
        for each in lacking
    )
    return f"the list of people to talk to is too short: {said}"


def require_not_paused(
    session: Session, consultation: Consultation, *, listed: Iterable[Entry], today: date
) -> None:
    """Raises PausedError when no new visit may begin. Coming back is always possible.

    `listed` are all entries as they are at hand, maybe some seconds old: nobody is sent away before they were
    read anew. A demonstration pauses for nobody: its services are invented.
    """
    if consultation.demonstration:
        return
    nations, at_hand = consultation.nations, [entry for entry in listed if not entry.example]
    if paused(at_hand, nations, today) and paused(for_(session, consultation), nations, today):
        raise PausedError(said("the list of people to talk to is being checked, so nobody can start for now"))


_WORDS = {
    Lack.ENTRIES: "three services",
    Lack.FOR_MEN: "one for men",
    Lack.ANY_GENDER: "one for anyone",
    Lack.CRISIS: "a crisis line",
}


def every_nation() -> tuple[str, ...]:
    """All nations."""
    return tuple(str(nation) for nation in Nation)


def _lacks(here: Sequence[Entry]) -> tuple[Lack, ...]:
    # A service for young people or families alone is no help to the man who answers.
    adults = [entry for entry in here if {Serves.MEN, Serves.ANY_GENDER} & set(entry.serves)]
    wanted = {
        Lack.ENTRIES: len(adults) >= LEAST_SHOWN,
        Lack.FOR_MEN: any(Serves.MEN in entry.serves for entry in adults),
        Lack.ANY_GENDER: any(Serves.ANY_GENDER in entry.serves for entry in adults),
        Lack.CRISIS: any(SupportKind.CRISIS in entry.kinds for entry in adults),
    }
    return tuple(lack for lack, there in wanted.items() if not there)


def _entry(row: SupportService, checks: Sequence[Checked]) -> Entry:
    return Entry(
        id=row.id,
        name=row.name,
        what=row.what,
        nations=tuple(row.nations),
        serves=tuple(row.serves),
        kinds=tuple(row.kinds),
        channels=tuple(Channel(**channel) for channel in row.channels),
        hours=row.hours,
        cost=row.cost,
        languages=row.languages,
        least_age=row.least_age,
        choice_of_worker=row.choice_of_worker,
        source_url=row.source_url,
        remark=row.remark,
        example=row.example,
        withdrawn_on=row.withdrawn_on,
        checks=tuple(checks),
    )
