"""The register of files that left: from it the team learns which file still holds what was taken back.

A file names nobody. Here stands for each quote in it, or for each answer of a file of answers, the hash that
a withdrawal leaves as its tombstone: so a withdrawal shows beside the file.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.export import ExportFile, ExportQuote
from consult.models.response import Response, Tombstone
from consult.records import audit
from consult.vault.opening import WorkbenchVault

_AT_ONCE = 5000


class Used(Protocol):
    """Responses in a file, each with its revision. There may be more than memory should hold."""

    def __len__(self) -> int: ...

    def items(self) -> Iterable[tuple[bytes, int]]:
        """Each of them once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A file that left. `quotes`: from how many people words or answers are in it."""

    made: date
    kind: str
    actor: str
    quotes: int
    # Of these, how many were taken back since, and how many were changed by their authors.
    withdrawn: int
    changed: int


def keep(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    kind: str,
    used: Used,
    *,
    actor: str,
    today: date,
) -> None:
    """Write into log and register that a file left. `used`: the responses in it and their revisions."""
    seq = audit.note(session, vault, actor, "export", consultation.name, detail=kind, today=today)
    export_id = new_id()
    session.add(
        ExportFile(id=export_id, consultation_id=consultation.id, made=today, kind=kind, actor=actor, seq=seq)
    )
    session.flush()
    every = iter(used.items())
    while some := list(islice(every, _AT_ONCE)):
        # Their order is that of the hashes, and says nothing of the file.
        rows = [
            {"export_id": export_id, "response_hash": hashed, "rev": rev}
            for hashed, rev in sorted((_hashed(response_id), rev) for response_id, rev in some)
        ]
        session.execute(insert(ExportQuote), rows)


def register(session: Session, consultation: Consultation) -> list[Line]:
    """All files that left, the newest first, each held against what is here now."""
    now = {
        _hashed(row.id): row.rev
        for row in session.execute(
            select(Response.id, Response.rev).where(Response.consultation_id == consultation.id)
        )
    }
    files = session.scalars(
        select(ExportFile)
        .where(ExportFile.consultation_id == consultation.id)
        .order_by(ExportFile.seq.desc())
    ).all()
    used: dict[bytes, dict[bytes, int]] = defaultdict(dict)
    rows = session.scalars(
        select(ExportQuote).join(ExportFile).where(ExportFile.consultation_id == consultation.id)
    )
    for row in rows:
        used[row.export_id][row.response_hash] = row.rev
    buried = set(session.scalars(select(Tombstone.response_hash)))
    return [_line(file, used[file.id], now, buried) for file in files]


def _line(file: ExportFile, used: Mapping[bytes, int], now: Mapping[bytes, int], buried: set[bytes]) -> Line:
    return Line(
        made=file.made,
        kind=file.kind,
        actor=file.actor,
        quotes=len(used),
        withdrawn=sum(hashed in buried for hashed in used),
        changed=sum(now.get(hashed, rev) != rev for hashed, rev in used.items()),
    )


def _hashed(response_id: bytes) -> bytes:
    return hashlib.sha256(response_id).digest()
