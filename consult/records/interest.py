"""Somebody would like to hear more: left on a form of its own, taken back with a code of its own.

For the application that takes answers in: what is stored here cannot be opened again by it, and nothing here
knows of answers. Opening and releasing is in `interested`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from consult.faults import ClosedError, ConflictError
from consult.models.consultation import Consultation
from consult.models.interest import Interest
from consult.records import consultations, responses
from consult.records import keys as key_records
from consult.records import response_rows as rows
from consult.records.together import Write
from consult.vault import receipts
from consult.vault.receipts import Code
from consult.vault.sealing import IntakeVault

LONGEST_CONTACT = 200
LONGEST_REMARK = 500
"""Characters: together they fit into the one size of a sealed record, in whatever script."""


class NotAskedError(ClosedError):
    """This consultation does not ask who would like to hear more, or not any more."""


class NothingThereError(ConflictError):
    """No record opens with this code: it is not one of these, or what it led to is gone."""


class Kind(StrEnum):
    """What further work somebody would like to hear about."""

    RESULTS = "results"
    DRAFTS = "drafts"
    GROUP = "group"
    INTERVIEW = "interview"
    PANEL = "panel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is inside the seal: a way to be reached, in the person's own words, and what for."""

    contact: str
    kinds: tuple[Kind, ...] = ()
    remark: str = ""

    def plain(self) -> Mapping[str, Any]:
        """For the envelope."""
        return {"contact": self.contact, "kinds": [str(kind) for kind in self.kinds], "remark": self.remark}


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A record ready to be stored, and the code that takes it back, in words and in numbers."""

    words: str
    digits: str
    write: Write


def asking(session: Session, slug: str) -> Consultation:
    """The consultation at an address that asks. Raises UnknownSurveyError or NotAskedError."""
    found = consultations.at(session, slug)
    if not found.interest or key_records.are_destroyed(session, found):
        raise NotAskedError("this form is not open now")
    return found


def leaving(session: Session, vault: IntakeVault, consultation: Consultation, wish: Wish) -> Left:
    """Seal a wish under a new code; ends the reading before the slow hash: an open reader holds up writers.

    Raises BusyError when too many hashes wait. Storing raises NotAskedError when the form was closed
    meanwhile or the keys are new.
    """
    to, at = responses.recipient(session, consultation), _Place.of(consultation)
    session.rollback()
    code = receipts.new()
    lookup = _lookup(vault, at, code)
    row = {
        "lookup": lookup,
        "consultation_id": at.id,
        "epoch": to.epoch,
        "blob": vault.seal_interest(lookup, wish.plain(), to),
        "shown": 0,
    }
    seen = {"of": at.id, "epoch": to.epoch}

    def write(connection: Connection) -> None:
        key_records.hold_epoch(connection, at.id)
        if connection.scalar(_STILL_SO, seen) is None:
            raise NotAskedError("this form was closed just now")
        connection.execute(_PUT, row)

    return Left(words=code.words, digits=code.digits, write=write)


def taking_back(session: Session, vault: IntakeVault, consultation: Consultation, typed: str) -> Write:
    """What destroys the record that a code leads to; a tombstone keeps a backup from bringing it back.

    A code that is none costs the same. Storing raises NothingThereError.
    """
    at = _Place.of(consultation)
    session.rollback()
    try:
        code = receipts.parse(typed)
    except receipts.UnreadableCodeError:
        code = receipts.new()
    lookup = _lookup(vault, at, code)

    def write(connection: Connection) -> None:
        if connection.execute(_GONE, {"of": lookup}).rowcount != 1:
            raise NothingThereError("nothing opens with this code")
        rows.TOMBSTONE.run(connection, {"response_hash": buried(lookup)})

    return write


def buried(lookup: bytes) -> bytes:
    """The hash that stays of a record that was taken back or erased."""
    return hashlib.sha256(lookup).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What outlives the end of the reading."""

    id: bytes
    salt: bytes
    pepper: int

    @classmethod
    def of(cls, consultation: Consultation) -> _Place:
        return cls(id=consultation.id, salt=consultation.receipt_salt, pepper=consultation.pepper)


def _lookup(vault: IntakeVault, at: _Place, code: Code) -> bytes:
    return vault.interest_lookup(code, at.salt, at.pepper)


_PUT = insert(Interest)
_GONE = delete(Interest).where(Interest.lookup == bindparam("of"))
_STILL_SO = select(Consultation.id).where(
    Consultation.id == bindparam("of"),
    Consultation.epoch == bindparam("epoch"),
    Consultation.interest.is_(True),
)
