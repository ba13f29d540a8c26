"""Acts that take two people: one asks, another agrees, and one of the two does it, once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of

_OPEN = text("NOT used")


class ApprovalKind(StrEnum):
    """Acts that one person cannot do alone."""

    RAW_EXPORT = "raw export"
    DESTROY_KEYS = "destroy keys"
    DELETE_CONSULTATION = "delete consultation"


class Approval(Base):
    """One request. `used` is set with the act itself; of one kind only one request is open at a time."""

    __tablename__ = "approval"
    __table_args__ = (
        one_of("kind", ApprovalKind),
        Index(
            "uq_approval_open",
            "consultation_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id"))
    kind: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[bytes] = mapped_column(ForeignKey("account.id"))
    detail: Mapped[str] = mapped_column(Text, default="")
    approved_by: Mapped[bytes | None] = mapped_column(ForeignKey("account.id"))
    # The last day on which it can be agreed to, and, once it was, on which the act can be done.
    until: Mapped[date] = mapped_column(Day)
    used: Mapped[bool] = mapped_column(Boolean, default=False)
