"""Sent responses: sealed on arrival, found again by code alone, changed and withdrawn by code alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from consult.faults import ConflictError, MissingError, SealError
from consult.models.consultation import Consultation, Survey
from consult.models.key import KeyOwner
from consult.models.note import Note
from consult.models.response import Batch, Receipt, Response, Tombstone, Total
from consult.records import keys as key_records
from consult.vault import receipts
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import Binding, IntakeVault, Pointer, Recipient


class UnknownReceiptError(MissingError):
    """No response opens with this code."""


class ChangedMeanwhileError(ConflictError):
    """The response was changed or withdrawn from another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A response that a code led to. `differs`: what we hold is not what the person last saved."""

    response_id: bytes
    rev: int
    content: Mapping[str, Any]
    counted: date | None
    differs: bool
    pointer: Pointer


def new_code(vault: IntakeVault, consultation: Consultation) -> tuple[str, ReceiptKeys]:
    """Eight words, and the three keys that come from them."""
    code = receipts.new()
    return code.words, vault.receipt_keys(code, consultation.receipt_salt, consultation.pepper)


def digits(words: str) -> str:
    """A code in numbers."""
    return receipts.parse(words).digits


def read_code(vault: IntakeVault, consultation: Consultation, typed: str) -> tuple[str, ReceiptKeys]:
    """The keys of a typed code. One that cannot be a code costs the same work and leads nowhere."""
    try:
        code = receipts.parse(typed)
    except receipts.UnreadableCodeError:
        code = receipts.new()
    return code.words, vault.receipt_keys(code, consultation.receipt_salt, consultation.pepper)


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
    """Seal and store a response and its receipt; the caller commits and only then tells the person.

    Repeated after a lost answer it meets its own row and counts as done. Raises ChangedMeanwhileError when a
    newer revision is there, SealError when the consultation's key was tampered with.
    """
    consultation = session.get_one(Consultation, survey.consultation_id)
    row = session.get(Response, response_id)
    if row is not None and row.rev == rev:
        return
    if (row.rev if row else 0) != rev - 1:
        raise ChangedMeanwhileError("these answers were changed or taken back from another page")
    binding = Binding(
        consultation_id=consultation.id,
        definition_id=survey.definition_id,
        fingerprint=survey.fingerprint,
        response_id=response_id,
        rev=rev,
    )
    sealed = vault.seal_response(binding, content, recipient(session, consultation))
    if row is None:
        session.add(
            Response(
                id=response_id,
                consultation_id=consultation.id,
                definition_id=survey.definition_id,
                fingerprint=survey.fingerprint,
                epoch=consultation.epoch,
                rev=rev,
                body=sealed.body,
                slot=sealed.slot,
                batch_id=None,
            )
        )
        count(session, survey, "sent")
    else:
        _replace(session, survey, consultation, row, rev, sealed.body, sealed.slot)
    if keys is not None:
        _point(session, vault, consultation, keys, sealed.pointer)
    session.flush()


def recipient(session: Session, consultation: Consultation) -> Recipient:
    """The consultation's public key of the present epoch, with the mac that proves it is ours."""
    stored = key_records.public_key(session, KeyOwner.CONSULTATION, consultation.id, consultation.epoch)
    return Recipient(
        owner_table=str(KeyOwner.CONSULTATION),
        owner_id=consultation.id,
        epoch=stored.epoch,
        public=stored.pub,
        mac=stored.mac,
    )


def find(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> Found | None:
    """The response that a code leads to, opened with the person's own key, or None."""
    receipt = session.get(Receipt, keys.lookup)
    if receipt is None:
        vault.open_nothing()
        return None
    pointer = vault.open_pointer(keys.pointer, receipt.ptr, receipt.consultation_id, keys.lookup)
    row = session.get(Response, pointer.response_id)
    if row is None or row.definition_id != survey.definition_id:
        return None
    binding = Binding(
        consultation_id=row.consultation_id,
        definition_id=row.definition_id,
        fingerprint=row.fingerprint,
        response_id=row.id,
        rev=row.rev,
    )
    try:
        content = vault.open_own(binding, row.body, pointer.dek)
    except SealError:
        content = None
    batch = session.get(Batch, row.batch_id) if row.batch_id else None
    return Found(
        response_id=row.id,
        rev=row.rev,
        content=content or {"answers": {}, "depth": "standard", "language": "en"},
        counted=batch.released if batch else None,
        differs=content is None or not pointer.matches(row.rev, row.body),
        pointer=pointer,
    )


def read(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> Found:
    """As `find`. Raises UnknownReceiptError when there is nothing."""
    found = find(session, vault, survey, keys)
    if found is None:
        raise UnknownReceiptError("nothing opens with this code")
    return found


def withdraw(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> None:
    """Destroy the response, its receipt and all that the team noted beside it; leave a tombstone."""
    found = read(session, vault, survey, keys)
    session.execute(delete(Note).where(Note.response_id == found.response_id))
    session.execute(delete(Receipt).where(Receipt.lookup == keys.lookup))
    gone = session.execute(delete(Response).where(Response.id == found.response_id))
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhileError("these answers were just counted or changed: please try again")
    response_hash = hashlib.sha256(found.response_id).digest()
    if session.get(Tombstone, response_hash) is None:
        session.add(Tombstone(response_hash=response_hash))
    count(session, survey, "withdrawn")
    session.flush()


def count(session: Session, survey: Survey, what: str) -> None:
    """Add one to a running total. Staff see totals as they stood at the last release.

    In one statement, so that the first two people of a survey cannot both make the row.
    """
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    first = insert(Total).values(
        consultation_id=survey.consultation_id,
        definition_id=survey.definition_id,
        what=what,
        current=1,
        shown=0,
    )
    key = ["consultation_id", "definition_id", "what"]
    session.execute(first.on_conflict_do_update(index_elements=key, set_={"current": Total.current + 1}))


def totals(session: Session, survey: Survey) -> dict[str, int]:
    """Started, sent and withdrawn as they stood at the last release."""
    rows = session.execute(
        select(Total.what, Total.shown).where(
            Total.consultation_id == survey.consultation_id, Total.definition_id == survey.definition_id
        )
    )
    return {row.what: row.shown for row in rows}


def _replace(
    session: Session,
    survey: Survey,
    consultation: Consultation,
    row: Response,
    rev: int,
    body: bytes,
    slot: bytes,
) -> None:
    changed = session.execute(
        update(Response)
        .where(Response.id == row.id, Response.rev == rev - 1)
        .values(
            rev=rev,
            body=body,
            slot=slot,
            epoch=consultation.epoch,
            fingerprint=survey.fingerprint,
            batch_id=None,  # the new text appears with the next batch
        )
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhileError("these answers were changed from another page")


def _point(
    session: Session, vault: IntakeVault, consultation: Consultation, keys: ReceiptKeys, pointer: Pointer
) -> None:
    blob = vault.seal_pointer(keys.pointer, pointer, consultation.id, keys.lookup)
    receipt = session.get(Receipt, keys.lookup)
    if receipt is None:
        session.add(Receipt(lookup=keys.lookup, consultation_id=consultation.id, ptr=blob))
    else:
        receipt.ptr = blob
