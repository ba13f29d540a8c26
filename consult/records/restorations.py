"""Whether this installation was put back from a backup: people who come back with a code are told."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.restoration import Restoration


def latest(session: Session) -> Restoration | None:
    """The last restore, or None."""
    return session.scalar(select(Restoration).order_by(Restoration.restored.desc()).limit(1))
