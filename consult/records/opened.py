"""Released responses, opened for an analyst who has unlocked: the only door to the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from consult.faults import SealError
from consult.models.consultation import Consultation
from consult.models.response import Batch, Response
from consult.records import settling
from consult.records.settling import Gathered
from consult.vault.grants import ConsultationKeys
from consult.vault.opening import WorkbenchVault
from consult.vault.sealing import place_of
from consult.vault.serverkeys import ServerKeys

_COLUMNS = (
    Response.id,
    Response.definition_id,
    Response.fingerprint,
    Response.rev,
    Response.epoch,
    Response.body,
    Response.slot,
    Response.batch_id,
)
_ONE = select(*_COLUMNS).where(
    Response.id == bindparam("response_id"),
    Response.consultation_id == bindparam("consultation_id"),
    Response.batch_id.is_not(None),
)
_REVISIONS = select(Response.id, Response.rev).where(
    Response.batch_id.in_(
        select(Batch.id).where(
            Batch.consultation_id == bindparam("consultation_id"),
            Batch.definition_id == bindparam("definition_id"),
        )
    )
)
_AT_ONCE = 500


class Page(NamedTuple):
    """A part of a list, by key: the next so many after an id."""

    after: bytes
    most: int


class Opened(NamedTuple):
    """One response in clear, in memory only. A named tuple, since a page may open ten thousand of them."""

    id: bytes
    rev: int
    definition_id: str
    fingerprint: bytes
    answers: Mapping[str, Any]
    depth: str
    language: str
    # How the words of single answers may be used, where the author said so for them alone.
    words: Mapping[str, str] = MappingProxyType({})
    # Whether later studies may have the answers.
    archive: bool = False
    # "paper" or "phone" when somebody of the team typed it in; else nothing.
    keyed: str = ""
    # "easy" when it was sent from easy read.
    view: str = ""
    # With whom it appeared.
    batch: bytes = b""

    @property
    def words_consent(self) -> str:
        """How the words may be used where nothing else was said; nothing chosen: they are only counted."""
        return str(self.answers.get("words_use", "count_only"))

    def consent_for(self, key: str) -> str:
        """How the words of one answer may be used; `key` is a question's id, or that of its "say how" box."""
        if not self.words:
            return self.words_consent
        return self.words.get(key.partition(".")[0], self.words_consent)


class DoesNotOpenError(SealError):
    """This answer was changed outside the service, or is sealed to keys of a time that this person lacks."""


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
    page: Page | None = None,
    shut: list[bytes] | None = None,
) -> Iterator[Opened]:
    """Responses in batches, in order of their random ids, opened one by one.

    `ids` picks some. A response that waits for its batch is never among them. One that does not open is left
    out, and its id put into `shut`: it must be told, and must not keep the team from all the others.
    """
    query = (
        select(*_COLUMNS)
        .where(
            Response.consultation_id == consultation.id,
            Response.batch_id.is_not(None),
        )
        .order_by(Response.id)
    )
    if page is not None:
        # Only then: beside a few `ids`, SQLite takes this for the better key and walks the whole index.
        query = query.where(Response.id > page.after).limit(page.most)
    if definition_id is not None:
        query = query.where(Response.definition_id == definition_id)
    if ids is not None:
        query = query.where(Response.id.in_(ids))
    session.flush()
    gathered = settling.gathering.get()
    # Past the session's own reading of rows, and some at a time: a list may have a hundred thousand.
    # Who leaves the list before its end leaves no cursor open.
    with session.connection().execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            found = _open(vault, keys, consultation.id, row, gathered)
            if found is not None:
                yield found
            elif shut is not None:
                shut.append(row.id)


def revisions(session: Session, consultation: Consultation, definition_id: str) -> dict[bytes, int]:
    """Which responses of a survey are released, each with the revision of its text, in no order.
    Opens nothing.
    """
    session.flush()
    place = {"consultation_id": consultation.id, "definition_id": definition_id}
    with session.connection().execute(_REVISIONS, place) as found:
        # Past the library's rows, and from the index alone: every page of a coder asks this of all answers.
        return dict(cast("Iterator[tuple[bytes, int]]", found.cursor))


def one(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    keys: ConsultationKeys,
    response_id: bytes,
) -> Opened | None:
    """One released response, or None. Raises DoesNotOpenError."""
    session.flush()
    place = {"response_id": response_id, "consultation_id": consultation.id}
    row = session.connection().execute(_ONE, place).one_or_none()
    if row is None:
        return None
    found = _open(vault, keys, consultation.id, row, settling.gathering.get())
    if found is None:
        raise DoesNotOpenError("this answer does not open")
    return found


def marked(
    session: Session, vault: WorkbenchVault, consultation: Consultation, keys: ConsultationKeys, mark: str
) -> Iterator[tuple[bytes, str, Mapping[str, Any]]]:
    """Responses whose content has a mark beside the answers: id, survey and the mark alone.

    Those that wait for their batch are among them, and none of their words comes along. What does not open
    has no mark.
    """
    query = select(*_COLUMNS).where(Response.consultation_id == consultation.id).order_by(Response.id)
    session.flush()
    with session.connection().execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            place = place_of(consultation.id, row.definition_id, row.fingerprint, row.id, row.rev)
            try:
                content = vault.open_at(keys, place, row.epoch, row.body, row.slot)
            except SealError:
                continue
            if mark in content:
                yield row.id, row.definition_id, content[mark]


def _open(
    vault: WorkbenchVault,
    keys: ConsultationKeys,
    consultation_id: bytes,
    row: Row[*tuple[Any, ...]],
    gathered: Gathered | None,
) -> Opened | None:
    response_id, definition_id, fingerprint, rev, epoch, body, slot, batch_id = row
    place = place_of(consultation_id, definition_id, fingerprint, response_id, rev)
    try:
        if gathered is None:
            content = vault.open_at(keys, place, epoch, body, slot)
        else:
            content, faster = vault.open_settled(keys, place, epoch, body, slot, batch_id)
            if faster is not None:
                gathered.add(response_id, slot, faster)
    except SealError:
        return None
    return Opened(
        response_id,
        rev,
        definition_id,
        fingerprint,
        content["answers"],
        content.get("depth", "full"),
        content.get("language", "en"),
        content.get("words", {}),
        content.get("archive", False),
        content.get("keyed", ""),
        content.get("view", ""),
        batch_id,
    )
