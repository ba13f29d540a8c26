"""Public keys, and the grants by which analysts open what was sealed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, one_of


class KeyOwner(StrEnum):
    """Whose public key it is: the name of the owner's table."""

    CONSULTATION = "consultation"
    ACCOUNT = "account"
    # The pair that shares on paper make again: of a consultation, or under zeros that of the installation.
    RECOVERY = "recovery"


class PublicKey(Base):
    """A public key with a mac of the server: a key put in by way of the database alone is refused."""

    __tablename__ = "public_key"
    __table_args__ = (one_of("owner_table", KeyOwner),)

    owner_table: Mapped[str] = mapped_column(Text, primary_key=True)
    owner_id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    pub: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))


class KeyGrant(Base):
    """A consultation's private and workspace keys, sealed to one analyst (zeros: the recovery key)."""

    __tablename__ = "key_grant"

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    grantee_id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
