"""What a model of meaning made of answers, sealed: whoever has such vectors can guess at the words."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, PARTICIPANTS, Base


class Meaning(Base):
    """Vectors of all words of one response. The database lets them go with it, whoever takes it away."""

    __tablename__ = "meaning"
    __table_args__ = PARTICIPANTS

    response_id: Mapped[bytes] = mapped_column(
        ID, ForeignKey("response.id", ondelete="CASCADE"), primary_key=True
    )
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    epoch: Mapped[int] = mapped_column(Integer)
    response_rev: Mapped[int] = mapped_column(Integer)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
