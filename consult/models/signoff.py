"""What people signed before a survey may open. Rows are added and never changed: the last one counts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of


class SignOffKind(StrEnum):
    """What is signed. Those up to `STAFF_SUPPORT` name a person; those from `PILOT` on are of one version."""

    ASSESSMENT = "assessment"
    LEGAL_BASIS = "legal_basis"
    CONTROLLER = "controller"
    SECURITY = "security"
    SAFEGUARDING = "safeguarding"
    STAFF_SUPPORT = "staff_support"
    STAFF_LIMITS = "staff_limits"
    RULES = "rules"
    ACCESSIBILITY = "accessibility"
    EXIT = "exit"
    PILOT = "pilot"
    ADVISERS = "advisers"
    FLAG = "flag"
    REVIEW = "review"


class SignOff(Base):
    """One signature, or one taken back (`given` is false). Of a whole consultation, or of one version.

    `about` says what in particular: the person named, the flagged place, the language, the address, the
    rules as they stood. `entry` is the number of its line in the log of staff acts, and so the order.
    """

    __tablename__ = "sign_off"
    __table_args__ = (one_of("kind", SignOffKind),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"), index=True)
    # Both None: of the whole consultation.
    definition_id: Mapped[str | None] = mapped_column(Text)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    kind: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text, default="")
    # How many men took part in a pilot.
    number: Mapped[int | None] = mapped_column(Integer)
    # The date of the statement, of the last pilot.
    day: Mapped[date | None] = mapped_column(Day)
    note: Mapped[str] = mapped_column(Text, default="")
    given: Mapped[bool] = mapped_column(Boolean, default=True)
    signed_by: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    signed_on: Mapped[date] = mapped_column(Day)
    entry: Mapped[int] = mapped_column(Integer)
