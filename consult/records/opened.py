"""Released responses, opened for an analyst who has unlocked: the only door to the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.response import Batch, Response
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.sealing import Binding
from consult.vault.serverkeys import ServerKeys

_COLUMNS = (
    Response.id,
    Response.consultation_id,
    Response.definition_id,
    Response.fingerprint,
    Response.rev,
    Response.epoch,
    Response.body,
    Response.slot,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One response in clear, in memory only."""

    id: bytes
    rev: int
    definition_id: str
    fingerprint: bytes
    answers: Mapping[str, Any]
    depth: str
    language: str

    @property
    def words_consent(self) -> str:
        """How the words may be used; nothing chosen means that they are only counted."""
        return str(self.answers.get("words_use", "count_only"))


def make_vault(keys: ServerKeys) -> WorkbenchVault:
    """The vault that opens, for applications that have the team's pages."""
    return WorkbenchVault(keys.workbench)


def released(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    *,
    definition_id: str | None = None,
    ids: Sequence[bytes] | None = None,
    after: bytes = b"",
    limit: int | None = None,
) -> Iterator[Opened]:
    """Responses in batches, in order of their random ids, opened one by one.

    `ids` picks some; `after` and `limit` page through by key. A response that waits for its batch is never
    among them. Raises SealError when one was tampered with.
    """
    query = (
        select(*_COLUMNS)
        .where(
            Response.consultation_id == consultation.id,
            Response.batch_id.is_not(None),
        )
        .order_by(Response.id)
    )
    if after:
        # Only when paging: beside a few `ids`, SQLite takes it for the better key and walks the whole index.
        query = query.where(Response.id > after)
    if definition_id is not None:
        query = query.where(Response.definition_id == definition_id)
    if ids is not None:
        query = query.where(Response.id.in_(ids))
    if limit is not None:
        query = query.limit(limit)
    for row in session.execute(query):
        yield _open(vault, keys, row)


def revisions(session: Session, consultation: Consultation, definition_id: str) -> dict[bytes, int]:
    """Which responses of a survey are released, each with the revision of its text. Opens nothing."""
    rows = session.execute(
        select(Response.id, Response.rev)
        .where(
            Response.consultation_id == consultation.id,
            Response.definition_id == definition_id,
            Response.batch_id.is_not(None),
        )
        .order_by(Response.id)
    )
    return {row.id: row.rev for row in rows}


def release_dates(session: Session, consultation: Consultation, definition_id: str) -> dict[bytes, date]:
    """The day on which each released response of a survey appeared. Opens nothing."""
    rows = session.execute(
        select(Response.id, Batch.released)
        .join(Batch, Batch.id == Response.batch_id)
        .where(Response.consultation_id == consultation.id, Response.definition_id == definition_id)
    )
    return {row.id: row.released for row in rows}


def one(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    response_id: bytes,
) -> Opened | None:
    """One released response, or None."""
    return next(released(session, vault, consultation, keys, ids=[response_id]), None)


def _open(vault: WorkbenchVault, keys: ConsultationKeys, row: Any) -> Opened:
    binding = Binding(
        consultation_id=row.consultation_id,
        definition_id=row.definition_id,
        fingerprint=row.fingerprint,
        response_id=row.id,
        rev=row.rev,
    )
    content = vault.open_response(keys, binding, row.epoch, row.body, row.slot)
    return Opened(
        id=row.id,
        rev=row.rev,
        definition_id=row.definition_id,
        fingerprint=row.fingerprint,
        answers=content["answers"],
        depth=content.get("depth", "full"),
        language=content.get("language", "en"),
    )
