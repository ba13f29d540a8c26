"""Draft standards, their clauses and wordings, and the links that tie evidence to them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of


class ServiceKind(StrEnum):
    """Whom a service supports, or what a clause applies to."""

    MEN_ONLY = "men_only"
    MIXED = "mixed"
    BOTH = "both"


class Stance(StrEnum):
    """What a piece of evidence says about a clause. (Silence is found, never linked.)"""

    SUPPORTS = "supports"
    QUALIFIES = "qualifies"
    CONTRADICTS = "contradicts"


class Strength(StrEnum):
    """How much weight the person who linked gives the link."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"


class StandardStatus(StrEnum):
    """How far the work on a standard has come. What is published is another matter."""

    DRAFT = "draft"
    READY = "ready"
    AGREED = "agreed"
    DROPPED = "dropped"


class DraftStandard(Base):
    """A standard under work."""

    __tablename__ = "draft_standard"
    __table_args__ = (
        UniqueConstraint("consultation_id", "key"),
        one_of("applies", ServiceKind),
        one_of("status", StandardStatus),
    )

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    key: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    how_checked: Mapped[str] = mapped_column(Text, default="")
    applies: Mapped[str] = mapped_column(Text, default=ServiceKind.BOTH)
    adjustment: Mapped[str] = mapped_column(Text, default="")
    for_men: Mapped[str] = mapped_column(Text, default="")
    for_organisations: Mapped[str] = mapped_column(Text, default="")
    for_commissioners: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(Text, default=StandardStatus.DRAFT)
    position: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class Clause(Base):
    """A numbered part of a standard that can be rated, linked and commented on alone."""

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("standard_id", "number"), one_of("applies", ServiceKind))

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    standard_id: Mapped[bytes] = mapped_column(ForeignKey("draft_standard.id"), index=True)
    number: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(Text)
    applies: Mapped[str] = mapped_column(Text, default=ServiceKind.BOTH)
    # Of the statement these stand with the standard itself, and are empty here.
    why: Mapped[str] = mapped_column(Text, default="")
    how_checked: Mapped[str] = mapped_column(Text, default="")
    # One testable sentence a line.
    criteria: Mapped[str] = mapped_column(Text, default="")
    adjustment: Mapped[str] = mapped_column(Text, default="")
    for_men: Mapped[str] = mapped_column(Text, default="")
    for_organisations: Mapped[str] = mapped_column(Text, default="")
    for_commissioners: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class WordingVersion(Base):
    """One fixed wording of a clause; the highest number is the present one. `said`: why the words changed."""

    __tablename__ = "wording_version"

    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text, default="")
    made: Mapped[date] = mapped_column(Day)


class EvidenceLink(Base):
    """A theme or a finding that speaks to a clause, with stance, strength, reason, and who said so.

    wording: the number of the one that it is said of. reread: when somebody said that it holds for a later.
    """

    __tablename__ = "evidence_link"
    __table_args__ = (
        one_of("stance", Stance),
        one_of("strength", Strength),
        CheckConstraint("(theme_id IS NULL) <> (finding_id IS NULL)", name="one_end"),
        UniqueConstraint("clause_id", "theme_id"),
        UniqueConstraint("clause_id", "finding_id"),
    )

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"))
    theme_id: Mapped[bytes | None] = mapped_column(ForeignKey("theme.id"))
    finding_id: Mapped[bytes | None] = mapped_column(ForeignKey("finding.id"))
    stance: Mapped[str] = mapped_column(Text)
    strength: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)
    wording: Mapped[int] = mapped_column(Integer, default=1)
    reread_id: Mapped[bytes | None] = mapped_column(ForeignKey("account.id"))
    reread: Mapped[date | None] = mapped_column(Day)
