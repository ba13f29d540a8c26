"""Public keys and grants as the database keeps them, and a consultation's keys for who has unlocked."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.key import KeyGrant, KeyOwner, PublicKey
from consult.vault import words

_SPOKEN_WORDS, _WORD_BITS = 8, 11


def public_key(session: Session, owner: KeyOwner, owner_id: bytes, epoch: int) -> PublicKey:
    """A stored public key with its mac. Raises when there is none: a consultation without keys cannot
    seal."""
    return session.get_one(PublicKey, (owner, owner_id, epoch))


def grants_to(session: Session, consultation: Consultation, account_id: bytes) -> dict[int, bytes]:
    """The sealed grants of one person for a consultation, by epoch."""
    rows = session.execute(
        select(KeyGrant.epoch, KeyGrant.blob).where(
            KeyGrant.consultation_id == consultation.id, KeyGrant.grantee_id == account_id
        )
    )
    return {row.epoch: row.blob for row in rows}


def spoken(public: bytes) -> str:
    """Eight words (88 bits) of a public key's hash, for two people to compare by voice."""
    number = int.from_bytes(hashlib.sha256(public).digest()[: _SPOKEN_WORDS * _WORD_BITS // 8], "big")
    mask = (1 << _WORD_BITS) - 1
    places = range(_SPOKEN_WORDS - 1, -1, -1)
    return " ".join(words.LIST[number >> _WORD_BITS * place & mask] for place in places)
