"""Proof of counting: every released response is there as it was, changed by its author, or withdrawn.

A batch's root goes into the log of staff acts at its release, so that leaves and root cannot both be changed
by way of the database without the log telling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.audit import AuditEvent
from consult.models.consultation import Consultation
from consult.models.response import Batch, BatchLeaf, Response, Tombstone
from consult.records import audit, batches, consultations
from consult.vault import batches as merkle
from consult.vault.opening import WorkbenchVault

ROOT = "batch root"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What is printed of a batch: its survey, its day, and the root over its responses."""

    survey: str
    released: date
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongBatch:
    """Something in a batch that no act of an author explains; `leaf` is a response's hash, or empty."""

    consultation: str
    survey: str
    released: date
    leaf: bytes
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a check of all batches found."""

    batches: int
    unchanged: int
    superseded: int
    withdrawn: int
    wrong: tuple[WrongBatch, ...]


class _Stored(NamedTuple):
    """A response as it is now."""

    rev: int
    batch_id: bytes | None
    leaf: bytes


def roots(session: Session, consultation: Consultation) -> list[Root]:
    """The roots of all batches, by day."""
    return [
        Root(survey=each.definition_id, released=each.released, root=each.merkle_root)
        for each in batches.of(session, consultation)
    ]


def note_roots(
    session: Session, vault: WorkbenchVault, consultation: Consultation, *, actor: str, today: date
) -> None:
    """Write every root that the log does not hold yet into it. Call it in the transaction of a release."""
    known = _noted(session, consultation)
    for batch in batches.of(session, consultation):
        if known.get(batch.id) != batch.merkle_root:
            audit.note(
                session,
                vault,
                actor,
                ROOT,
                f"{consultation.name}/{batch.definition_id}",
                detail=f"{batch.id.hex()} {batch.merkle_root.hex()}",
                today=today,
            )


def check(session: Session, only: str = "") -> Counted:
    """Look at every leaf of every batch, or of those of the consultation `only`. Opens nothing."""
    withdrawn = set(session.scalars(select(Tombstone.response_hash)))
    found = {"unchanged": 0, "superseded": 0, "withdrawn": 0}
    wrong: list[WrongBatch] = []
    number = 0
    for consultation in consultations.every(session):
        if only and consultation.name != only:
            continue
        stored = _stored(session, consultation)
        noted = _noted(session, consultation)
        for batch in batches.of(session, consultation):
            number += 1
            leaves = _leaves(session, batch)
            for hashed, leaf in leaves.items():
                standing = _standing(hashed, leaf, batch, stored, withdrawn)
                if standing in found:
                    found[standing] += 1
                else:
                    wrong.append(_told(consultation, batch, standing, hashed))
            wrong += [_told(consultation, batch, *each) for each in _of_batch(batch, leaves, stored, noted)]
    return Counted(batches=number, wrong=tuple(wrong), **found)


def _standing(
    hashed: bytes,
    leaf: bytes,
    batch: Batch,
    stored: Mapping[bytes, _Stored],
    withdrawn: set[bytes],
) -> str:
    now = stored.get(hashed)
    if now is None:
        return "withdrawn" if hashed in withdrawn else "is gone without a withdrawal"
    if now.batch_id == batch.id:
        return "unchanged" if now.leaf == leaf else "was changed, and not by its author"
    # A changed answer leaves its batch, with a revision above that of its first batch.
    return "superseded" if now.rev > 1 else "was taken out of its batch"


def _of_batch(
    batch: Batch,
    leaves: Mapping[bytes, bytes],
    stored: Mapping[bytes, _Stored],
    noted: Mapping[bytes, bytes],
) -> Iterator[tuple[str, bytes]]:
    """What is wrong with a batch as a whole, and which responses were put into it."""
    for hashed, now in stored.items():
        if now.batch_id == batch.id and hashed not in leaves:
            yield "was put into the batch after its release", hashed
    if batch.n != len(leaves) or not leaves or merkle.root(list(leaves.values())) != batch.merkle_root:
        yield "the root does not stand for these responses", b""
    if batch.id not in noted:
        yield "the root was never written into the log", b""
    elif noted[batch.id] != batch.merkle_root:
        yield "the root is not the one in the log", b""


def _told(consultation: Consultation, batch: Batch, what: str, leaf: bytes) -> WrongBatch:
    return WrongBatch(
        consultation=consultation.name,
        survey=batch.definition_id,
        released=batch.released,
        leaf=leaf,
        what=what,
    )


def _leaves(session: Session, batch: Batch) -> dict[bytes, bytes]:
    rows = session.execute(
        select(BatchLeaf.response_hash, BatchLeaf.leaf).where(BatchLeaf.batch_id == batch.id)
    )
    return {row.response_hash: row.leaf for row in rows}


def _stored(session: Session, consultation: Consultation) -> dict[bytes, _Stored]:
    """Every response of a consultation by its hash; bodies are read some at a time."""
    query = select(Response.id, Response.rev, Response.batch_id, Response.body).where(
        Response.consultation_id == consultation.id
    )
    found = {}
    for row in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        hashed = hashlib.sha256(row.id).digest()
        leaf = merkle.leaf(hashed, row.rev, hashlib.sha256(row.body).digest())
        found[hashed] = _Stored(row.rev, row.batch_id, leaf)
    return found


def _noted(session: Session, consultation: Consultation) -> dict[bytes, bytes]:
    """The newest root in the log of each batch, by the batch's id."""
    rows = session.scalars(
        select(AuditEvent.detail)
        .where(
            AuditEvent.action == ROOT,
            AuditEvent.object.startswith(f"{consultation.name}/", autoescape=True),
        )
        .order_by(AuditEvent.seq)
    )
    return {bytes.fromhex(batch): bytes.fromhex(root) for batch, root in (row.split() for row in rows)}
