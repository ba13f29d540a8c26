"""When this installation was put back from a backup, and whether withdrawals since then came back with it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id


class Restoration(Base):
    """One restore."""

    __tablename__ = "restoration"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    restored: Mapped[date] = mapped_column(Day)
    # The day of the backup: what was taken back after it may be here again.
    backed_up: Mapped[date] = mapped_column(Day)
    # Whether the copy of the tombstones was at hand, so that nothing taken back came back.
    withdrawals_kept: Mapped[bool] = mapped_column(Boolean)
