"""Changing the support directory: adding, changing, checking and withdrawing an entry.

Who changes what somebody would dial makes every earlier check worth nothing from that day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consult.faults import ConflictError, MissingError, RefusedError
from consult.models.base import new_id
from consult.models.support import (
    ChannelKind,
    ChoiceOfWorker,
    Nation,
    Serves,
    SupportCheck,
    SupportKind,
    SupportService,
)
from consult.records.support import Channel, Entry

_VOIDING = ("name", "nations", "channels", "hours")
_LONGEST = 300


class EntryError(RefusedError):
    """Something about an entry is missing or not possible; `problems` gives a reason by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(problems.values()))


class SameNameError(ConflictError):
    """There is an entry of this name."""


class UnknownEntryError(MissingError):
    """There is no such entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an entry says."""

    name: str
    what: str
    nations: tuple[str, ...]
    serves: tuple[str, ...]
    kinds: tuple[str, ...]
    channels: tuple[Channel, ...]
    hours: str
    cost: str = ""
    languages: str = ""
    least_age: int | None = None
    choice_of_worker: str = ChoiceOfWorker.NOT_KNOWN
    source_url: str = ""
    remark: str = ""
    example: bool = False

    @classmethod
    def of(cls, entry: Entry) -> Wanted:
        """What an entry says now."""
        return cls(**{name: getattr(entry, name) for name in cls.__dataclass_fields__})


def add(session: Session, wanted: Wanted) -> bytes:
    """A new entry, hidden until somebody has checked it. Raises EntryError or SameNameError."""
    _require_possible(wanted)
    _require_free(session, wanted.name, None)
    row = SupportService(id=new_id(), **_columns(wanted))
    session.add(row)
    session.flush()
    return row.id


def change(session: Session, entry_id: bytes, wanted: Wanted, *, today: date) -> bool:
    """Change what an entry says; returns whether that made its checks worth nothing.

    Raises EntryError, SameNameError or UnknownEntryError.
    """
    _require_possible(wanted)
    row = _row(session, entry_id)
    _require_free(session, wanted.name, entry_id)
    columns = _columns(wanted)
    voids = any(getattr(row, name) != columns[name] for name in _VOIDING)
    for name, value in columns.items():
        setattr(row, name, value)
    if voids:
        session.execute(
            update(SupportCheck)
            .where(SupportCheck.service_id == entry_id, SupportCheck.void_from.is_(None))
            .values(void_from=today)
        )
    session.flush()
    return voids


def check(session: Session, entry_id: bytes, *, good: bool, by: str, note: str = "", on: date) -> None:
    """Note that somebody called the number or read the service's own page.

    Raises EntryError for a good check of an entry without an own page, UnknownEntryError for none.
    """
    row = _row(session, entry_id)
    if good and not row.source_url:
        raise EntryError({"source_url": "enter the address of the service's own page first"})
    session.add(
        SupportCheck(id=new_id(), service_id=entry_id, checked_on=on, checked_by=by, good=good, note=note)
    )
    session.flush()


def withdraw(session: Session, entry_id: bytes, *, today: date) -> None:
    """Show an entry no more, from this day on. Raises UnknownEntryError."""
    _row(session, entry_id).withdrawn_on = today
    session.flush()


def restore(session: Session, entry_id: bytes) -> None:
    """Bring a withdrawn entry back; its checks say whether it is shown. Raises UnknownEntryError."""
    _row(session, entry_id).withdrawn_on = None
    session.flush()


def _row(session: Session, entry_id: bytes) -> SupportService:
    row = session.get(SupportService, entry_id)
    if row is None:
        raise UnknownEntryError("there is no such entry")
    return row


def _require_free(session: Session, name: str, mine: bytes | None) -> None:
    other = session.scalar(select(SupportService.id).where(SupportService.name == name))
    if other is not None and other != mine:
        raise SameNameError(f"there is an entry named {name!r} already")


def _columns(wanted: Wanted) -> dict[str, object]:
    columns = asdict(wanted)
    for name in ("nations", "serves", "kinds"):
        columns[name] = list(columns[name])
    columns["channels"] = [asdict(channel) for channel in wanted.channels]
    return columns


def _require_possible(wanted: Wanted) -> None:
    problems = {name: reason for name, reason in _problems(wanted).items() if reason}
    if problems:
        raise EntryError(problems)


def _problems(wanted: Wanted) -> dict[str, str]:
    return {
        "name": _words(wanted.name, "write the name of the service"),
        "what": _words(wanted.what, "say in a few words what the service is"),
        "hours": _words(wanted.hours, "write when it can be reached"),
        "nations": _among(wanted.nations, Nation, "choose where it can be used"),
        "serves": _among(wanted.serves, Serves, "choose for whom it is"),
        "kinds": _among(wanted.kinds, SupportKind, "choose what it offers"),
        "channels": _reachable(wanted.channels),
        "source_url": ""
        if not wanted.source_url or wanted.source_url.startswith("https://")
        else "the address of the service's own page begins with https://",
        "least_age": ""
        if wanted.least_age is None or 0 <= wanted.least_age <= 120
        else "the least age is a number of years, or is left empty",
    }


def _words(words: str, reason: str) -> str:
    if not words.strip():
        return reason
    return "" if len(words) <= _LONGEST else f"use {_LONGEST} characters or fewer"


def _among(
    chosen: tuple[str, ...], kinds: type[Nation] | type[Serves] | type[SupportKind], reason: str
) -> str:
    return "" if chosen and set(chosen) <= set(kinds) else reason


def _reachable(channels: tuple[Channel, ...]) -> str:
    if not channels:
        return "give at least one way to reach it, such as: phone 0808 157 0000"
    for channel in channels:
        if channel.kind not in set(ChannelKind):
            return f"'{channel.kind}' is not a way we know: it is one of {', '.join(ChannelKind)}"
        if channel.kind in {ChannelKind.WEB, ChannelKind.CHAT} and not channel.value.startswith("https://"):
            return "an address on the web begins with https://"
        if channel.kind in {ChannelKind.PHONE, ChannelKind.TEXT} and not _is_number(channel.value):
            return f"'{channel.value}' is not a telephone number"
    return ""


def _is_number(value: str) -> bool:
    digits = value.replace(" ", "").removeprefix("+")
    return digits.isdecimal() and 3 <= len(digits) <= 15
