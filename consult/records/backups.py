"""Backups: two parts and a copy of the tombstones, each an SQLite file in memory that reaches disk sealed.

Whatever the engine, a part is an SQLite file. It is built in memory, so that nothing of it is ever on disk in
clear; so a part must fit into memory twice. The parts are of one moment, and so is the copy of the tombstones
that is written with them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, select

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult.faults import Fault, RefusedError
from consult.models.base import Base, new_id, writing
from consult.models.response import Draft, Receipt, Tombstone
from consult.records.parts import BODIES, KEYS, PARTS, TOMBSTONES, Part, key_columns
from consult.vault import backup
from consult.vault.envelope import PublicKey

FORMAT = "1"
_AT_ONCE = 500
_NAME = re.compile(r"(bodies|keys|tombstones)-(\d{4}-\d{2}-\d{2})")


class NoRecoveryKeyError(RefusedError):
    """There is no key yet to seal a backup to."""


class FolderError(Fault):
    """The folder is absent or cannot be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: paths, and how many older parts were destroyed."""

    paths: tuple[Path, ...]
    destroyed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """For how many days parts are kept, by part."""

    keys: int
    bodies: int

    def of(self, part: str) -> int:
        """Of tombstones the newest copy alone is of use."""
        return {KEYS: self.keys, BODIES: self.bodies}.get(part, 1)


def write(
    engine: Engine, recovery: PublicKey, folder: Path, *, revision: str, kept: Kept, today: date, now: int
) -> Written:
    """Write both parts and the tombstones, then destroy parts that are older than they may be.

    `revision` is that of the database's tables, `now` in seconds. Raises FolderError.
    """
    about = {"format": FORMAT, "revision": revision, "made": str(now), "pair": new_id().hex()}
    paths = []
    with _moment(engine) as connection:
        for part in (BODIES, KEYS, TOMBSTONES):
            content = _tombstones(connection) if part == TOMBSTONES else _part(connection, PARTS[part])
            paths.append(_keep(content, about, recovery, folder, part, today))
    return Written(paths=tuple(paths), destroyed=_destroy_old(folder, kept, today))


def write_tombstones(
    engine: Engine, recovery: PublicKey, folder: Path, *, revision: str, today: date, now: int
) -> Written:
    """Write the tombstones alone: what keeps withdrawals since the last backup. Raises FolderError."""
    about = {"format": FORMAT, "revision": revision, "made": str(now), "pair": ""}
    with _moment(engine) as connection:
        path = _keep(_tombstones(connection), about, recovery, folder, TOMBSTONES, today)
    older = [each for each in _found(folder) if each.name.startswith(TOMBSTONES) and each != path]
    for each in older:
        each.unlink()
    return Written(paths=(path,), destroyed=len(older))


def day_of(path: Path, part: str) -> str:
    """The day in the name of a file of this part. Raises RefusedError for another name."""
    named = _NAME.fullmatch(path.name)
    if named is None or named[1] != part:
        raise RefusedError(f"{path.name} is not a file of the {part}: those are named {part}-YEAR-MONTH-DAY")
    return named[2]


@contextmanager
def _moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long the reading takes, and blocks nobody."""
    token = writing.set(False)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            yield connection
    finally:
        writing.reset(token)


def _part(connection: Connection, part: Part) -> sqlite3.Connection:
    memory = _empty()
    for name in part.tables:
        columns = part.columns(name)
        query = select(*columns).order_by(*key_columns(Base.metadata.tables[name]))
        _table(memory, name, [column.name for column in columns], _rows(connection, query))
    return memory


def _tombstones(connection: Connection) -> sqlite3.Connection:
    """The hashes of withdrawn responses, and those of the receipts and drafts that are still there.

    A receipt and its response are joined by the code alone. So a restore knows by its absence here which
    receipt went with a response that was taken back.
    """
    memory = _empty()
    query = select(Tombstone.response_hash).order_by(Tombstone.response_hash)
    _table(memory, "tombstone", ["response_hash"], _rows(connection, query))
    for name, lookup in (("receipt", Receipt.lookup), ("draft", Draft.lookup)):
        hashes = sorted(hashed(row[0]) for row in _rows(connection, select(lookup)))
        _table(memory, name, ["hash"], ([each] for each in hashes))
    return memory


def hashed(lookup: bytes) -> bytes:
    """How the copy of the tombstones names a receipt or a draft."""
    return hashlib.sha256(lookup).digest()


def _empty() -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    memory.execute("PRAGMA temp_store=MEMORY")
    return memory


def _rows(connection: Connection, query: Executable) -> Iterator[list[Any]]:
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield [_plain(value) for value in row]


def _table(memory: sqlite3.Connection, name: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    memory.execute(f'CREATE TABLE "{name}" ({named})')
    marks = ", ".join("?" * len(columns))
    memory.execute("BEGIN")
    memory.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 - names of our own tables
    memory.execute("COMMIT")


def _plain(value: Any) -> Any:
    """A value as the file keeps it: what the database itself keeps, whichever it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value)
    return int(value) if isinstance(value, bool) else value


def _keep(
    memory: sqlite3.Connection,
    about: Mapping[str, str],
    recovery: PublicKey,
    folder: Path,
    part: str,
    today: date,
) -> Path:
    """Seal a part into the folder: readable by its owner alone, in place at once and whole, dated 00:00."""
    _table(memory, "about", ["name", "value"], ([name, value] for name, value in about.items()))
    content = memoryview(memory.serialize())
    memory.close()
    pieces = (bytes(content[at : at + backup.PIECE]) for at in range(0, len(content), backup.PIECE))
    path = folder / f"{part}-{today.isoformat()}"
    partial = folder / f".{path.name}.partial"
    midnight = datetime.combine(today, time(), UTC).timestamp()
    try:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for sealed in backup.seal(recovery, part, today.isoformat(), pieces):
                file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.utime(partial, (midnight, midnight))
        partial.replace(path)
    except OSError as error:
        raise FolderError(f"{folder} cannot be written to: make the folder, and look for room") from error
    return path


def _found(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and _NAME.fullmatch(path.name)]


def _destroy_old(folder: Path, kept: Kept, today: date) -> int:
    """Destroy parts older than they may be kept; other files are left alone."""
    old = []
    for path in _found(folder):
        part, _, day = path.name.partition("-")
        if (today - date.fromisoformat(day)).days >= kept.of(part):
            old.append(path)
    for path in old:
        path.unlink()
    return len(old)
