"""Drafts: answers not yet sent. There is no slot for the team; only the person's code opens one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.orm import Session

from consult.faults import ConflictError, said
from consult.models.consultation import Survey
from consult.models.response import Draft
from consult.records import reading
from consult.records.prepared import Lookup, Statement
from consult.records.together import Asking, Last, Write
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault

CLOCK_SLACK = timedelta(days=2)
"""Nobody's words go early because a clock was wrong, on the day of saving or in the night of deleting."""


class StaleDraftError(ConflictError):
    """Another page of the same person saved first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """What is inside the seal."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    depth: str = "standard"
    page: str = ""
    response_id: str = ""
    # The revision of the response that sending will make.
    rev: int = 1
    draft_rev: int = 0
    # How the words of single answers may be used, where that differs from what holds for all of them.
    words: Mapping[str, str] = field(default_factory=dict)
    archive: bool = False
    # How many parts its person was counted for.
    furthest: int = 0


def saving(
    vault: IntakeVault,
    survey: Survey,
    keys: ReceiptKeys,
    content: DraftContent,
    *,
    previous: int,
    days: int,
    today: date,
) -> tuple[int, Write]:
    """Seal; returns the new revision, and what stores it. That raises StaleDraftError when `previous` is not
    the stored one."""
    draft_rev = previous + 1
    blob = vault.seal_draft(
        keys.draft,
        consultation_id=survey.consultation_id,
        definition_id=survey.definition_id,
        fingerprint=survey.fingerprint,
        lookup=keys.lookup,
        rev=draft_rev,
        content=_plain(content),
    )
    columns = {
        "fingerprint": survey.fingerprint,
        "rev": draft_rev,
        "blob": blob,
        "expires": _monday_on_or_after(today + timedelta(days=days) + CLOCK_SLACK),
    }
    place = {"consultation_id": survey.consultation_id, "definition_id": survey.definition_id}

    def write(_connection: Connection) -> Asking[None]:
        if previous == 0:
            (changed,) = yield Last([_BEGIN.of({"lookup": keys.lookup, **place, **columns})])
        else:
            (changed,) = yield Last([_REPLACE.of({"of": keys.lookup, "previous": previous, **columns})])
        if changed != 1:
            raise StaleDraftError(said("this was saved from another page meanwhile"))

    return draft_rev, write


def open_(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> DraftContent | None:
    """The draft under a code's lookup value, or None. Raises SealError when it was changed or moved."""
    row = reading.row(session, _FIND, of=keys.lookup)
    if row is None or row.definition_id != survey.definition_id:
        vault.open_no_draft()  # a code that leads nowhere costs the same
        return None
    plain = vault.open_draft(
        keys.draft,
        row.blob,
        consultation_id=row.consultation_id,
        definition_id=row.definition_id,
        fingerprint=row.fingerprint,
        lookup=keys.lookup,
        rev=row.rev,
    )
    return DraftContent(
        answers=plain["answers"],
        depth=plain["depth"],
        page=plain["page"],
        response_id=plain["response_id"],
        rev=plain["rev"],
        draft_rev=row.rev,
        words=plain.get("words", {}),
        archive=plain.get("archive", False),
        furthest=plain.get("furthest", 0),
    )


def deleting(lookup: bytes) -> Write:
    """What destroys a draft, if there is one."""

    def write(_connection: Connection) -> Asking[None]:
        yield Last([_DELETE.of({"of": lookup})])

    return write


def using_up(lookup: bytes, draft_rev: int) -> Write:
    """What destroys the draft that was sent. Storing raises StaleDraftError when it is not this one."""

    def write(_connection: Connection) -> Asking[None]:
        (gone,) = yield Last([_USE_UP.of({"of": lookup, "previous": draft_rev})])
        if gone != 1:
            raise StaleDraftError(said("this was saved or sent from another page meanwhile"))

    return write


def expire(session: Session, *, today: date) -> int:
    """Destroy drafts whose week has passed; returns how many."""
    gone = session.execute(delete(Draft).where(Draft.expires < today))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _plain(content: DraftContent) -> dict[str, Any]:
    return {
        "answers": dict(content.answers),
        "depth": str(content.depth),
        "page": content.page,
        "response_id": content.response_id,
        "rev": content.rev,
        "words": dict(content.words),
        "archive": content.archive,
        "furthest": content.furthest,
    }


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


_FIND = Lookup(select(Draft.__table__).where(Draft.lookup == bindparam("of")))
_BEGIN = Statement(lambda insert: insert(Draft).on_conflict_do_nothing())
_REPLACE = Statement(
    update(Draft).where(Draft.lookup == bindparam("of"), Draft.rev == bindparam("previous")),
    columns=("fingerprint", "rev", "blob", "expires"),
)
_GONE = delete(Draft).where(Draft.lookup == bindparam("of"))
_DELETE = Statement(_GONE)
_USE_UP = Statement(_GONE.where(Draft.rev == bindparam("previous")))
