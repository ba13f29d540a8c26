"""What the lines of the gate are made of: a survey on a day, what stands signed, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Consultation, Survey
from consult.models.signoff import SignOffKind
from consult.records import signoffs
from consult.records.signoffs import Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What is missing, and where it is done: a kind to sign, or the name of a page."""

    said: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the gate. `facts` are what nobody signs: counts and dates."""

    number: str
    signed: tuple[Signed, ...] = ()
    facts: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    kinds: tuple[SignOffKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One survey before the gate on one day. `exits`: the addresses that "Leave this site" leads to."""

    session: Session
    survey: Survey
    consultation: Consultation
    definition: surveys.Survey
    stands: tuple[Signed, ...]
    exits: str
    today: date

    def signed(self, *kinds: SignOffKind) -> tuple[Signed, ...]:
        """The signatures of some kinds that stand."""
        return signoffs.of_kind(self.stands, *kinds)
