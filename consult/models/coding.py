"""The code frame. Codings themselves are sealed notes: see `note` and `records/codings.py`."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, new_id


class Theme(Base):
    """A named idea of the code frame. Its texts are the team's own words, never an answer's."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("consultation_id", "key"),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    definition: Mapped[str] = mapped_column(Text, default="")
    include: Mapped[str] = mapped_column(Text, default="")
    exclude: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[bytes | None] = mapped_column(ForeignKey("theme.id"))
    position: Mapped[int] = mapped_column(Integer, default=0)
    # Codings of a theme that was merged count for the other one; taken apart again, they are its own as
    # before.
    merged_into_id: Mapped[bytes | None] = mapped_column(ForeignKey("theme.id"))
    retired: Mapped[bool] = mapped_column(Boolean, default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)
