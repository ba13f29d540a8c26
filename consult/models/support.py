"""The directory of services that a man can talk to: what they are, and who checked them when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import ID, Base, Day, new_id, one_of


class Nation(StrEnum):
    """Where a service can be used."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


class Serves(StrEnum):
    """For whom a service is."""

    MEN = "men"
    ANY_GENDER = "any_gender"
    UNDER_18 = "under_18"
    FAMILIES = "families"


class SupportKind(StrEnum):
    """What a service offers."""

    CRISIS = "crisis"
    SPECIALIST = "specialist"
    CHILDHOOD = "childhood"
    HEALTH = "health"
    LISTENING = "listening"


class ChannelKind(StrEnum):
    """How a service is reached."""

    PHONE = "phone"
    TEXT = "text"
    CHAT = "chat"
    WEB = "web"
    BSL = "bsl"
    RELAY = "relay"


class ChoiceOfWorker(StrEnum):
    """Whether somebody may choose to talk to a man or a woman."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


class SupportService(Base):
    """One service. An `example` is made up and stands on pages of demonstrations alone."""

    __tablename__ = "support_service"
    __table_args__ = (one_of("choice_of_worker", ChoiceOfWorker),)

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    what: Mapped[str] = mapped_column(Text)
    nations: Mapped[list[str]] = mapped_column(JSON)
    serves: Mapped[list[str]] = mapped_column(JSON)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    # Each a kind and a value, in the order in which they are shown.
    channels: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    hours: Mapped[str] = mapped_column(Text)
    cost: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[str] = mapped_column(Text, default="")
    least_age: Mapped[int | None] = mapped_column(Integer)
    choice_of_worker: Mapped[str] = mapped_column(Text, default=ChoiceOfWorker.NOT_KNOWN)
    # The service's own page, on which the checker read or took the number from which it was called.
    source_url: Mapped[str] = mapped_column(Text, default="")
    # What to find out before it is verified; for the team alone.
    remark: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[bool] = mapped_column(Boolean, default=False)
    # From this day on it is shown no more; until then it was what its checks say.
    withdrawn_on: Mapped[date | None] = mapped_column(Day)


class SupportCheck(Base):
    """Somebody called the number, or read the service's own page, on that day."""

    __tablename__ = "support_check"

    id: Mapped[bytes] = mapped_column(ID, primary_key=True, default=new_id)
    service_id: Mapped[bytes] = mapped_column(ForeignKey("support_service.id"), index=True)
    checked_on: Mapped[date] = mapped_column(Day)
    checked_by: Mapped[str] = mapped_column(Text)
    good: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text, default="")
    # A change of name, channel, hours or nation makes earlier checks worth nothing from that day on.
    void_from: Mapped[date | None] = mapped_column(Day)
