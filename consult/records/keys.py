"""Public keys and grants as the database keeps them, and a consultation's keys for who has unlocked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Connection, bindparam, func, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError, said
from consult.models.consultation import Consultation
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.records.prepared import Asked, Lookup
from consult.vault import words

if TYPE_CHECKING:  # the process that takes answers in loads nothing that opens them
    from consult.vault.opening import WorkbenchVault

DESTROYED = said(
    "the keys of this consultation were destroyed on purpose, so nobody of the team can open its answers any "
    "more; files that were exported before stay where they are"
)
_SPOKEN_WORDS, _WORD_BITS = 8, 11
_GRANTS = select(KeyGrant.epoch, KeyGrant.blob).where(
    KeyGrant.consultation_id == bindparam("consultation_id"), KeyGrant.grantee_id == bindparam("grantee_id")
)


class KeysDestroyedError(RefusedError):
    """Two people destroyed the keys of the consultation, at its end."""


def are_destroyed(session: Session, consultation: Consultation) -> bool:
    """Whether the keys are gone: nothing can be sealed to the consultation, and nothing of it be opened."""
    return session.get(PublicKey, (KeyOwner.CONSULTATION, consultation.id, consultation.epoch)) is None


def public_key(session: Session, owner: KeyOwner, owner_id: bytes, epoch: int) -> PublicKey:
    """A stored public key with its mac. Raises when there is none: a consultation without keys cannot
    seal."""
    return session.get_one(PublicKey, (owner, owner_id, epoch))


def keep(
    session: Session, vault: WorkbenchVault, owner: KeyOwner, owner_id: bytes, epoch: int, public: bytes
) -> None:
    """Store a public key that was made here, with the mac that shows it, in the place of an earlier one."""
    mac = vault.public_key_mac(str(owner), owner_id, epoch, public)
    session.merge(PublicKey(owner_table=owner, owner_id=owner_id, epoch=epoch, pub=public, mac=mac))
    session.flush()


def hold_epoch(connection: Connection, consultation_id: bytes) -> None:
    """Keep the epoch as it is until this transaction ends: for who stores what was sealed under it.

    SQLite has one writer at a time; elsewhere it is a lock of the transaction, which needs no right to any
    table. What was read before must be compared again after.
    """
    for asked in holding(connection, consultation_id):
        asked.statement.answer(connection, asked.values)


def holding(connection: Connection, consultation_id: bytes) -> list[Asked]:
    """What `hold_epoch` asks of this database, if anything: for an act that says what it asks."""
    return _locking(connection, consultation_id, _SHARED)


def change_epoch(session: Session, consultation: Consultation) -> None:
    """Wait for everybody who stores just now, and let nobody begin until this transaction ends."""
    connection = session.connection()
    for asked in _locking(connection, consultation.id, _ALONE):
        asked.statement.answer(connection, asked.values)
    session.refresh(consultation, ["epoch"])


def grants_to(session: Session, consultation: Consultation, account_id: bytes) -> dict[int, bytes]:
    """The sealed grants of one person for a consultation, by epoch."""
    rows = session.execute(_GRANTS, {"consultation_id": consultation.id, "grantee_id": account_id})
    return {row.epoch: row.blob for row in rows}


def spoken(public: bytes) -> str:
    """Eight words (88 bits) of a public key's hash, for two people to compare by voice."""
    number = int.from_bytes(hashlib.sha256(public).digest()[: _SPOKEN_WORDS * _WORD_BITS // 8], "big")
    mask = (1 << _WORD_BITS) - 1
    places = range(_SPOKEN_WORDS - 1, -1, -1)
    return " ".join(words.LIST[number >> _WORD_BITS * place & mask] for place in places)


def _locking(connection: Connection, consultation_id: bytes, take: Lookup) -> list[Asked]:
    if connection.dialect.name != "postgresql":
        return []
    return [take.of({"number": int.from_bytes(consultation_id[:8], "big", signed=True)})]


_NUMBER = bindparam("number", type_=BigInteger)
_SHARED = Lookup(select(func.pg_advisory_xact_lock_shared(_NUMBER)))
_ALONE = Lookup(select(func.pg_advisory_xact_lock(_NUMBER)))
