"""The support directory as the team sees and changes it, each act with its line in the log of staff acts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.records import audit, consultations, directory, support
from consult.records.directory import EntryError, SameNameError, UnknownEntryError, Wanted
from consult.records.support import Channel, Entry, Lack, Missing, Validity
from consult.vault.opening import WorkbenchVault

__all__ = [
    "Channel",
    "DirectoryLine",
    "Entry",
    "EntryError",
    "Gap",
    "Lack",
    "Missing",
    "SameNameError",
    "UnknownEntryError",
    "Validity",
    "Wanted",
    "add_entry",
    "change_entry",
    "check_entry",
    "directory_lines",
    "entry",
    "entry_named",
    "gaps",
    "load_entries",
    "load_seen",
    "read_entries",
    "restore_entry",
    "withdraw_entry",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryLine:
    """One entry in the list, with whether it is shown today and when it has to be checked again."""

    entry: Entry
    validity: Validity
    checked_on: date | None
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A consultation whose support list is too short, and since when; `paused`: no new visit begins."""

    consultation: str
    missing: tuple[Missing, ...]
    since: date | None
    paused: bool


def directory_lines(session: Session, *, today: date) -> tuple[DirectoryLine, ...]:
    """All entries: first what needs somebody, then the rest, each by name."""
    lines = [_line(each, today) for each in support.everything(session)]
    return tuple(sorted(lines, key=lambda line: (_URGENCY[line.validity], line.entry.name)))


def entry(session: Session, entry_id: str) -> Entry:
    """One entry. Raises UnknownEntryError."""
    try:
        wanted = bytes.fromhex(entry_id)
    except ValueError:
        wanted = b""
    found = next((each for each in support.everything(session) if each.id == wanted), None)
    if found is None:
        raise UnknownEntryError("there is no such entry")
    return found


def gaps(session: Session, *, today: date) -> tuple[Gap, ...]:
    """The consultations, not closed, whose list is too short in a nation."""
    entries = support.everything(session)
    found = (_gap(each, entries, today) for each in consultations.every(session) if each.state != "closed")
    return tuple(gap for gap in found if gap.missing)


def add_entry(session: Session, vault: WorkbenchVault, wanted: Wanted, *, actor: str, today: date) -> None:
    """A new entry, hidden until it is checked. Raises EntryError or SameNameError."""
    directory.add(session, wanted)
    audit.note(session, vault, actor, "add support service", wanted.name, today=today)


def change_entry(
    session: Session, vault: WorkbenchVault, entry_id: str, wanted: Wanted, *, actor: str, today: date
) -> bool:
    """Change an entry; returns whether it must be checked again. Raises as `records.directory.change`."""
    voids = directory.change(session, entry(session, entry_id).id, wanted, today=today)
    detail = "to be checked again" if voids else ""
    audit.note(session, vault, actor, "change support service", wanted.name, detail=detail, today=today)
    return voids


def check_entry(
    session: Session,
    vault: WorkbenchVault,
    entry_id: str,
    *,
    good: bool,
    note: str,
    by: str,
    actor: str,
    today: date,
) -> None:
    """Note a check of today. Raises EntryError or UnknownEntryError."""
    found = entry(session, entry_id)
    directory.check(session, found.id, good=good, by=by, note=note, on=today)
    detail = "right" if good else "not right"
    audit.note(session, vault, actor, "check support service", found.name, detail=detail, today=today)


def withdraw_entry(
    session: Session, vault: WorkbenchVault, entry_id: str, *, actor: str, today: date
) -> None:
    """Show an entry no more. Raises UnknownEntryError."""
    found = entry(session, entry_id)
    directory.withdraw(session, found.id, today=today)
    audit.note(session, vault, actor, "withdraw support service", found.name, today=today)


def restore_entry(session: Session, vault: WorkbenchVault, entry_id: str, *, actor: str, today: date) -> None:
    """Bring a withdrawn entry back. Raises UnknownEntryError."""
    found = entry(session, entry_id)
    directory.restore(session, found.id)
    audit.note(session, vault, actor, "restore support service", found.name, today=today)


def load_seen(session: Session, vault: WorkbenchVault, *, actor: str, today: date) -> int:
    """Put in the services that have been seen, hidden until they are checked; returns how many."""
    text = files("consult.manage.service").joinpath("seen_services.toml").read_text(encoding="utf-8")
    return load_entries(session, vault, read_entries(tomllib.loads(text)), actor=actor, today=today)


def load_entries(
    session: Session, vault: WorkbenchVault, wanted: Sequence[Wanted], *, actor: str, today: date
) -> int:
    """Put in entries, hidden until they are checked; what is there by name stays. Raises EntryError."""
    there = {each.name for each in support.everything(session)}
    added = [each for each in wanted if each.name not in there]
    for each in added:
        directory.add(session, each)
    if added:
        audit.note(session, vault, actor, "load support services", "", detail=str(len(added)), today=today)
    return len(added)


def read_entries(table: Mapping[str, Any]) -> tuple[Wanted, ...]:
    """Entries from a table with a list `service`. Raises KeyError or TypeError when it is another table."""
    return tuple(_read_entry(dict(row)) for row in table["service"])


def entry_named(session: Session, name: str) -> Entry:
    """The entry of a name. Raises UnknownEntryError."""
    found = next((each for each in support.everything(session) if each.name == name), None)
    if found is None:
        raise UnknownEntryError(f"there is no service named {name!r}")
    return found


def _read_entry(row: dict[str, Any]) -> Wanted:
    channels = tuple(Channel(**channel) for channel in row.pop("channels"))
    chosen: dict[str, Any] = {name: tuple(row.pop(name)) for name in ("nations", "serves", "kinds")}
    return Wanted(channels=channels, **chosen, **row)


_URGENCY = {
    Validity.FAILED: 0,
    Validity.EXPIRED: 1,
    Validity.DUE: 2,
    Validity.UNVERIFIED: 3,
    Validity.SHOWN: 4,
    Validity.WITHDRAWN: 5,
}


def _line(each: Entry, today: date) -> DirectoryLine:
    last = each.last_check(today)
    return DirectoryLine(
        entry=each,
        validity=each.validity(today),
        checked_on=last.on if last else None,
        days=(today - last.on).days if last else None,
    )


def _gap(consultation: Consultation, entries: Sequence[Entry], today: date) -> Gap:
    here = [each for each in entries if each.example is consultation.demonstration]
    return Gap(
        consultation=consultation.name,
        missing=support.missing(here, consultation.nations, today),
        since=support.below_since(here, consultation.nations, today),
        paused=support.paused(here, consultation.nations, today),
    )
