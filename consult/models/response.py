"""What people who answer leave behind: sealed, without time, order or anything that says who they are.

No column here may hold a date-time, an address, a browser name or a language: a test reads the schema.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, PARTICIPANTS, Base, Day, new_id


class Response(Base):
    """All of one person's sent answers, sealed under a key of their own."""

    __tablename__ = "response"
    # Who reads asks which texts are released far more often than for a text: the index answers it alone.
    __table_args__ = (Index(None, "batch_id", "rev"), PARTICIPANTS)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    definition_id: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    epoch: Mapped[int] = mapped_column(Integer)
    rev: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    slot: Mapped[bytes] = mapped_column(LargeBinary)
    # A batch and no time: the minute of sending could be matched to somebody's log.
    batch_id: Mapped[bytes | None] = mapped_column(ForeignKey("batch.id"))


class Receipt(Base):
    """Where a code leads: found by a value that only the code can make, readable only with the code."""

    __tablename__ = "receipt"
    __table_args__ = PARTICIPANTS

    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    ptr: Mapped[bytes] = mapped_column(LargeBinary)


class Tombstone(Base):
    """The hash of a withdrawn response, so that an old backup cannot bring it back."""

    __tablename__ = "tombstone"
    __table_args__ = PARTICIPANTS

    response_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class Draft(Base):
    """Answers not yet sent; only the person's code opens them."""

    __tablename__ = "draft"
    __table_args__ = PARTICIPANTS

    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    definition_id: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    rev: Mapped[int] = mapped_column(Integer)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    # Always a Monday: the day of the last visit stays unknown.
    expires: Mapped[date] = mapped_column(Day)


class Batch(Base):
    """Responses of one survey that became visible together, under a date only."""

    __tablename__ = "batch"
    __table_args__ = PARTICIPANTS

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    definition_id: Mapped[str] = mapped_column(Text)
    released: Mapped[date] = mapped_column(Day)
    n: Mapped[int] = mapped_column(Integer)
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary(32))


class BatchLeaf(Base):
    """Proof that one response was counted in a batch."""

    __tablename__ = "batch_leaf"
    __table_args__ = PARTICIPANTS

    batch_id: Mapped[bytes] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    response_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))


class Total(Base):
    """Running totals of a survey, without a date: `current` moves at once, `shown` at each release."""

    __tablename__ = "total"
    __table_args__ = PARTICIPANTS

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    definition_id: Mapped[str] = mapped_column(Text, primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    current: Mapped[int] = mapped_column(Integer, default=0)
    shown: Mapped[int] = mapped_column(Integer, default=0)
