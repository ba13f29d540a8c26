"""Publications, what libraries and reviewers say of them, and statements extracted from them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of


class SourceStatus(StrEnum):
    """Whether a reviewer has read the publication: only then may findings be attached."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"


class Outcome(StrEnum):
    """What a person decided about a publication; one that nobody has decided about yet has no row."""

    DOUBLE = "double"
    OUT_BY_TITLE = "out_by_title"
    OUT_BY_TEXT = "out_by_text"
    INCLUDED = "included"


class Population(StrEnum):
    """Whom a study is about, as a reviewer read it."""

    MEN_ONLY = "men_only"
    MIXED = "mixed"
    UNCLEAR = "unclear"


class FromUK(StrEnum):
    """Whether a study was done in the United Kingdom."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNCLEAR = "unclear"


class Concern(StrEnum):
    """How much a reviewer doubts a study by its method: the words of GRADE-CERQual."""

    NONE_OR_VERY_MINOR = "none_or_very_minor"
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"


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


class Search(Base):
    """One search, or one list that somebody gave: where, with which words, and how many records it held.

    `waiting` holds the records of a file that somebody chose and has not stored yet; then it is empty.
    """

    __tablename__ = "search"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    place: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text, default="")
    found: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    made: Mapped[date] = mapped_column(Day)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    waiting: Mapped[str] = mapped_column(Text, default="")


class SourceRecord(Base):
    """A publication as a library describes it. Texts are kept as they came, and shown as text alone."""

    __tablename__ = "source_record"

    source_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), primary_key=True)
    search_id: Mapped[bytes | None] = mapped_column(ForeignKey("search.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    authors: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[str] = mapped_column(Text, default="")
    container: Mapped[str] = mapped_column(Text, default="")
    doi: Mapped[str] = mapped_column(Text, default="")
    abstract: Mapped[str] = mapped_column(Text, default="")


class Screening(Base):
    """What a person decided about a publication, and why. `same_as`: the one that a double is kept under."""

    __tablename__ = "screening"
    __table_args__ = (one_of("outcome", Outcome),)

    source_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    same_as: Mapped[bytes | None] = mapped_column(ForeignKey("source.id"))
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)


class KeptApart(Base):
    """Two publications that look alike and, a person says, are two. The lesser id comes first."""

    __tablename__ = "kept_apart"

    first_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), primary_key=True)
    second_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))


class Appraisal(Base):
    """A reviewer's judgement of a study."""

    __tablename__ = "appraisal"
    __table_args__ = (
        one_of("population", Population),
        one_of("from_uk", FromUK),
        one_of("concern", Concern),
    )

    source_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), primary_key=True)
    population: Mapped[str] = mapped_column(Text)
    from_uk: Mapped[str] = mapped_column(Text)
    concern: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)


class Finding(Base):
    """One extracted statement with the place where it stands."""

    __tablename__ = "finding"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    source_id: Mapped[bytes] = mapped_column(ForeignKey("source.id"), index=True)
    statement: Mapped[str] = mapped_column(Text)
    page: Mapped[str] = mapped_column(Text, default="")


class FindingTheme(Base):
    """A finding coded with a theme of the same code frame as the words of people."""

    __tablename__ = "finding_theme"

    finding_id: Mapped[bytes] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    theme_id: Mapped[bytes] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)
