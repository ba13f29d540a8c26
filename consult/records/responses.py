"""Sent responses: sealed on arrival, found again by code alone, changed and withdrawn by code alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from consult import turns
from consult.faults import ConflictError, SealError, said
from consult.models.consultation import Consultation, Survey
from consult.models.key import KeyOwner, PublicKey
from consult.models.note import Note
from consult.models.response import Batch, Receipt, Response, Tombstone, Total
from consult.records import keys as key_records
from consult.records import places, reading, tallies, writing
from consult.records import response_rows as rows
from consult.records.places import Place
from consult.records.prepared import Asked
from consult.records.tallies import Counted
from consult.records.together import Asking, Last, Write
from consult.vault import receipts
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import Binding, IntakeVault, Pointer, Recipient, Sealer

_ELSEWHERE = said("these answers were changed or taken back from another page")
_NOTHING: Mapping[str, Any] = {"answers": {}, "depth": "standard", "language": "en"}


class ChangedMeanwhileError(ConflictError):
    """The response was changed or withdrawn from another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A response that a code led to. `differs`: what we hold is not what the person last saved.

    `missing`: it is not there at all, and nobody with the code took it back.
    """

    response_id: bytes
    rev: int
    content: Mapping[str, Any]
    batch_id: bytes | None
    differs: bool
    missing: bool


def new_code(vault: IntakeVault, consultation: Consultation) -> tuple[str, ReceiptKeys]:
    """Eight words, and the three keys that come from them."""
    code = receipts.new()
    return code.words, _slowly(vault, consultation, code)


def _slowly(vault: IntakeVault, consultation: Consultation, code: receipts.Code) -> ReceiptKeys:
    with turns.Lent():
        return vault.receipt_keys(code, consultation.receipt_salt, consultation.pepper)


def digits(words: str) -> str:
    """A code in numbers."""
    return receipts.parse(words).digits


def read_code(vault: IntakeVault, consultation: Consultation, typed: str) -> tuple[str, ReceiptKeys]:
    """The keys of a typed code. One that cannot be a code costs the same work and leads nowhere."""
    try:
        code = receipts.parse(typed)
    except receipts.UnreadableCodeError:
        code = receipts.new()
    return code.words, _slowly(vault, consultation, code)


def send(
    session: Session,
    vault: IntakeVault,
    survey: Survey,
    *,
    response_id: bytes,
    rev: int,
    content: Mapping[str, Any],
    keys: ReceiptKeys | None,
) -> None:
    """As `sending`, at once, in the session's own transaction: for what is not a person's request."""
    place = places.of(session, survey)
    write = sending(vault, place, response_id=response_id, rev=rev, content=content, keys=keys)
    writing.at_once(session, write)


def sending(
    vault: Sealer,
    place: Place,
    *,
    response_id: bytes,
    rev: int,
    content: Mapping[str, Any],
    keys: ReceiptKeys | None,
    repeated: bool = True,
) -> Write:
    """Seal a response and its receipt; returns what stores them. The person is told after its commit.

    Repeated after a lost answer it meets its own row and counts as done, unless `repeated` says that this
    cannot be: then a row of this revision is somebody else's. Raises SealError when the
    consultation's key was tampered with. Storing raises ChangedMeanwhileError when a newer revision is there,
    or when the survey was closed or got a new key meanwhile.
    """
    survey, consultation = place.survey, place.consultation
    bound = {
        "consultation_id": consultation.id,
        "definition_id": survey.definition_id,
        "fingerprint": survey.fingerprint,
    }
    binding = Binding(response_id=response_id, rev=rev, **bound)  # type: ignore[arg-type]  # three of its fields
    sealed = vault.seal_response(binding, content, _recipient(consultation, place.key))
    row = {
        **bound,
        "id": response_id,
        "epoch": consultation.epoch,
        "rev": rev,
        "body": sealed.body,
        "slot": sealed.slot,
        "batch_id": None,  # a changed text appears with the next batch
    }
    receipt = None
    if keys is not None:
        pointer = vault.seal_pointer(keys.pointer, sealed.pointer, consultation.id, keys.lookup)
        receipt = {"lookup": keys.lookup, "consultation_id": consultation.id, "ptr": pointer}
    seen = {
        "of": survey.id,
        "epoch": consultation.epoch,
        "fingerprint": survey.fingerprint,
        "survey_state": survey.state,
        "consultation_state": consultation.state,
        "response_hash": hashlib.sha256(response_id).digest(),
    }
    total = tallies.counted(survey, "sent")
    consultation_id = consultation.id

    def write(connection: Connection) -> Asking[Counted | None]:
        *_, still = yield [*key_records.holding(connection, consultation_id), rows.STILL_SO.of(seen)]
        if still is None:
            raise ChangedMeanwhileError(
                said("this survey was changed while you were sending: please try again")
            )
        if receipt is not None and rev == 1 and still.withdrawn:
            raise ChangedMeanwhileError(said("these answers were taken back from another page"))
        point = [] if receipt is None else [rows.POINT.of(receipt)]
        if repeated:
            if not (yield from _is_put(row)):
                return None
            yield Last(point)
        else:
            putting = _putting(row)
            answers = yield Last([*putting, *point])  # the response first, as a release locks them
            if answers[len(putting) - 1] != 1:
                raise ChangedMeanwhileError(_ELSEWHERE)
        return total if rev == 1 else None

    return write


def _putting(row: Mapping[str, Any]) -> list[Asked]:
    """Insert the first revision or replace the one before; asked last, and one row if that was so."""
    if row["rev"] == 1:
        return [rows.FIRST.of(row)]
    changes = {name: row[name] for name in rows.REPLACED}
    return [
        rows.UNQUOTE.of({"of": hashlib.sha256(row["id"]).digest()}),
        rows.FORGET.of({"of": row["id"]}),
        rows.REPLACE.of({**changes, "of": row["id"], "previous": row["rev"] - 1}),
    ]


def _is_put(row: Mapping[str, Any]) -> Asking[bool]:
    """The same, or False when this very revision is there already."""
    *_, stored = yield _putting(row)
    if stored == 1:
        return True
    (found,) = yield [rows.REV.of({"of": row["id"]})]
    if found != (row["rev"],):
        raise ChangedMeanwhileError(_ELSEWHERE)
    return False


def recipient(session: Session, consultation: Consultation) -> Recipient:
    """The consultation's public key of the present epoch, with the mac that proves it is ours.

    Raises KeysDestroyedError at the end of a consultation's life.
    """
    key = session.get(PublicKey, (KeyOwner.CONSULTATION, consultation.id, consultation.epoch))
    return _recipient(consultation, key)


def _recipient(consultation: Consultation, key: PublicKey | None) -> Recipient:
    if key is None:
        raise key_records.KeysDestroyedError(key_records.DESTROYED)
    return Recipient(
        owner_table=str(KeyOwner.CONSULTATION),
        owner_id=consultation.id,
        epoch=key.epoch,
        public=key.pub,
        mac=key.mac,
    )


def find(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> Found | None:
    """The response that a code leads to, opened with the person's own key, or None.

    Does the same work whether there is one or not. Raises SealError when the receipt was changed.
    """
    receipt = reading.row(session, rows.RECEIPT, of=keys.lookup)
    if receipt is None:
        pointer = vault.open_nothing()
    else:
        pointer = vault.open_pointer(keys.pointer, receipt.ptr, receipt.consultation_id, keys.lookup)
    row = reading.row(session, rows.WHOLE, of=pointer.response_id)
    if row is None:
        vault.open_no_body()
        return None if receipt is None else _missing(session, pointer)
    content = _own(vault, row, pointer)
    if row.definition_id != survey.definition_id:
        return None
    return Found(
        response_id=row.id,
        rev=row.rev,
        content=content or _NOTHING,
        batch_id=row.batch_id,
        differs=content is None or not pointer.matches(row.rev, row.body),
        missing=False,
    )


def is_under(session: Session, keys: ReceiptKeys) -> bool:
    """Whether anything was sent under a code that has opened a draft: nothing here hides which it is."""
    return reading.row(session, rows.RECEIPT, of=keys.lookup) is not None


def counted(session: Session, found: Found) -> date | None:
    """The date of the batch that a response is in; None while it waits."""
    batch = session.get(Batch, found.batch_id) if found.batch_id else None
    return batch.released if batch else None


def _own(vault: IntakeVault, row: Any, pointer: Pointer) -> Mapping[str, Any] | None:
    binding = Binding(
        consultation_id=row.consultation_id,
        definition_id=row.definition_id,
        fingerprint=row.fingerprint,
        response_id=row.id,
        rev=row.rev,
    )
    try:
        return vault.open_own(binding, row.body, pointer.dek)
    except SealError:
        return None


def _missing(session: Session, pointer: Pointer) -> Found | None:
    """The receipt is there and the response is not. Taken back: nothing. Else somebody else removed it."""
    if session.get(Tombstone, hashlib.sha256(pointer.response_id).digest()) is not None:
        return None
    return Found(
        response_id=pointer.response_id,
        rev=pointer.rev,
        content=_NOTHING,
        batch_id=None,
        differs=True,
        missing=True,
    )


def read(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> Found:
    """As `find`, for somebody who was shown it. Raises ChangedMeanwhileError when it has gone since."""
    found = find(session, vault, survey, keys)
    if found is None:
        raise ChangedMeanwhileError(said("these answers were taken back from another page"))
    return found


def withdraw(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> None:
    """As `withdrawing`, at once, in the session's own transaction."""
    writing.at_once(session, withdrawing(session, vault, survey, keys))


def withdrawing(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> Write:
    """What destroys the response, its receipt and all that the team noted beside it; a tombstone stays.

    Raises ChangedMeanwhileError when there is nothing; so does storing when it has gone.
    """
    found = read(session, vault, survey, keys)
    response_id = found.response_id
    tombstone = {"response_hash": hashlib.sha256(response_id).digest()}
    total = tallies.counted(survey, "withdrawn")

    def write(connection: Connection) -> Counted:
        connection.execute(delete(Note).where(Note.response_id == response_id))
        rows.UNQUOTE.run(connection, {"of": tombstone["response_hash"]})
        # The response before its receipt, as a release locks them: who comes second waits, and both go on.
        gone = connection.execute(delete(Response).where(Response.id == response_id))
        if gone.rowcount != 1 and not found.missing:
            raise ChangedMeanwhileError(said("these answers were just counted or changed: please try again"))
        connection.execute(delete(Receipt).where(Receipt.lookup == keys.lookup))
        rows.TOMBSTONE.run(connection, tombstone)
        return total

    return write


def part(step: str) -> str:
    """The name of the total of people who came to a part of a survey, or to its check page."""
    return f"part:{step}"


def counting(survey: Survey, what: str) -> Write:
    """What adds one to a running total."""
    total = tallies.counted(survey, what)
    return lambda _connection: total


def count(session: Session, survey: Survey, what: str) -> None:
    """Add one to a running total, in the session's own transaction."""
    tallies.add(session.connection(), tallies.counted(survey, what))


def totals(session: Session, survey: Survey) -> dict[str, int]:
    """Started, sent and withdrawn as they stood at the last release."""
    rows = session.execute(
        select(Total.what, Total.shown).where(
            Total.consultation_id == survey.consultation_id, Total.definition_id == survey.definition_id
        )
    )
    return {row.what: row.shown for row in rows}
