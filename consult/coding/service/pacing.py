"""Care for those who read (T48): how much at a time and in a day, a pause, and whom to turn to.

Knows limits, a count for today and two moments of this web session; never what anybody read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from consult.coding.service import boxes, rested
from consult.coding.service.reading import one
from consult.faults import RefusedError
from consult.models.account import Account
from consult.records import consultations, limits
from consult.records.limits import Limits
from consult.records.unlocking import Unlocked

PAUSE_SECONDS = 10 * 60
"""Not having opened or coded anything for this long is a pause, and reading begins anew after it."""


class Why(StrEnum):
    """Which limit was reached."""

    PAUSE = "pause"
    DAY = "day"


class RestError(RefusedError):
    """A limit that the team set is reached. `minutes`: until it is over, where that is today."""

    def __init__(self, why: Why, minutes: int = 0) -> None:
        super().__init__("it is time to rest")
        self.why = why
        self.minutes = minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When this stretch of reading began, and when something was last done; seconds, nought for never."""

    since: float = 0.0
    last: float = 0.0

    def on(self, now: float) -> Pace:
        """Something was done now: the same stretch goes on, or a new one begins after a pause."""
        if not self.last or now - self.last >= PAUSE_SECONDS or now < self.last:
            return Pace(since=now, last=now)
        return Pace(since=self.since, last=now)

    def minutes(self) -> int:
        """How long this stretch has lasted."""
        return int((self.last - self.since) // 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What is agreed for those who read here, what this person opened today, and whom they can turn to."""

    limits: Limits
    supporter: str
    today: int

    @property
    def left(self) -> int:
        """How many more answers may be opened today."""
        return max(0, self.limits.answers - self.today)


def care(session: Session, name: str, account_id: bytes, *, today: date) -> Care:
    """The care that stands for one person in a consultation. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    return Care(
        limits=limits.of(session, consultation),
        supporter=limits.supporter(session, consultation),
        today=limits.opened_on(session, consultation, account_id, today),
    )


def resting(care: Care, pace: Pace, *, now: float) -> RestError | None:
    """The limit that stands in the way of opening another answer now; None when none does."""
    after = pace.on(now)
    if now - after.since >= care.limits.minutes * 60:
        return RestError(Why.PAUSE, math.ceil((pace.last + PAUSE_SECONDS - now) / 60))
    return None if care.left else RestError(Why.DAY)


def take_up(
    unlocked: Unlocked,
    place: tuple[str, str, str],
    pace: Pace,
    *,
    again: bool,
    now: float,
    today: date,
) -> Pace:
    """Open one answer for reading: `place` is its survey, box and response. Returns the pace after it.

    `again`: this person opened it before in this web session, which counts only once. Raises RestError when a
    limit is reached, and what `one` and `find` raise.
    """
    session, consultation = unlocked.session, unlocked.consultation
    definition_id, box, response = place
    boxes.find(session, consultation, definition_id, box)
    one(unlocked, definition_id, box, response)
    stands = Care(
        limits=limits.of(session, consultation),
        supporter="",
        today=limits.opened_on(session, consultation, unlocked.account_id, today),
    )
    rest = resting(stands, pace, now=now)
    if rest is not None and not (again and rest.why == Why.DAY):
        raise rest
    if not again:
        limits.count(session, consultation, unlocked.account_id, today)
    rested.keep(unlocked, definition_id)
    return pace.on(now)


def shortcuts(session: Session, account_id: bytes) -> bool:
    """Whether single keys act on this person's workbench."""
    return session.get_one(Account, account_id).shortcuts


def switch_shortcuts(session: Session, account_id: bytes, *, on: bool) -> None:
    """Switch single keys on or off for one person, everywhere."""
    session.get_one(Account, account_id).shortcuts = on
