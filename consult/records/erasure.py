"""Deleting a whole consultation: every row that belongs to it, found by how the tables refer to each other.

So a table that is added later goes along without being named here. What stays: the log of acts, accounts, and
for each response or wish to hear more a tombstone, which keeps a copy that is put back from bringing it back.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import ColumnElement, Engine, Table, delete, or_, select
from sqlalchemy.orm import Session

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult.models.account import Membership
from consult.models.base import Base
from consult.models.consultation import Consultation
from consult.models.interest import Interest
from consult.models.key import KeyOwner, PublicKey
from consult.models.response import Response, Tombstone
from consult.records import scrub, unlocking

_HOME = "consultation"


def erase(session: Session, consultation: Consultation) -> None:
    """Delete the consultation and all that is of it. After the commit call `settle`, and then `forget`."""
    _leave_tombstones(session, consultation)
    owned = _owned(consultation.id)
    session.execute(
        delete(PublicKey).where(
            PublicKey.owner_id == consultation.id,
            PublicKey.owner_table.in_((KeyOwner.CONSULTATION, KeyOwner.RECOVERY)),
        )
    )
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in owned:
            session.execute(delete(table).where(owned[table.name]))
    # What this session has read of it is no more.
    session.expire_all()


def tables() -> frozenset[str]:
    """Names of the tables whose rows belong to some consultation."""
    return frozenset(_owned(bytes(16)))


def settle(engine: Engine) -> None:
    """After the commit: write everything anew, so that no free page or row version keeps what was deleted."""
    scrub.rewrite(engine, tuple(sorted({*tables(), "public_key"})))


def members(session: Session, consultation: Consultation) -> frozenset[bytes]:
    """Who has a role in it, and may hold opened answers in the memory of this process."""
    return frozenset(
        session.scalars(select(Membership.account_id).where(Membership.consultation_id == consultation.id))
    )


def forget(account_ids: frozenset[bytes]) -> None:
    """Let go of what was opened for these people."""
    for account_id in account_ids:
        unlocking.lock(account_id)


def _owned(consultation_id: bytes) -> dict[str, ColumnElement[bool]]:
    """For each table that belongs to a consultation: which of its rows belong to this one."""
    owned: dict[str, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name == _HOME:
            owned[table.name] = table.c.id == consultation_id
        elif "consultation_id" in table.c:
            owned[table.name] = table.c.consultation_id == consultation_id
        elif through := _through(table, owned):
            owned[table.name] = or_(*through)
    return owned


def _through(table: Table, owned: dict[str, ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Rows of a table that point at an owned row, such as the leaves of a batch."""
    return [
        key.parent.in_(select(key.column).where(owned[key.column.table.name]))
        for key in sorted(table.foreign_keys, key=lambda each: each.parent.name)
        if key.column.table.name in owned and key.column.table is not table
    ]


def _leave_tombstones(session: Session, consultation: Consultation) -> None:
    ids = session.scalars(select(Response.id).where(Response.consultation_id == consultation.id)).all()
    lookups = session.scalars(
        select(Interest.lookup).where(Interest.consultation_id == consultation.id)
    ).all()
    hashes = {hashlib.sha256(each).digest() for each in (*ids, *lookups)}
    there = set(session.scalars(select(Tombstone.response_hash)))
    session.add_all(Tombstone(response_hash=each) for each in sorted(hashes - there))
    session.flush()
