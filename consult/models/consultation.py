"""One piece of work: its state, its thresholds, and the surveys through which people speak."""

from __future__ import annotations

import secrets
from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of
from consult.models.support import Nation

_SLUG_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_slug(*, letters: int = 5) -> str:
    """A short neutral address that says nothing of the topic."""
    return "".join(secrets.choice(_SLUG_LETTERS) for _ in range(letters))


class State(StrEnum):
    """Where a consultation or one of its surveys stands."""

    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"


class Strand(StrEnum):
    """The three sources of evidence."""

    SURVIVORS = "survivors"
    PRACTITIONERS = "practitioners"
    LITERATURE = "literature"


class Consultation(Base):
    """A consultation. Thresholds can only be made stricter once it has opened."""

    __tablename__ = "consultation"
    __table_args__ = (one_of("state", State),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=State.PREPARING)
    epoch: Mapped[int] = mapped_column(Integer, default=1)
    # The number of the server's secret that codes were made with; codes cannot move, so it stays.
    pepper: Mapped[int] = mapped_column(Integer, default=1)
    receipt_salt: Mapped[bytes] = mapped_column(LargeBinary(16), default=new_id)
    # Its answers are invented: labelled on every page, and never open to the public.
    demonstration: Mapped[bool] = mapped_column(Boolean, default=False)
    # One recovery share was typed back: what is on paper can be read.
    recovery_confirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    suggestions: Mapped[bool] = mapped_column(Boolean, default=False)
    release_min: Mapped[int] = mapped_column(Integer, default=5)
    min_grants: Mapped[int] = mapped_column(Integer, default=2)
    team_k: Mapped[int] = mapped_column(Integer, default=5)
    published_k: Mapped[int] = mapped_column(Integer, default=10)
    published_rounding: Mapped[int] = mapped_column(Integer, default=5)
    draft_days: Mapped[int] = mapped_column(Integer, default=30)
    # The panel's rule, in per cent: in when at least so many rate 7 to 9 and fewer than so many rate 1 to 3.
    consensus_agree: Mapped[int] = mapped_column(Integer, default=70)
    consensus_oppose: Mapped[int] = mapped_column(Integer, default=15)
    # Where people are invited to answer: the support list must hold enough for each of these.
    nations: Mapped[list[str]] = mapped_column(JSON, default=lambda: [str(nation) for nation in Nation])
    freeze_date: Mapped[date | None] = mapped_column(Day)
    results_date: Mapped[date | None] = mapped_column(Day)
    # Where answers on paper are posted to; empty when there is no address.
    post_to: Mapped[str] = mapped_column(Text, default="")
    # The number, and when it is answered, for who would rather say their answers; empty when there is none.
    phone_to: Mapped[str] = mapped_column(Text, default="")
    # The neutral public address of what comes after taking part: `/more/<slug>`, `/after/<slug>`.
    slug: Mapped[str] = mapped_column(Text, unique=True, default=new_slug)
    # Whether people may leave a way to reach them about further work, and until when that is kept.
    interest: Mapped[bool] = mapped_column(Boolean, default=False)
    interest_until: Mapped[date | None] = mapped_column(Day)


class Survey(Base):
    """One survey of a consultation under its neutral public address `/s/<slug>`."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("consultation_id", "definition_id"),
        one_of("state", State),
        one_of("strand", Strand),
    )

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    definition_id: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    strand: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(Text, default=State.PREPARING)
    # The last day on which anybody can start; people are told.
    closing_date: Mapped[date | None] = mapped_column(Day)
    # The end of the address of a trial, while there is one: what is answered there is kept nowhere.
    pilot: Mapped[str | None] = mapped_column(Text, unique=True)
    # Languages and variants of the present version that somebody read and signed, such as "cy" and "en-easy".
    reviewed: Mapped[list[str]] = mapped_column(JSON, default=list)
