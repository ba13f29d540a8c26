"""Survey definitions as they were loaded: immutable versions, kept because responses point at them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, Day


class Definition(Base):
    """The source of one version of a survey, under the hash of all that it could show."""

    __tablename__ = "definition"

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    definition_id: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    loaded: Mapped[date] = mapped_column(Day)
