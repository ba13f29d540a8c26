"""Public keys and grants as the database keeps them, and a consultation's keys for who has unlocked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.key import KeyGrant, KeyOwner, PublicKey


def public_key(session: Session, owner: KeyOwner, owner_id: bytes, epoch: int) -> PublicKey:
    """A stored public key with its mac. Raises when there is none: a consultation without keys cannot seal."""
    return session.get_one(PublicKey, (owner, owner_id, epoch))


def grants_to(session: Session, consultation: Consultation, account_id: bytes) -> dict[int, bytes]:
    """The sealed grants of one person for a consultation, by epoch."""
    rows = session.execute(
        select(KeyGrant.epoch, KeyGrant.blob).where(
            KeyGrant.consultation_id == consultation.id, KeyGrant.grantee_id == account_id
        )
    )
    return {epoch: blob for epoch, blob in rows}
