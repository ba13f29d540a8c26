"""Which files left, and from whose words: so that a withdrawal can be followed to what was handed on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, PARTICIPANTS, Base, Day, new_id


class ExportFile(Base):
    """One file that left."""

    __tablename__ = "export_file"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    made: Mapped[date] = mapped_column(Day)
    # What the file is of, in the words of the log: its name, and a standard's key where it has one.
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    # Entry of the staff log: the newest of two files of one day is known by it.
    seq: Mapped[int] = mapped_column(Integer)


class ExportQuote(Base):
    """A quote in a file, by the hash that a withdrawal leaves as its tombstone."""

    __tablename__ = "export_quote"
    __table_args__ = PARTICIPANTS

    export_id: Mapped[bytes] = mapped_column(ForeignKey("export_file.id"), primary_key=True)
    response_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    rev: Mapped[int] = mapped_column(Integer)
