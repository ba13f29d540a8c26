"""Surveys while they are made: working copies with the steps back, and what is known of each version."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    Boolean,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, Day


class WorkingCopy(Base):
    """A survey under work, as TOML: one for each survey of a consultation. Nobody who answers sees it."""

    __tablename__ = "working_copy"

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    definition_id: Mapped[str] = mapped_column(Text, primary_key=True)
    # Goes up with every change and never down: a page knows by it whether somebody was faster.
    revision: Mapped[int] = mapped_column(Integer, default=1)
    source: Mapped[str] = mapped_column(Text)
    # The version that it began as; none for one that began elsewhere or empty.
    based_on: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    changed_by: Mapped[str] = mapped_column(Text)
    changed_on: Mapped[date] = mapped_column(Day)


class WorkingStep(Base):
    """What a working copy was before a change: the way back. The newest go first, and old ones fall away."""

    __tablename__ = "working_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consultation_id", "definition_id"],
            ["working_copy.consultation_id", "working_copy.definition_id"],
        ),
    )

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    definition_id: Mapped[str] = mapped_column(Text, primary_key=True)
    # The revision that the change made.
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)


class SurveyVersion(Base):
    """What is known of a kept definition: its number, who kept it and why, and whether people ever saw it."""

    __tablename__ = "survey_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consultation_id", "definition_id", "fingerprint"],
            ["definition.consultation_id", "definition.definition_id", "definition.fingerprint"],
        ),
        UniqueConstraint("consultation_id", "definition_id", "number"),
    )

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    definition_id: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(Text, default="")
    said: Mapped[str] = mapped_column(Text, default="")
    # Answers may point at it: its ids mean what they mean for good.
    opened: Mapped[bool] = mapped_column(Boolean, default=False)
