"""What the public reads of the standards: the edition that two people put out, and its parts.

For the application that shows it. Everything here passed disclosure control when the edition was made; no
answer and no count behind a figure can be reached from it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.edition import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """The edition that the public reads. standards: see `reports/service/editions.py`, which writes them."""

    number: int
    shown: date
    title: str
    least: int
    rounding: int
    counts_changed: bool
    standards: tuple[dict[str, Any], ...]

    def standard(self, key: str) -> dict[str, Any] | None:
        """One standard by its key."""
        return next((each for each in self.standards if each["key"] == key), None)


def out(session: Session, consultation: Consultation) -> Out | None:
    """The edition that is out; None before there is one, or after it was taken back."""
    row = session.scalar(
        select(Edition)
        .where(Edition.consultation_id == consultation.id, Edition.shown.is_not(None))
        .order_by(Edition.number.desc())
        .limit(1)
    )
    return read(row) if row is not None else None


def read(row: Edition) -> Out:
    """An edition as the public reads it, or would."""
    content = json.loads(row.content)
    return Out(
        number=row.number,
        shown=row.shown or row.made,
        title=content["title"],
        least=content["least"],
        rounding=content["rounding"],
        counts_changed=content["counts_changed"],
        standards=tuple(content["standards"]),
    )
