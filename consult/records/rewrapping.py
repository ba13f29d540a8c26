"""What is sealed under an earlier epoch comes under the present one.

These are slots of answers, notes of the team, and records of who would like to hear more. A pass walks
through them by key, some at a time. Each step reads, lets go of the database while it seals, and writes only
rows that are as it read them; its caller commits. A row that was changed or sent meanwhile is met by the next
pass. Bodies are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import FromClause, Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from consult.models.base import writing
from consult.models.consultation import Consultation
from consult.models.interest import Interest
from consult.models.note import Note
from consult.models.response import Response
from consult.records import responses
from consult.vault import rewrapping
from consult.vault.grants import ConsultationKeys
from consult.vault.interest import InterestBinding
from consult.vault.opening import NoteBinding, SealedRow, WorkbenchVault
from consult.vault.sealing import Binding

AT_ONCE = 500
"""Rows of a step: a few tens of milliseconds of the database's one writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is still sealed under an earlier epoch."""

    slots: int
    notes: int
    interests: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return self.slots + self.notes + self.interests


def left(session: Session, consultation: Consultation) -> Left:
    """How much is still sealed under an earlier epoch. Reads every row's epoch, and opens nothing."""
    counted = [
        session.scalar(
            select(func.count())
            .select_from(table)
            .where(table.consultation_id == consultation.id, table.epoch < consultation.epoch)
        )
        for table in (Response, Note, Interest)
    ]
    return Left(slots=counted[0] or 0, notes=counted[1] or 0, interests=counted[2] or 0)


class Pass:
    """One walk through everything that is sealed under an earlier epoch."""

    def __init__(
        self, session: Session, vault: WorkbenchVault, consultation: Consultation, keys: ConsultationKeys
    ) -> None:
        self._session, self._vault, self._keys = session, vault, keys
        self._consultation_id, self._epoch = consultation.id, consultation.epoch
        self._to = responses.recipient(session, consultation)
        self._walks: list[tuple[Callable[[bytes, int], Sequence[_Row]], Any, str]] = [
            (self._slots, Response.__table__, "slot"),
            (self._notes, Note.__table__, "blob"),
            (self._interests, Interest.__table__, "blob"),
        ]
        self._after = b""
        self.done = 0
        self.shut = 0
        """Rows that did not open: changed or damaged after they were stored."""

    def step(self, most: int = AT_ONCE) -> bool:
        """Take the next rows; False when the walk is over. Nothing may be written before; commit after."""
        while self._walks:
            sealed_anew, table, column = self._walks[0]
            if rows := sealed_anew(self._after, most):
                self._after = rows[-1].id
                self.shut += sum(row.new is None for row in rows)
                self._write(table, column, rows)
                return True
            self._walks.pop(0)
            self._after = b""
        return False

    def _slots(self, after: bytes, most: int) -> Sequence[_Row]:
        found = self._read(Response, after, most)
        rows = [
            SealedRow(
                binding=Binding(
                    consultation_id=self._consultation_id,
                    definition_id=row.definition_id,
                    fingerprint=row.fingerprint,
                    response_id=row.id,
                    rev=row.rev,
                ),
                epoch=row.epoch,
                body=row.body,
                slot=row.slot,
            )
            for row in found
        ]
        made = rewrapping.slots(self._vault, self._keys, rows, self._to)
        return _paired([(row.id, row.slot) for row in found], made)

    def _notes(self, after: bytes, most: int) -> Sequence[_Row]:
        found = self._read(Note, after, most)
        rows = [
            (
                NoteBinding(
                    consultation_id=self._consultation_id,
                    epoch=row.epoch,
                    note_id=row.id,
                    response_id=row.response_id,
                    response_rev=row.response_rev,
                ),
                row.blob,
            )
            for row in found
        ]
        made = rewrapping.notes(self._keys, rows, self._epoch)
        return _paired([(row.id, row.blob) for row in found], made)

    def _interests(self, after: bytes, most: int) -> Sequence[_Row]:
        found = self._read(Interest, after, most)
        rows = [
            (
                InterestBinding(consultation_id=self._consultation_id, epoch=row.epoch, lookup=row.lookup),
                row.blob,
            )
            for row in found
        ]
        made = rewrapping.interests(self._vault, self._keys, rows, self._to)
        return _paired([(row.lookup, row.blob) for row in found], made)

    def _read(self, table: type[Response | Note | Interest], after: bytes, most: int) -> list[Any]:
        key = _key(table.__table__)
        query = (
            select(*table.__table__.columns)
            .where(
                table.consultation_id == self._consultation_id,
                table.epoch < self._epoch,
                key > after,
            )
            .order_by(key)
            .limit(most)
        )
        # Reading and sealing take longer than writing: nobody who answers waits for the lock meanwhile.
        token = writing.set(False)
        try:
            self._session.rollback()
            found = list(self._session.execute(query))
            self._session.rollback()
        finally:
            writing.reset(token)
        return found

    def _write(self, table: Table, column: str, rows: Sequence[_Row]) -> None:
        changes = [{"row_id": row.id, "old": row.old, "new": row.new} for row in rows if row.new is not None]
        if not changes:
            return
        statement = (
            update(table)
            .where(_key(table) == bindparam("row_id"), table.c[column] == bindparam("old"))
            .values({column: bindparam("new"), "epoch": self._epoch})
        )
        self._session.connection().execute(statement, changes)
        self.done += len(changes)


def _key(table: FromClause) -> Any:
    """The one column that a row is known by."""
    (key,) = table.primary_key
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: bytes
    old: bytes
    new: bytes | None


def _paired(rows: Iterable[tuple[bytes, bytes]], made: Iterable[bytes | None]) -> list[_Row]:
    return [_Row(id=row_id, old=old, new=new) for (row_id, old), new in zip(rows, made, strict=True)]
