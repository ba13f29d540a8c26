"""Release: responses become visible together, with a date and nothing finer.

Fewer than the agreed number stay invisible to every list, count and export. A survey's answers are never
mixed with another's in a batch: one voice among four of another strand would stand alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.base import new_id
from consult.models.consultation import Consultation, State, Survey
from consult.models.response import Batch, BatchLeaf, Response, Total
from consult.records import scrub
from consult.vault import batches as merkle

_AT_ONCE = 5000


class NothingToShowError(RefusedError):
    """An exception to the least number is not possible, or not needed."""


def release(
    session: Session,
    consultation: Consultation,
    survey: Survey,
    *,
    today: date,
    closing: bool = False,
    however_few: bool = False,
) -> int:
    """Put all waiting responses of a survey into one batch if enough wait; returns how many were released.

    When closing, and once closed, a remainder below the minimum joins the last batch; with no batch at all it
    stays hidden, unless `however_few`: an exception that is for its caller to note in the log.
    """
    closing = closing or survey.state == State.CLOSED
    waiting = list(
        session.scalars(
            select(Response)
            .where(
                Response.consultation_id == consultation.id,
                Response.definition_id == survey.definition_id,
                Response.batch_id.is_(None),
            )
            .order_by(Response.id)
            # A change or withdrawal that comes now waits, and then finds that the answer has moved on.
            .with_for_update()
        )
    )
    if not waiting:
        return 0
    batch = None
    if len(waiting) < consultation.release_min and not however_few:
        batch = _last(session, consultation, survey) if closing else None
        if batch is None:
            return 0
    batch = batch or _new(session, consultation, survey, today)
    _forget_order(session, waiting, batch)
    _prove(session, waiting, batch)
    session.execute(
        update(Total)
        .where(Total.consultation_id == consultation.id, Total.definition_id == survey.definition_id)
        .values(shown=Total.current)
    )
    session.flush()
    return len(waiting)


def show_few(session: Session, consultation: Consultation, survey: Survey, *, today: date) -> int:
    """Release what a closed survey has, although it never had enough; returns how many.

    Raises NothingToShowError while the survey is open, when it has a batch already, or when nothing waits.
    """
    if survey.state != State.CLOSED:
        raise NothingToShowError("close the survey first: until then enough answers may still come")
    if _last(session, consultation, survey) is not None:
        raise NothingToShowError("the answers of this survey are shown already")
    released = release(session, consultation, survey, today=today, however_few=True)
    if not released:
        raise NothingToShowError("no answers wait in this survey")
    return released


def settle(engine: Engine) -> None:
    """After the commit: write the file anew, so that storage keeps no order of arrival either."""
    scrub.rewrite(engine)


def of(session: Session, consultation: Consultation) -> list[Batch]:
    """All batches by date."""
    return list(
        session.scalars(
            select(Batch)
            .where(Batch.consultation_id == consultation.id)
            .order_by(Batch.released, Batch.definition_id, Batch.id)
        )
    )


def any_of(session: Session, survey: Survey) -> bool:
    """Whether a survey has a batch."""
    return _last(session, session.get_one(Consultation, survey.consultation_id), survey) is not None


def _last(session: Session, consultation: Consultation, survey: Survey) -> Batch | None:
    return session.scalar(
        select(Batch)
        .where(Batch.consultation_id == consultation.id, Batch.definition_id == survey.definition_id)
        .order_by(Batch.released.desc())
        .limit(1)
    )


def _new(session: Session, consultation: Consultation, survey: Survey, today: date) -> Batch:
    batch = Batch(
        id=new_id(),
        consultation_id=consultation.id,
        definition_id=survey.definition_id,
        released=today,
        n=0,
        merkle_root=bytes(32),
    )
    session.add(batch)
    session.flush()
    return batch


def _forget_order(session: Session, waiting: list[Response], batch: Batch) -> None:
    """Delete and insert again in order of id: PostgreSQL's row versions would keep the order of arrival."""
    rows = [
        {
            "id": row.id,
            "consultation_id": row.consultation_id,
            "definition_id": row.definition_id,
            "fingerprint": row.fingerprint,
            "epoch": row.epoch,
            "rev": row.rev,
            "body": row.body,
            "slot": row.slot,
            "batch_id": batch.id,
        }
        for row in waiting
    ]
    for some in _by_some([row.id for row in waiting]):
        session.execute(delete(Response).where(Response.id.in_(some)))
    for row in waiting:
        session.expunge(row)
    session.execute(insert(Response), rows)


def _prove(session: Session, released: list[Response], batch: Batch) -> None:
    """A leaf for each response, and the root over all leaves of the batch."""
    leaves = sorted(_leaf(response) for response in released)
    # A changed answer may come back to the batch it was in: the new text takes its old leaf's place.
    for some in _by_some([hashed for hashed, _ in leaves]):
        session.execute(
            delete(BatchLeaf).where(BatchLeaf.batch_id == batch.id, BatchLeaf.response_hash.in_(some))
        )
    session.execute(
        insert(BatchLeaf),
        [{"batch_id": batch.id, "response_hash": hashed, "leaf": leaf} for hashed, leaf in leaves],
    )
    every_leaf = session.scalars(select(BatchLeaf.leaf).where(BatchLeaf.batch_id == batch.id)).all()
    batch.n = len(every_leaf)
    batch.merkle_root = merkle.root(every_leaf)


def _by_some(keys: list[bytes]) -> Iterator[list[bytes]]:
    """Keys in lists that every database takes in one statement."""
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _leaf(response: Response) -> tuple[bytes, bytes]:
    hashed = hashlib.sha256(response.id).digest()
    return hashed, merkle.leaf(hashed, response.rev, hashlib.sha256(response.body).digest())
