"""What the public reads of the standards: the edition that is out. No answer and no count is opened here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.records import consultations, editions
from consult.records.editions import Out

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


def lines_to_check(standards: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Standard, number and text of each line that a service can check itself by: criteria, or the wording."""
    for standard in standards:
        for clause in standard["clauses"]:
            if clause["is_statement"] and len(standard["clauses"]) > 1 and not clause["criteria"]:
                continue  # its parts say it
            for place, criterion in enumerate(clause["criteria"] or [clause["wording"]], start=1):
                number = clause["number"] if not clause["criteria"] else f"{clause['number']}.{place}"
                yield standard, number, criterion


def check_table(standards: list[dict[str, Any]]) -> list[list[str]]:
    """The same as rows of a table to fill in."""
    head = [
        "Standard",
        "Line",
        "What is checked",
        "Met, partly or not",
        "What shows it",
        "Who does what by when",
    ]
    rows = [
        [f"{standard['key']} {standard['title']}", number, words, "", "", ""]
        for standard, number, words in lines_to_check(standards)
    ]
    return [head, *rows]
