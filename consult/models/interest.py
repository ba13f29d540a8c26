"""Who would like to hear more about further work: sealed rows that nothing joins to an answer."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import PARTICIPANTS, Base


class Interest(Base):
    """How one person can be reached. No date, no order, no batch, and no id that an answer has too.

    `lookup` comes from a code of its own. `shown`: 1 once it was released with others, 0 while it waits.
    """

    __tablename__ = "interest"
    __table_args__ = PARTICIPANTS

    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    epoch: Mapped[int] = mapped_column(Integer)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    shown: Mapped[int] = mapped_column(Integer, default=0)
