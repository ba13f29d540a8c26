"""What the public reads of the standards: the edition that is out. No answer and no count is opened here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.records import consultations, editions
from consult.records.editions import CHECK_HEAD, Out, check_table, lines_to_check

__all__ = [
    "CHECK_HEAD",
    "KINDS",
    "NotOutError",
    "Shown",
    "check_table",
    "for_kind",
    "lines_to_check",
    "shown",
]

KINDS = ("men_only", "mixed")
"""The two kinds of service that a reader can ask for."""


class NotOutError(MissingError):
    """Nothing is out at this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An edition with what its pages need besides."""

    edition: Out
    demonstration: bool


def shown(session: Session, slug: str) -> Shown:
    """The edition at an address. Raises UnknownSurveyError or NotOutError."""
    found = consultations.at(session, slug)
    edition = editions.out(session, found)
    if edition is None:
        raise NotOutError("no standards are out here")
    return Shown(edition=edition, demonstration=found.demonstration)


def for_kind(standards: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, Any]]:
    """The standards, and in each the parts, that a kind of service has to do with; all without a kind."""
    if kind not in KINDS:
        return list(standards)
    return [
        standard | {"clauses": [each for each in standard["clauses"] if each["applies"] in {"both", kind}]}
        for standard in standards
        if standard["applies"] in {"both", kind}
    ]
