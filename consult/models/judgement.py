"""What people of the team judge: how strands stand to one another, how sure they are, what they decide.

Plain text here is the team's own and may be published. What somebody said of people, who took part in a
decision and which interests they have, is sealed instead: see `records/papers.py`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of


class Concern(StrEnum):
    """How much one component takes away from the confidence in a finding."""

    NONE_OR_VERY_MINOR = "none_or_very_minor"
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"


class Confidence(StrEnum):
    """How sure the team is of a finding."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class DecisionKind(StrEnum):
    """What was decided about a clause."""

    KEEP = "keep"
    CHANGE = "change"
    DROP = "drop"
    NEED_MORE = "need_more"


class Disposition(StrEnum):
    """What became of a comment."""

    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    NOTED = "noted"
    NOT_ACCEPTED = "not_accepted"


class RowJudgement(Base):
    """One row of the matrix, for one wording of a clause, as people see it.

    `survivors`, `practitioners`, `literature`: "supports/many", "silent/not_asked", or nothing where the
    proposal stands. `verdict`: nothing where the rules decide. `second_id`: who looked again and agrees.
    """

    __tablename__ = "row_judgement"
    __table_args__ = (UniqueConstraint("clause_id", "theme_id", "wording"),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"))
    # None: of the clause as a whole, with no theme of the frame.
    theme_id: Mapped[bytes | None] = mapped_column(ForeignKey("theme.id"))
    wording: Mapped[int] = mapped_column(Integer)
    survivors: Mapped[str] = mapped_column(Text, default="")
    practitioners: Mapped[str] = mapped_column(Text, default="")
    literature: Mapped[str] = mapped_column(Text, default="")
    verdict: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)
    second_id: Mapped[bytes | None] = mapped_column(ForeignKey("account.id"))


class ConfidenceJudgement(Base):
    """How sure the team is of one link: four concerns, the level a person chose, and why."""

    __tablename__ = "confidence_judgement"
    __table_args__ = (
        one_of("methods", Concern),
        one_of("coherence", Concern),
        one_of("adequacy", Concern),
        one_of("relevance", Concern),
        one_of("level", Confidence),
    )

    link_id: Mapped[bytes] = mapped_column(ForeignKey("evidence_link.id"), primary_key=True)
    methods: Mapped[str] = mapped_column(Text)
    coherence: Mapped[str] = mapped_column(Text)
    adequacy: Mapped[str] = mapped_column(Text)
    relevance: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    # Noted apart: what may never have been written down or published.
    dissemination: Mapped[str] = mapped_column(Text, default="")
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)
    second_id: Mapped[bytes | None] = mapped_column(ForeignKey("account.id"))


class EquityNote(Base):
    """What differs between services for men only and mixed ones, for one wording of a clause."""

    __tablename__ = "equity_note"

    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"), primary_key=True)
    wording: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)


class Decision(Base):
    """What was decided about one wording of a clause. Never changed: a later one takes its place.

    `next_wording`: the number of the wording that a change made.
    """

    __tablename__ = "decision"
    __table_args__ = (one_of("kind", DecisionKind),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    wording: Mapped[int] = mapped_column(Integer)
    next_wording: Mapped[int | None] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)


class LinkRefusal(Base):
    """A suggested link that a person turned down: it is not suggested again, and the ranking learns it."""

    __tablename__ = "link_refusal"
    __table_args__ = (
        CheckConstraint("(theme_id IS NULL) <> (finding_id IS NULL)", name="one_end"),
        UniqueConstraint("clause_id", "theme_id"),
        UniqueConstraint("clause_id", "finding_id"),
    )

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"))
    theme_id: Mapped[bytes | None] = mapped_column(ForeignKey("theme.id"))
    finding_id: Mapped[bytes | None] = mapped_column(ForeignKey("finding.id"))
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)


class Reply(Base):
    """One answer to one comment or to many alike, fit to be published; the comments themselves are sealed.

    `summary`: what was said, in the team's own words. `next_wording`: the wording that it led to.
    """

    __tablename__ = "reply"
    __table_args__ = (one_of("disposition", Disposition),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"), index=True)
    summary: Mapped[str] = mapped_column(Text)
    disposition: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changed: Mapped[str] = mapped_column(Text, default="")
    next_wording: Mapped[int | None] = mapped_column(Integer)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    made: Mapped[date] = mapped_column(Day)
    revision: Mapped[int] = mapped_column(Integer, default=1)


class AnsweredComment(Base):
    """Which reply answers a comment: of the panel, or one that was written down by hand (a sealed paper)."""

    __tablename__ = "answered_comment"

    comment_id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    reply_id: Mapped[bytes] = mapped_column(ForeignKey("reply.id"), index=True)
    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
