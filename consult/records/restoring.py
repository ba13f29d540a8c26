"""Putting a backup back into an empty database, and what was withdrawn since then not with it.

A file is opened whole before anything of it is used. Rows go in as they were, into tables of the revision
that they came from; migrations bring them up to date. What must not come back is never written.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, MetaData, Table, func, insert, inspect, select, update
from sqlalchemy.orm import Session

from consult.faults import RefusedError, SealError
from consult.models.restoration import Restoration
from consult.records import audit
from consult.records.backups import FORMAT, day_of, hashed
from consult.vault import backup
from consult.vault.envelope import EnvelopeError, PrivateKey
from consult.vault.opening import WorkbenchVault
from consult.vault.shares import INSTALLATION

_AT_ONCE = 500
_REVISIONS = "alembic_version"
Row = dict[str, Any]


class NotEmptyError(RefusedError):
    """There is something in the database: a restore never mixes with what is there."""


class BackupError(SealError):
    """A file does not open: it was changed, cut, renamed, or is of another key."""


class OtherPartsError(RefusedError):
    """The files do not go together; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPart:
    """A part in memory. `about` says the revision of its tables and when it was made."""

    day: date
    about: Mapping[str, str]
    memory: sqlite3.Connection = field(repr=False)

    def rows(self, table: str) -> Iterator[Row]:
        """All rows of a table, in the order of its key; none when the part has no such table."""
        names = self.memory.execute("SELECT name FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        if names is None:
            return
        found = self.memory.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of our own tables
        columns = [column[0] for column in found.description]
        for row in found:
            yield dict(zip(columns, row, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """The parts of one backup; without `tombstones` withdrawals since it was made come back."""

    bodies: OpenPart
    keys: OpenPart
    tombstones: OpenPart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back: responses, those left out as withdrawn since, and those whose body is not there."""

    responses: int
    withdrawn: int
    without_body: int


@dataclass(slots=True)
class _Gone:
    """What was withdrawn or let go after the backup."""

    tombstones: set[bytes] = field(default_factory=set)
    # Hashes of the receipts and drafts that were still there; None: not known, all come back.
    receipts: set[bytes] | None = None
    drafts: set[bytes] = field(default_factory=set)

    def response(self, response_id: bytes) -> bool:
        return hashlib.sha256(response_id).digest() in self.tombstones

    def receipt(self, lookup: bytes) -> bool:
        return self.receipts is not None and hashed(lookup) not in self.receipts

    def draft(self, lookup: bytes) -> bool:
        # A draft that was sent meanwhile is the best that is left of what was sent.
        return self.receipt(lookup) and hashed(lookup) not in self.drafts


def key_id(path: Path) -> bytes:
    """The name of the recovery key that a file is sealed to. Raises BackupError."""
    try:
        with path.open("rb") as file:
            return backup.key_id(file)
    except EnvelopeError as error:
        raise BackupError(f"{path.name} is not a backup of ours") from error


def opened(recovery: PrivateKey, path: Path, part: str) -> OpenPart:
    """A part from its file. Raises BackupError, or RefusedError for a file with another name or format."""
    day = day_of(path, part)
    try:
        with path.open("rb") as file:
            content = b"".join(backup.open_(recovery, part, day, file))
    except EnvelopeError as error:
        raise BackupError(f"{path.name} does not open: it was changed, cut, or is of another key") from error
    memory = sqlite3.connect(":memory:", isolation_level=None)
    memory.deserialize(content)
    about = dict(memory.execute("SELECT name, value FROM about").fetchall())
    if about.get("format") != FORMAT:
        raise OtherPartsError(f"{path.name} was made by another version of this service")
    return OpenPart(day=date.fromisoformat(day), about=about, memory=memory)


def together(bodies: OpenPart, keys: OpenPart, tombstones: OpenPart | None) -> Backup:
    """The parts as one backup. Raises OtherPartsError when they cannot be."""
    if bodies.about["revision"] != keys.about["revision"]:
        raise OtherPartsError("the bodies and the keys are of different versions of the database")
    if tombstones is not None and int(tombstones.about["made"]) < int(keys.about["made"]):
        raise OtherPartsError("the tombstones are older than the backup: use the newest copy of them")
    return Backup(bodies=bodies, keys=keys, tombstones=tombstones)


def require_ours(backup_: Backup, vault: WorkbenchVault) -> None:
    """Raises OtherPartsError when the key file holds no secret that was in use when it was made."""
    for row in backup_.keys.rows("public_key"):
        if (row["owner_table"], row["owner_id"], row["epoch"]) == ("recovery", INSTALLATION, 0):
            try:
                vault.remade_mac("recovery", INSTALLATION, 0, row["pub"], row["mac"])
            except EnvelopeError as error:
                raise OtherPartsError(
                    "the key file is not the one of this backup: put back the secret from the safe first, "
                    "else no code and no passphrase works"
                ) from error


def require_empty(connection: Connection) -> bool:
    """Whether there are tables. Raises NotEmptyError when any of them has a row."""
    names = [name for name in inspect(connection).get_table_names() if name != _REVISIONS]
    metadata = MetaData()
    for name in names:
        table = Table(name, metadata, autoload_with=connection, resolve_fks=False)
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise NotEmptyError("the database is not empty: restore into a new one")
    return bool(names)


def put_back(connection: Connection, backup_: Backup) -> Restored:
    """Write every row into tables of the backup's revision, without what was withdrawn since."""
    metadata = MetaData()
    metadata.reflect(connection)
    gone = _gone(backup_)
    bodies = {(row["id"], row["rev"]): row["body"] for row in backup_.bodies.rows("response")}
    counted: Counter[str] = Counter()
    withdrawn: Counter[tuple[bytes, str]] = Counter()

    def wanted(table: str, row: Row) -> bool:
        if table == "response":
            return _wanted_response(row, gone, bodies, counted, withdrawn)
        if table == "note":
            return row["response_id"] is None or not gone.response(row["response_id"])
        if table == "heard_quote":
            return row["response_hash"] not in gone.tombstones
        if table == "interest":
            return not gone.response(row["lookup"])
        if table in {"receipt", "draft"}:
            return not (gone.receipt if table == "receipt" else gone.draft)(row["lookup"])
        return True

    for table in metadata.sorted_tables:
        _fill(connection, table, backup_, wanted)
    _bury(connection, metadata, gone, withdrawn)
    return Restored(
        responses=counted["responses"],
        withdrawn=counted["withdrawn"],
        without_body=counted["without_body"],
    )


def begin_again(
    session: Session, vault: WorkbenchVault, backup_: Backup, *, actor: str, detail: str, today: date
) -> None:
    """A new chain of the staff log that names the old head, its entry, and the note for who comes back."""
    audit.begin_chain(session, vault, today)
    audit.note(session, vault, actor, "restore", "", detail=detail, today=today)
    session.add(
        Restoration(
            restored=today,
            backed_up=backup_.keys.day,
            withdrawals_kept=backup_.tombstones is not None,
        )
    )
    session.flush()


def _gone(backup_: Backup) -> _Gone:
    if backup_.tombstones is None:
        return _Gone()
    copy = backup_.tombstones
    return _Gone(
        tombstones={row["response_hash"] for row in copy.rows("tombstone")},
        receipts={row["hash"] for row in copy.rows("receipt")},
        drafts={row["hash"] for row in copy.rows("draft")},
    )


def _wanted_response(
    row: Row,
    gone: _Gone,
    bodies: Mapping[tuple[bytes, int], bytes],
    counted: Counter[str],
    withdrawn: Counter[tuple[bytes, str]],
) -> bool:
    """Whether a response comes back; if so, its body is put into the row."""
    if gone.response(row["id"]):
        counted["withdrawn"] += 1
        withdrawn[row["consultation_id"], row["definition_id"]] += 1
        return False
    body = bodies.get((row["id"], row["rev"]))
    if body is None:
        counted["without_body"] += 1
        return False
    row["body"] = body
    counted["responses"] += 1
    return True


def _fill(connection: Connection, table: Table, backup_: Backup, wanted: Callable[[str, Row], bool]) -> None:
    if table.name == _REVISIONS:
        return
    # Responses are in both parts, and come by their keys; every other table is in one.
    parts = [backup_.keys] if table.name == "response" else [backup_.keys, backup_.bodies]
    some: list[Row] = []
    for part in parts:
        for row in _parents_first(table, part.rows(table.name)):
            if not wanted(table.name, row):
                continue
            some.append({name: _value(table, name, value) for name, value in row.items()})
            if len(some) == _AT_ONCE:
                connection.execute(insert(table), some)
                some = []
    if some:
        connection.execute(insert(table), some)


def _value(table: Table, name: str, value: Any) -> Any:
    """What stands in the file, as the database wants it."""
    kind = table.columns[name].type
    if value is not None and isinstance(kind, Boolean):
        return bool(value)
    return json.loads(value) if value is not None and isinstance(kind, JSON) else value


def _parents_first(table: Table, rows: Iterator[Row]) -> Iterator[Row]:
    """Rows that point at rows of their own table come after those."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not own:
        yield from rows
        return
    waiting, there = list(rows), {None}
    while waiting:
        ready = [row for row in waiting if {row[name] for name in own} <= there]
        if not ready:
            raise OtherPartsError(f"rows of {table.name} point at rows that are not in the backup")
        yield from ready
        there |= {row["id"] for row in ready}
        waiting = [row for row in waiting if row["id"] not in there]


def _bury(
    connection: Connection,
    metadata: MetaData,
    gone: _Gone,
    withdrawn: Mapping[tuple[bytes, str], int],
) -> None:
    """The tombstones of since the backup, and the totals that those withdrawals had moved."""
    tombstone, total = metadata.tables["tombstone"], metadata.tables["total"]
    there = set(connection.execute(select(tombstone.c.response_hash)).scalars())
    fresh = sorted(gone.tombstones - there)
    if fresh:
        connection.execute(insert(tombstone), [{"response_hash": each} for each in fresh])
    for (consultation_id, definition_id), number in withdrawn.items():
        place = {"consultation_id": consultation_id, "definition_id": definition_id, "what": "withdrawn"}
        moved = connection.execute(
            update(total)
            .where(*(total.c[name] == value for name, value in place.items()))
            .values(current=total.c.current + number)
        )
        if moved.rowcount == 0:
            connection.execute(insert(total).values(**place, current=number, shown=0))
