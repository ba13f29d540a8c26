"""What the public reads of the standards: the edition that two people put out, and its parts.

For the application that shows it. Everything here passed disclosure control when the edition was made; no
answer and no count behind a figure can be reached from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.edition import Edition

CHECK_HEAD = (
    "Standard",
    "Line",
    "What is checked",
    "Met, partly or not",
    "What shows it",
    "Who does what by when",
)


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


def lines_to_check(standards: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Standard, number and text of each line that a service can check itself by: criteria, or the wording.

    What is not decided yet asks nothing of a service.
    """
    for standard in standards:
        for clause in standard["clauses"]:
            if clause.get("open"):
                continue
            if clause["is_statement"] and len(standard["clauses"]) > 1 and not clause["criteria"]:
                continue  # its parts say it
            for place, criterion in enumerate(clause["criteria"] or [clause["wording"]], start=1):
                number = clause["number"] if not clause["criteria"] else f"{clause['number']}.{place}"
                yield standard, number, criterion


def check_table(standards: Iterable[dict[str, Any]]) -> list[list[str]]:
    """The same as rows of a table to fill in, without its head (`CHECK_HEAD`)."""
    return [
        [f"{standard['key']} {standard['title']}", number, words, "", "", ""]
        for standard, number, words in lines_to_check(standards)
    ]
