"""What panellists sealed in one round, opened for somebody who has unlocked, and only once it has closed.

Knows pseudonyms and groups and no name. Nothing of it is kept: it is read, counted and let go.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from consult.faults import SealError
from consult.models.consultation import Consultation
from consult.models.panel import PanelRound
from consult.models.response import Response
from consult.panel.service import rounds
from consult.records.unlocking import Unlocked
from consult.vault import batches as merkle
from consult.vault.sealing import place_of

AXES = ("imp", "ach")
"""What a mark from 1 to 9 is given for: how important a statement is, and how achievable."""
_COLUMNS = [column.name for column in Response.__table__.columns]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One panellist's answers in one round. items: by clause id."""

    pseudonym: str
    group: str
    items: Mapping[str, Mapping[str, Any]]
    missing: str

    def rating(self, clause_id: str, axis: str = "imp") -> int | None:
        """The mark from 1 to 9; None for "cannot rate" and for nothing."""
        given = self.items.get(clause_id, {}).get(axis)
        return given if isinstance(given, int) else None

    def cannot_rate(self, clause_id: str) -> bool:
        """Whether the panellist said so."""
        return self.items.get(clause_id, {}).get("imp") == "cannot_rate"


@dataclass(frozen=True, kw_only=True)
class Ballots:
    """All of a round. shut: how many did not open, because they were changed outside the service."""

    opened: tuple[Ballot, ...] = ()
    shut: int = 0

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The group of each pseudonym."""
        return {each.pseudonym: each.group for each in self.opened}

    def by_group(self, clause_id: str, groups: Sequence[str], axis: str = "imp") -> dict[str, list[int]]:
        """Ratings of one statement by group, groups without any among them."""
        found: dict[str, list[int]] = {name: [] for name in groups}
        for pseudonym, mark in self._marks[axis].get(clause_id, {}).items():
            found.setdefault(self.groups[pseudonym], []).append(mark)
        return found

    def by_person(self, clause_id: str) -> Mapping[str, int]:
        """Ratings of one statement by pseudonym."""
        return self._marks["imp"].get(clause_id, {})

    def took_part(self, asked: Sequence[str]) -> frozenset[str]:
        """Pseudonyms of those who rated four in five statements."""
        rated: Counter[str] = Counter()
        for clause_id in asked:
            rated.update(self.by_person(clause_id).keys())
        return frozenset(each for each, times in rated.items() if 5 * times >= 4 * len(asked))

    @cached_property
    def _marks(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """Every mark by axis, statement and pseudonym: sheets are read through once, not once a statement."""
        found: dict[str, dict[str, dict[str, int]]] = {axis: {} for axis in AXES}
        for each in self.opened:
            for clause_id, answers in each.items.items():
                for axis, marks in found.items():
                    if isinstance(given := answers.get(axis), int):
                        marks.setdefault(clause_id, {})[each.pseudonym] = given
        return found


def opened(unlocked: Unlocked, row: PanelRound) -> Ballots:
    """Open what was sealed in a round, in an order that says nothing."""
    session, consultation = unlocked.session, unlocked.consultation
    found, shut = [], 0
    for each in session.execute(_query(consultation, row)):
        place = place_of(consultation.id, each.definition_id, each.fingerprint, each.id, each.rev)
        try:
            content = unlocked.vault.open_at(unlocked.keys, place, each.epoch, each.body, each.slot)
        except SealError:
            shut += 1
            continue
        found.append(
            Ballot(
                pseudonym=content["pseudonym"],
                group=content["group"],
                items=content["items"],
                missing=content["missing"],
            )
        )
    return Ballots(opened=tuple(sorted(found, key=lambda each: each.pseudonym)), shut=shut)


def forget_order(session: Session, consultation: Consultation, row: PanelRound) -> str:
    """Store a round's answers anew in the order of their ids; returns the root over all of them, in hex."""
    kept = [each._asdict() for each in session.execute(_query(consultation, row))]
    if not kept:
        return ""
    session.execute(delete(Response).where(Response.id.in_([each["id"] for each in kept])))
    session.execute(insert(Response), kept)
    leaves = sorted(
        merkle.leaf(hashlib.sha256(each["id"]).digest(), each["rev"], hashlib.sha256(each["body"]).digest())
        for each in kept
    )
    return merkle.root(leaves).hex()


def _query(consultation: Consultation, row: PanelRound) -> Any:
    return (
        select(*(getattr(Response, name) for name in _COLUMNS))
        .where(
            Response.consultation_id == consultation.id,
            Response.definition_id == rounds.definition_id(row.number),
        )
        .order_by(Response.id)
    )
