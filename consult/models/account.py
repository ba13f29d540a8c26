"""People of the team: how they sign in, what they may do, and their wrapped private key."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, new_id, one_of


class Role(StrEnum):
    """What a member of the team may do in one consultation."""

    ANALYST = "analyst"
    LEAD = "lead"
    PANEL_MANAGER = "panel_manager"
    CUSTODIAN = "custodian"
    TRANSLATOR = "translator"
    ADVISER = "adviser"


class Account(Base):
    """A member of the team. The passphrase is kept nowhere; verifier and wrapping key come from it."""

    __tablename__ = "account"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    administrator: Mapped[bool] = mapped_column(Boolean, default=False)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    # The number of the server's secret that the passphrase goes with; moved on at the next sign-in.
    pepper: Mapped[int] = mapped_column(Integer, default=1)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    memory_kib: Mapped[int] = mapped_column(Integer)
    passes: Mapped[int] = mapped_column(Integer)
    verifier: Mapped[bytes] = mapped_column(LargeBinary(32))
    private_key: Mapped[bytes] = mapped_column(LargeBinary)
    # Raised by "sign out everywhere" and by a new passphrase: older sessions end.
    generation: Mapped[int] = mapped_column(Integer, default=1)
    # Single keys of the workbench: who speaks to the machine, or has a tremor, turns them off (WCAG 2.1.4).
    shortcuts: Mapped[bool] = mapped_column(Boolean, default=True)


class Membership(Base):
    """One role of one person in one consultation."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", Role),)

    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"), primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
