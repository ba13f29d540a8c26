"""Web sessions: sealed under the cookie, so that database and cookie are both needed to read one."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import PARTICIPANTS, Base


class Visit(Base):
    """The session of somebody who answers. Only the hour to purge it stands outside the seal."""

    __tablename__ = "visit"
    __table_args__ = PARTICIPANTS

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    purge_after: Mapped[int] = mapped_column(Integer, index=True)


class StaffSession(Base):
    """The session of a member of the team or the panel."""

    __tablename__ = "staff_session"
    __table_args__ = PARTICIPANTS

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    purge_after: Mapped[int] = mapped_column(Integer, index=True)
