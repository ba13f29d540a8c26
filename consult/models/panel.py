"""The practitioner panel: its protocol, members, rounds and results. Ratings are sealed like any answer.

A rating stands in `response`, sealed to the consultation; what a member reads back stands in `panel_sheet`,
sealed to the member. Nothing but the secret behind the member's passphrase joins either to `panel_member`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, PARTICIPANTS, Base, Day, new_id, one_of


class PanelGroup(StrEnum):
    """The main group of a panellist; whoever belongs to several chooses one."""

    LIVED_EXPERIENCE = "lived_experience"
    MEN_ONLY_SERVICE = "men_only_service"
    MIXED_SERVICE = "mixed_service"
    RESEARCH = "research"
    COMMISSIONING = "commissioning"


class MemberState(StrEnum):
    """Where a panellist stands. A member who declined or withdrew is never written to again."""

    INVITED = "invited"
    JOINED = "joined"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RoundState(StrEnum):
    """A round opens once and closes once."""

    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"


class CommentKind(StrEnum):
    """Which question a comment answers."""

    COMMENT = "comment"
    CLEARER = "clearer"
    EVIDENCE = "evidence"
    CHANGED = "changed"
    MISSING = "missing"
    VOTE = "vote"


class CommentState(StrEnum):
    """Whether the panel may read a comment. Nothing is shown before a person has passed it."""

    WAITING = "waiting"
    SHOWN = "shown"
    WITHHELD = "withheld"


class PanelProtocol(Base):
    """One version of the protocol. Locked, it never changes; a change is the next version, and says why."""

    __tablename__ = "panel_protocol"

    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    locked: Mapped[date | None] = mapped_column(Day)
    locked_by: Mapped[str] = mapped_column(Text, default="")


class PanelMember(Base):
    """A panellist by name: how to reach them and how they sign in, and nothing of what they rated.

    `contact` is sealed as a server secret. `secret` is wrapped under the member's passphrase. `link`: the
    hash of a link that was not used yet.
    """

    __tablename__ = "panel_member"
    __table_args__ = (
        one_of("state", MemberState),
        one_of("panel_group", PanelGroup),
        UniqueConstraint("consultation_id", "sign_in"),
        UniqueConstraint("link"),
    )

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    panel_group: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=MemberState.INVITED)
    contact: Mapped[bytes] = mapped_column(LargeBinary)
    link: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # The secret again, wrapped under a link that a custodian made for somebody who lost the passphrase.
    handed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_in: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    pepper: Mapped[int] = mapped_column(Integer, default=1)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    memory_kib: Mapped[int] = mapped_column(Integer, default=0)
    passes: Mapped[int] = mapped_column(Integer, default=0)
    verifier: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    generation: Mapped[int] = mapped_column(Integer, default=1)


class PanelKey(Base):
    """The secret of one member, sealed to one custodian: what joins a name and a pseudonym."""

    __tablename__ = "panel_key"

    member_id: Mapped[bytes] = mapped_column(ForeignKey("panel_member.id"), primary_key=True)
    grantee_id: Mapped[bytes] = mapped_column(ID, primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class PanelRound(Base):
    """One round, under the version of the protocol that held when it opened. `closes` is only announced."""

    __tablename__ = "panel_round"
    __table_args__ = (one_of("state", RoundState), UniqueConstraint("consultation_id", "number"))

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(Text, default=RoundState.PREPARING)
    protocol: Mapped[int] = mapped_column(Integer, default=0)
    opened: Mapped[date | None] = mapped_column(Day)
    closes: Mapped[date | None] = mapped_column(Day)
    closed: Mapped[date | None] = mapped_column(Day)
    # Whether the round also asks for one vote on each item.
    vote: Mapped[bool] = mapped_column(Boolean, default=False)
    # When members who had not finished were last written to, and how often.
    reminded: Mapped[date | None] = mapped_column(Day)
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    # What is known of the round as a whole once it has closed: figures after disclosure control.
    figures: Mapped[str] = mapped_column(Text, default="")


class PanelItem(Base):
    """A clause in one round, with the very wording that is rated. `figures`: once the round has closed."""

    __tablename__ = "panel_item"

    round_id: Mapped[bytes] = mapped_column(ForeignKey("panel_round.id"), primary_key=True)
    clause_id: Mapped[bytes] = mapped_column(ForeignKey("clause.id"), primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    standard: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    applies: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, default=0)
    figures: Mapped[str] = mapped_column(Text, default="")


class PanelPart(Base):
    """Whether a member has finished a round. Nothing else of it is known by name."""

    __tablename__ = "panel_part"

    round_id: Mapped[bytes] = mapped_column(ForeignKey("panel_round.id"), primary_key=True)
    member_id: Mapped[bytes] = mapped_column(ForeignKey("panel_member.id"), primary_key=True)
    done: Mapped[bool] = mapped_column(Boolean, default=False)


class PanelSheet(Base):
    """A member's own answers in one round, which only the member opens. No member's id: the key finds it."""

    __tablename__ = "panel_sheet"
    __table_args__ = PARTICIPANTS

    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    round_id: Mapped[bytes] = mapped_column(ForeignKey("panel_round.id"))
    rev: Mapped[int] = mapped_column(Integer)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class PanelComment(Base):
    """A comment on an item, or on the whole (no clause). The words as written stand sealed in `note`.

    `words` are what a person passed; empty while the comment waits. `stance` comes from the writer's rating.
    """

    __tablename__ = "panel_comment"
    __table_args__ = (one_of("state", CommentState), one_of("kind", CommentKind))

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    round_id: Mapped[bytes] = mapped_column(ForeignKey("panel_round.id"))
    clause_id: Mapped[bytes | None] = mapped_column(ForeignKey("clause.id"))
    note_id: Mapped[bytes] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(Text)
    stance: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default=CommentState.WAITING)
    words: Mapped[str] = mapped_column(Text, default="")
    passed_by: Mapped[str] = mapped_column(Text, default="")
