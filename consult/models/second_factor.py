"""The second factor of a person of the team, and the codes that stand in for a lost device."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base


class SecondFactor(Base):
    """A confirmed secret, sealed under the staff pepper. No row: none was set up, or it was reset."""

    __tablename__ = "second_factor"

    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    # The step of the last accepted code: a code that somebody saw being typed works no second time.
    last_step: Mapped[int] = mapped_column(BigInteger)


class SpareCode(Base):
    """The hash of one unused spare code; using the code deletes the row."""

    __tablename__ = "spare_code"

    account_id: Mapped[bytes] = mapped_column(ForeignKey("account.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
