"""The log of staff acts: a hash chain in which each entry's mac key is destroyed by the next.

The database itself refuses to change or delete what stands in it (migration 0005).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id


class AuditEvent(Base):
    """One staff act. Never a participant's coming or going."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    date: Mapped[date] = mapped_column(Day)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    # "CONSULTATION", "CONSULTATION/what of it", "people/NAME", or nothing: who leads reads by it.
    object: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text, default="")
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditChain(Base):
    """Where a chain begins. Numbers of entries run on from one chain to the next."""

    __tablename__ = "audit_chain"

    first_seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[bytes] = mapped_column(ID, unique=True, default=new_id)
    begun: Mapped[date] = mapped_column(Day)
    # The last hash of the chain before; zeros for the first chain.
    previous_head: Mapped[bytes] = mapped_column(LargeBinary(32))
    # The first mac key, sealed to the installation's recovery key; none if that key was not there yet.
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditKey(Base):
    """The current mac key of the chain and the head it belongs to, sealed under the staff pepper: one row."""

    __tablename__ = "audit_key"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
