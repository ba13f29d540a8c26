"""What the team writes about answers: codings, memos, quotes, sealed under the workspace key."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, PARTICIPANTS, Base


class Note(Base):
    """One sealed act of the team. No foreign key to the response: withdrawal deletes notes by name."""

    __tablename__ = "note"
    __table_args__ = PARTICIPANTS

    id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    response_id: Mapped[bytes | None] = mapped_column(ID, index=True)
    epoch: Mapped[int] = mapped_column(Integer)
    response_rev: Mapped[int] = mapped_column(Integer)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
