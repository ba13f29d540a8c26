"""Editions of the standards for the public: snapshots after disclosure control, put out by two people."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id


class Edition(Base):
    """One edition. `content`: what the public reads, as JSON; `answers`: released answers when it was made.

    It is never changed once made. The public sees the one with the highest number that is `shown`.
    """

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    answers: Mapped[int] = mapped_column(Integer)
    made: Mapped[date] = mapped_column(Day)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    shown: Mapped[date | None] = mapped_column(Day)
    passed_by: Mapped[bytes | None] = mapped_column(ForeignKey("account.id"))
