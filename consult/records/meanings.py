"""Vectors of answers at rest: sealed, one row beside each response, so that one can go and leave the others.

Knows bytes and where they belong; nothing of models or arrays. What is here can always be made anew: a row
that does not open, or is of an earlier text, is as good as none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from consult.faults import SealError
from consult.models.consultation import Consultation
from consult.models.meaning import Meaning
from consult.models.response import Response
from consult.records import keys as key_records
from consult.records.unlocking import Unlocked
from consult.vault.meaning import MeaningBinding
from consult.vault.padding import TooLargeError

_AT_ONCE = 500


class Rested(NamedTuple):
    """Vectors of one response's words, as bytes, and of which text they are."""

    response_id: bytes
    rev: int
    vectors: bytes


def opened(unlocked: Unlocked, definition_id: str, ids: Sequence[bytes] | None = None) -> Iterator[Rested]:
    """What is kept of released responses to a survey as they are now; `ids` picks some."""
    consultation = unlocked.consultation
    query = (
        select(Meaning.response_id, Meaning.response_rev, Meaning.epoch, Meaning.blob)
        .join(Response, Response.id == Meaning.response_id)
        .where(
            Meaning.consultation_id == consultation.id,
            Meaning.response_rev == Response.rev,
            Response.definition_id == definition_id,
            Response.batch_id.is_not(None),
        )
    )
    if ids is not None:
        query = query.where(Meaning.response_id.in_(ids))
    with unlocked.session.connection().execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for response_id, rev, epoch, blob in rows:
            binding = _binding(consultation, epoch, response_id, rev)
            try:
                yield Rested(response_id, rev, unlocked.vault.open_meaning(unlocked.keys, binding, blob))
            except SealError:
                continue


def keep(unlocked: Unlocked, made: Mapping[bytes, tuple[int, bytes]]) -> frozenset[bytes]:
    """Seal vectors of responses: id, then revision and bytes. Returns the ids of those that are kept.

    Not one of a response that was taken back or changed meanwhile, nor one that is too large.
    """
    session, consultation = unlocked.session, unlocked.consultation
    key_records.hold_epoch(session.connection(), consultation.id)
    session.refresh(consultation, ["epoch"])
    if consultation.epoch not in unlocked.keys.epochs:
        return frozenset()
    # Held until this transaction ends: whoever takes back or changes one waits, and then takes its row along.
    now = session.execute(
        select(Response.id, Response.rev).where(Response.id.in_(made)).with_for_update(read=True)
    )
    sealed: dict[bytes, bytes] = {}
    for response_id, rev in now:
        wanted, vectors = made[response_id]
        if rev == wanted:
            binding = _binding(consultation, consultation.epoch, response_id, rev)
            with suppress(TooLargeError):
                sealed[response_id] = unlocked.vault.seal_meaning(unlocked.keys, binding, vectors)
    rows = [
        {
            "response_id": response_id,
            "consultation_id": consultation.id,
            "epoch": consultation.epoch,
            "response_rev": made[response_id][0],
            "blob": blob,
        }
        for response_id, blob in sorted(sealed.items())
    ]
    session.execute(delete(Meaning).where(Meaning.response_id.in_(sealed)))
    if rows:
        session.execute(insert(Meaning), rows)
    return frozenset(sealed)


def forget(session: Session, consultation: Consultation) -> None:
    """Destroy all of a consultation: its keys change, and they can be made anew."""
    session.execute(delete(Meaning).where(Meaning.consultation_id == consultation.id))


def _binding(consultation: Consultation, epoch: int, response_id: bytes, rev: int) -> MeaningBinding:
    return MeaningBinding(
        consultation_id=consultation.id, epoch=epoch, response_id=response_id, response_rev=rev
    )
