"""The register of files that left, for the page of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.records import consultations, exports
from consult.records.exports import Line

__all__ = ["Line", "register"]


def register(session: Session, consultation: str) -> list[Line]:
    """All files that left, the newest first. Raises UnknownConsultationError."""
    return exports.register(session, consultations.named(session, consultation))
