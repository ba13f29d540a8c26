"""Publications and the single statements extracted from them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, new_id, one_of


class SourceStatus(StrEnum):
    """Whether a reviewer has read the publication: only then may findings be attached."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"


class Source(Base):
    """A publication."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("consultation_id", "key"), one_of("status", SourceStatus))

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    key: Mapped[str] = mapped_column(Text)
    citation: Mapped[str] = mapped_column(Text)
    design: Mapped[str] = mapped_column(Text, default="")
    setting: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(Text, default=SourceStatus.UNCHECKED)


class Finding(Base):
    """One extracted statement with the place where it stands."""

    __tablename__ = "finding"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    source_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), index=True)
    statement: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text, default="")
