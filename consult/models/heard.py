"""What was heard and what it changed: entries of the public page, and every wording of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, PARTICIPANTS, Base, Day, new_id


class HeardEntry(Base):
    """One entry. `published`: the wording on the public page, 0 while there is none; `number`: the newest."""

    __tablename__ = "heard_entry"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    theme_id: Mapped[bytes | None] = mapped_column(ForeignKey("theme.id"))
    position: Mapped[int] = mapped_column(Integer, default=0)
    number: Mapped[int] = mapped_column(Integer, default=1)
    published: Mapped[int] = mapped_column(Integer, default=0)
    published_on: Mapped[date | None] = mapped_column(Day)
    passed_by: Mapped[bytes | None] = mapped_column(ForeignKey("account.id"))


class HeardVersion(Base):
    """One wording of an entry, never changed. `quotes`: ids of the quotes that go with it, in hexadecimal."""

    __tablename__ = "heard_version"

    entry_id: Mapped[bytes] = mapped_column(ForeignKey("heard_entry.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    heading: Mapped[str] = mapped_column(Text)
    heard: Mapped[str] = mapped_column(Text)
    changed: Mapped[str] = mapped_column(Text)
    # How widely it was said, in a word; empty says nothing of that. Never a number.
    mark: Mapped[str] = mapped_column(Text, default="")
    quotes: Mapped[list[str]] = mapped_column(JSON, default=list)
    made: Mapped[date] = mapped_column(Day)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))


class HeardQuote(Base):
    """Words that stand on the public page now. They go with the answer, quote or coding they come from."""

    __tablename__ = "heard_quote"
    __table_args__ = PARTICIPANTS

    entry_id: Mapped[bytes] = mapped_column(ForeignKey("heard_entry.id"), primary_key=True)
    quote_id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    coding_id: Mapped[bytes] = mapped_column(ID)
    response_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    words: Mapped[str] = mapped_column(Text)
