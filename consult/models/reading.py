"""How much somebody of the team has read today: a number, so that a limit can hold, and not what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, Day


class Reading(Base):
    """One person's count of opened answers on the last day of reading: the day before is written over."""

    __tablename__ = "reading"

    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"), primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Day)
    answers: Mapped[int] = mapped_column(Integer, default=0)
