"""Who would like to hear more, for the team: released in groups without a date, opened, erased.

A group is larger than a batch of answers may be, and all that was ever released is written anew with each
group: neither the page nor the storage says which of the records came together, or beside which answers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from consult.faults import SealError
from consult.models.consultation import Consultation, State
from consult.models.interest import Interest
from consult.models.response import Tombstone
from consult.records import consultations
from consult.records.interest import Kind, Wish, buried
from consult.records.unlocking import Unlocked
from consult.vault.interest import InterestBinding

LEAST = 10
"""So many wait before any is shown, while answers still come; twice what a batch of answers needs."""
_SHUFFLE = random.SystemRandom()
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Interested:
    """One record in clear. `key` (hexadecimal) is for erasing it, and says nothing."""

    key: str
    wish: Wish


def release(session: Session, consultation: Consultation) -> bool:
    """Show the records that wait, if enough do or no answer can come any more; returns whether any are new.

    After the commit call `batches.settle`.
    """
    rows = [
        tuple(row)
        for row in session.execute(
            select(Interest.lookup, Interest.epoch, Interest.blob, Interest.shown)
            .where(Interest.consultation_id == consultation.id)
            .order_by(Interest.lookup)
            # Somebody who takes a record back just now is waited for.
            .with_for_update()
        )
    ]
    waiting = sum(not shown for *_, shown in rows)
    least = 1 if _is_over(session, consultation) else max(LEAST, 2 * consultation.release_min)
    if waiting < least:
        return False
    session.execute(delete(Interest).where(Interest.consultation_id == consultation.id))
    session.execute(
        insert(Interest),
        [
            {
                "lookup": lookup,
                "consultation_id": consultation.id,
                "epoch": epoch,
                "blob": blob,
                "shown": 1,
            }
            for lookup, epoch, blob, _ in rows
        ],
    )
    session.flush()
    return True


def any_shown(session: Session, consultation: Consultation) -> bool:
    """Whether there is anything to open."""
    query = select(Interest.lookup).where(Interest.consultation_id == consultation.id, Interest.shown == 1)
    return session.scalar(query.limit(1)) is not None


def opened(unlocked: Unlocked) -> tuple[tuple[Interested, ...], int]:
    """Every released record in an order that says nothing, and how many did not open."""
    rows = list(
        unlocked.session.execute(
            select(Interest.lookup, Interest.epoch, Interest.blob).where(
                Interest.consultation_id == unlocked.consultation.id, Interest.shown == 1
            )
        )
    )
    _SHUFFLE.shuffle(rows)
    found, shut = [], 0
    for row in rows:
        binding = InterestBinding(
            consultation_id=unlocked.consultation.id, epoch=row.epoch, lookup=row.lookup
        )
        try:
            content = unlocked.vault.open_interest(unlocked.keys, binding, row.blob)
        except SealError:
            shut += 1
            continue
        wish = Wish(
            contact=content["contact"],
            kinds=tuple(Kind(each) for each in content["kinds"]),
            remark=content["remark"],
        )
        found.append(Interested(key=row.lookup.hex(), wish=wish))
    return tuple(found), shut


def erase(session: Session, consultation: Consultation, keys: Sequence[str] | None = None) -> int:
    """Destroy the records of these keys, or all of the consultation, waiting ones too; returns how many.

    After the commit call `batches.settle`.
    """
    query = select(Interest.lookup).where(Interest.consultation_id == consultation.id)
    lookups = set(session.scalars(query))
    if keys is not None:
        lookups &= {each for each in map(_read, keys) if each is not None}
    ordered = sorted(lookups)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        session.execute(delete(Interest).where(Interest.lookup.in_(some)))
    hashes = {buried(each) for each in ordered}
    hashes -= set(session.scalars(select(Tombstone.response_hash)))
    session.add_all(Tombstone(response_hash=each) for each in sorted(hashes))
    session.flush()
    return len(ordered)


def expire(session: Session, consultation: Consultation, *, today: date) -> int:
    """Destroy everything once its day is over, and ask no more; returns how many records went."""
    if consultation.interest_until is None or consultation.interest_until >= today:
        return 0
    consultation.interest = False
    return erase(session, consultation)


def _is_over(session: Session, consultation: Consultation) -> bool:
    states = {survey.state for survey in consultations.surveys_of(session, consultation)}
    return State.CLOSED in states and State.OPEN not in states


def _read(key: str) -> bytes | None:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return None
