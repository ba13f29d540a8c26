"""Drafts: answers not yet sent. There is no slot for the team; only the person's code opens one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import update
from sqlalchemy.orm import Session

from consult.faults import ConflictError
from consult.models.consultation import Survey
from consult.models.response import Draft
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault


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


def save(
    session: Session,
    vault: IntakeVault,
    survey: Survey,
    keys: ReceiptKeys,
    content: DraftContent,
    *,
    previous: int,
    days: int,
    today: date,
) -> int:
    """Seal and store; returns the new revision. Raises StaleDraftError when `previous` is not the stored
    one."""
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
        "expires": _monday_on_or_after(today + timedelta(days=days)),
    }
    if previous == 0:
        if session.get(Draft, keys.lookup) is not None:
            raise StaleDraftError("this was saved from another page meanwhile")
        session.add(
            Draft(
                lookup=keys.lookup,
                consultation_id=survey.consultation_id,
                definition_id=survey.definition_id,
                **columns,
            )
        )
        session.flush()
        return draft_rev
    changed = session.execute(
        update(Draft).where(Draft.lookup == keys.lookup, Draft.rev == previous).values(columns)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleDraftError("this was saved from another page meanwhile")
    return draft_rev


def open_(session: Session, vault: IntakeVault, survey: Survey, keys: ReceiptKeys) -> DraftContent | None:
    """The draft under a code's lookup value, or None. Raises SealError when it was changed or moved."""
    row = session.get(Draft, keys.lookup, populate_existing=True)
    if row is None or row.definition_id != survey.definition_id:
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
    )


def delete(session: Session, lookup: bytes) -> None:
    """Destroy a draft, if there is one."""
    session.execute(sql_delete(Draft).where(Draft.lookup == lookup))


def expire(session: Session, *, today: date) -> int:
    """Destroy drafts whose week has passed; returns how many."""
    gone = session.execute(sql_delete(Draft).where(Draft.expires < today))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _plain(content: DraftContent) -> dict[str, Any]:
    return {
        "answers": dict(content.answers),
        "depth": str(content.depth),
        "page": content.page,
        "response_id": content.response_id,
        "rev": content.rev,
    }


def _monday_on_or_after(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
