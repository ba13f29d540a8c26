"""The log of staff acts, written in the transaction of the act. Never of people who answer.

An act's object is "CONSULTATION", "CONSULTATION/what of it" or "people/NAME": who leads a consultation reads
the acts on it, and no account or consultation can be named so that it shows up under another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from consult.models.audit import AuditChain, AuditEvent, AuditKey
from consult.models.base import new_id
from consult.records import installation
from consult.vault import audit as chain
from consult.vault.opening import WorkbenchVault

SERVICE = "service"
"""Who acts when nobody does: the log itself begins anew."""
NEW_CHAIN = "new chain"
_KEY_ROW = 1
_COLUMN = "audit_key.blob"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is sealed beside the log: the key of the next entry, and the head that it comes after.

    A head cannot be put back by way of the database, since it is sealed: an end that was cut off shows. It is
    empty in a log of the time before heads were kept.
    """

    key: bytes = field(repr=False)
    head: bytes


def note(
    session: Session,
    vault: WorkbenchVault,
    actor: str,
    action: str,
    object_: str,
    *,
    detail: str = "",
    today: date,
) -> int:
    """Add one entry to the chain and let its key move on; returns the entry's number.

    Two acts at once come one after the other: the second waits here for the first to commit.
    """
    key_row = locked(session)
    last = _last(session)
    now = live(vault, key_row)
    if now is None or now.head != (last.hash if last else None):
        # No chain yet; or the end was cut off by way of the database, and a new chain tells what is missing.
        last, now = _new_chain(session, vault, last, now, SERVICE, today=today)
    entry = chain.Entry(
        seq=last.seq + 1 if last else _chains_begun(session),
        date=today.isoformat(),
        actor=actor,
        action=action,
        object=object_,
        detail=detail,
    )
    last, now = _append(session, now, entry, today=today)
    _keep(session, vault, key_row, now)
    return last.seq


def begin_chain(session: Session, vault: WorkbenchVault, today: date, *, actor: str = SERVICE) -> None:
    """Start a chain that names the head of the one before; its first key is sealed to the recovery key.

    For when the installation's recovery key was made or replaced, and after a restore. A log without any
    entry is left as it is: the first entry begins the first chain.
    """
    key_row = locked(session)
    last = _last(session)
    now = live(vault, key_row)
    if last is None and now is None:
        return
    _, now = _new_chain(session, vault, last, now, actor, today=today)
    _keep(session, vault, key_row, now)


def locked(session: Session) -> AuditKey:
    """The row of the key, and nobody else writes into the log until this transaction ends."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    # The very first two acts at once must not both make the row.
    session.execute(insert(AuditKey).values(id=_KEY_ROW, blob=b"").on_conflict_do_nothing())
    return session.scalars(
        select(AuditKey).where(AuditKey.id == _KEY_ROW).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()


def live(vault: WorkbenchVault, key_row: AuditKey | None) -> Live | None:
    """The key and head that the server keeps, or None before the first entry. Raises EnvelopeError."""
    if key_row is None or not key_row.blob:
        return None
    plain = vault.open_secret(_COLUMN, bytes(16), key_row.blob)
    return Live(key=plain[: chain.KEY], head=plain[chain.KEY :])


def row_of(event: Any) -> chain.Row:
    """A stored entry, or a plain row with its columns, as the chain knows it."""
    entry = chain.Entry(
        seq=event.seq,
        date=event.date.isoformat(),
        actor=event.actor,
        action=event.action,
        object=event.object,
        detail=event.detail,
    )
    return chain.Row(entry=entry, mac=event.mac, hash=event.hash)


def naming(head: bytes) -> str:
    """How the first entry of a chain names the head of the chain before."""
    return f"after {head.hex()}"


def head(session: Session) -> bytes | None:
    """The hash of the newest entry: it stands for all entries before it, too. None for an empty log."""
    last = _last(session)
    return last.hash if last else None


def _last(session: Session) -> AuditEvent | None:
    return session.scalar(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1))


def _chains_begun(session: Session) -> int:
    """The number at which the newest chain began, or 0."""
    return session.scalar(select(func.max(AuditChain.first_seq))) or 0


def _new_chain(
    session: Session,
    vault: WorkbenchVault,
    last: AuditEvent | None,
    now: Live | None,
    actor: str,
    *,
    today: date,
) -> tuple[AuditEvent | None, Live]:
    before = (now.head if now else b"") or (last.hash if last else chain.FIRST)
    seq = max(_chains_begun(session), last.seq if last else 0) + 1
    chain_id, key = new_id(), chain.new_key()
    recovery = installation.public_key(session, vault)
    session.add(
        AuditChain(
            first_seq=seq,
            id=chain_id,
            begun=today,
            previous_head=before,
            sealed_key=chain.seal_first_key(recovery, chain_id, key) if recovery else None,
        )
    )
    session.flush()
    fresh = Live(key=key, head=chain.FIRST)
    if before == chain.FIRST:
        return last, fresh
    entry = chain.Entry(
        seq=seq, date=today.isoformat(), actor=actor, action=NEW_CHAIN, object="", detail=naming(before)
    )
    return _append(session, fresh, entry, today=today)


def _append(session: Session, now: Live, entry: chain.Entry, *, today: date) -> tuple[AuditEvent, Live]:
    link = chain.append(now.head, now.key, entry)
    event = AuditEvent(
        seq=entry.seq,
        date=today,
        actor=entry.actor,
        action=entry.action,
        object=entry.object,
        detail=entry.detail,
        mac=link.mac,
        hash=link.hash,
    )
    session.add(event)
    session.flush()
    return event, Live(key=link.next_key, head=link.hash)


def _keep(session: Session, vault: WorkbenchVault, key_row: AuditKey, now: Live) -> None:
    key_row.blob = vault.seal_secret(_COLUMN, bytes(16), now.key + now.head)
    session.flush()
