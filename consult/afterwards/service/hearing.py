"""People who would like to hear more: whether they are asked, who they are, and that they can be forgotten.

Opening them takes a role, a key and a reason that stays in the log. No count of what waits is ever shown.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.records import audit, batches, consultations, interested, unlocking
from consult.records.interested import LEAST, Interested
from consult.records.rights import NotOwnerError
from consult.vault.opening import WorkbenchVault

LONGEST_REASON = 300
_SHORTEST_REASON = 10

logger = logging.getLogger(__name__)


class ReasonError(RefusedError):
    """Opening what people left about themselves needs a reason."""


class DateError(RefusedError):
    """The date cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the form stands. `any_shown`: there is something to open. `least`: so many are shown together."""

    title: str
    slug: str
    demonstration: bool
    asked: bool
    until: date | None
    any_shown: bool
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What was opened, in an order that says nothing, and how many records stayed shut."""

    people: tuple[Interested, ...]
    shut: int


def standing(session: Session, consultation: str) -> Standing:
    """Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    return Standing(
        title=found.title,
        slug=found.slug,
        demonstration=found.demonstration,
        asked=found.interest,
        until=found.interest_until,
        any_shown=interested.any_shown(session, found),
        least=max(LEAST, 2 * found.release_min),
    )


def ask(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    *,
    on: bool,
    until: date | None,
    actor: str,
    today: date,
) -> None:
    """Let people leave a way to reach them, or no more; until when it is kept. Raises DateError.

    The day of deleting may come sooner than people were told, and never later.
    """
    found = consultations.named(session, consultation)
    if on and until is None:
        raise DateError("please say until when this is kept: people are told")
    if on and until is not None and until <= today:
        raise DateError("this day is over: please choose a later one")
    promised = found.interest_until
    if promised is not None and (until is None or until > promised):
        raise DateError(
            f"people were told that it is deleted after {promised.isoformat()}: it can only be sooner"
        )
    found.interest, found.interest_until = on, until
    detail = f"until {until.isoformat()}" if on and until else "no more"
    audit.note(session, vault, actor, "ask interest", consultation, detail=detail, today=today)
    session.flush()


def open_(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    reason: str,
    *,
    holder: tuple[bytes, bytes],
    actor: str,
    today: date,
) -> Opening:
    """Everybody who was released, for a reason that stays in the log.

    `holder`: the person's id and unlocked key. Raises ReasonError, NoGrantError or KeysDestroyedError.
    """
    reason = " ".join(reason.split())
    if not _SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ReasonError(
            f"please give a reason of {_SHORTEST_REASON} to {LONGEST_REASON} characters: it stays in the log"
        )
    account_id, private = holder
    unlocked = unlocking.unlocked(session, vault, consultation, account_id=account_id, private=private)
    people, shut = interested.opened(unlocked)
    audit.note(session, vault, actor, "open interest", consultation, detail=reason, today=today)
    return Opening(people=people, shut=shut)


def erase(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    keys: Sequence[str] | None,
    *,
    actor: str,
    today: date,
) -> int:
    """Destroy single records, or with None all of them; returns how many. After the commit call `settle`."""
    found = consultations.named(session, consultation)
    gone = interested.erase(session, found, keys)
    detail = "all" if keys is None else str(gone)
    audit.note(session, vault, actor, "erase interest", consultation, detail=detail, today=today)
    return gone


def settle(engine: Engine) -> None:
    """After the commit of an erasure: leave nothing of it in the storage. The night's work does it again."""
    try:
        batches.settle(engine)
    except (OperationalError, NotOwnerError) as error:
        logger.warning("the storage was not written anew", exc_info=error)
