"""The log of staff acts, written in the transaction of the act. Never of people who answer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.audit import AuditEvent, AuditKey
from consult.vault import audit as chain
from consult.vault.opening import WorkbenchVault

_KEY_ROW = 1


def note(
    session: Session,
    vault: WorkbenchVault,
    actor: str,
    action: str,
    object_: str,
    *,
    detail: str = "",
    today: date,
) -> None:
    """Add one entry to the chain and let its key move on."""
    last = session.scalar(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1))
    key_row = session.get(AuditKey, _KEY_ROW, with_for_update=True)
    if key_row is None:
        key = chain.new_key()
        key_row = AuditKey(id=_KEY_ROW, blob=b"")
        session.add(key_row)
    else:
        key = vault.open_secret("audit_key.blob", bytes(16), key_row.blob)
    entry = chain.Entry(
        seq=last.seq + 1 if last else 1,
        date=today.isoformat(),
        actor=actor,
        action=action,
        object=object_,
        detail=detail,
    )
    link = chain.append(last.hash if last else chain.FIRST, key, entry)
    session.add(
        AuditEvent(
            seq=entry.seq,
            date=today,
            actor=actor,
            action=action,
            object=object_,
            detail=detail,
            mac=link.mac,
            hash=link.hash,
        )
    )
    key_row.blob = vault.seal_secret("audit_key.blob", bytes(16), link.next_key)
    session.flush()
