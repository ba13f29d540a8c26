"""How much anybody of the team reads, as somebody signed it before the survey opened (gate, G10; care, T48).

Knows signatures and one number a person a day. What was read is kept nowhere, nor on which days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.consultation import Consultation
from consult.models.reading import Reading
from consult.models.signoff import SignOff, SignOffKind

MINUTES, ANSWERS = range(5, 181), range(1, 501)
"""What can be signed: a limit of nothing would close the workbench, and one of a whole day is none."""
HOUSE_MINUTES, HOUSE_ANSWERS = 50, 100
"""What holds while nobody has signed limits."""
_MINUTES = re.compile(r"(\d+)\s+minutes")
_ANSWERS = re.compile(r"(\d+)\s+answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Minutes of reading without a pause, and answers opened in a day; whether somebody signed them."""

    minutes: int = HOUSE_MINUTES
    answers: int = HOUSE_ANSWERS
    signed: bool = False


def in_words(minutes: int | None, answers: int | None) -> str:
    """The sentence that is signed; empty while one of the two is missing or none that can be signed."""
    if minutes not in MINUTES or answers not in ANSWERS:
        return ""
    return f"{minutes} minutes at a time, and {answers} answers a day at most"


def read(words: str) -> Limits:
    """The limits that a signed sentence names; where it names none, the house's own stand."""
    minutes, answers = _MINUTES.search(words), _ANSWERS.search(words)
    return Limits(
        minutes=int(minutes[1]) if minutes else HOUSE_MINUTES,
        answers=int(answers[1]) if answers else HOUSE_ANSWERS,
        signed=True,
    )


def of(session: Session, consultation: Consultation) -> Limits:
    """The limits in force: those signed last, unless that signature was taken back."""
    words = _signed(session, consultation, SignOffKind.STAFF_LIMITS)
    return Limits() if words is None else read(words)


def supporter(session: Session, consultation: Consultation) -> str:
    """Who was named as the person who sees to support for the team; empty while nobody is."""
    return _signed(session, consultation, SignOffKind.STAFF_SUPPORT) or ""


def opened_on(session: Session, consultation: Consultation, account_id: bytes, today: date) -> int:
    """How many answers this person has opened on a day."""
    row = session.get(Reading, (account_id, consultation.id))
    return row.answers if row is not None and row.day == today else 0


def count(session: Session, consultation: Consultation, account_id: bytes, today: date) -> None:
    """One more answer opened today; what stood for another day is written over."""
    row = session.get(Reading, (account_id, consultation.id), with_for_update=True, populate_existing=True)
    if row is None:
        session.add(Reading(account_id=account_id, consultation_id=consultation.id, day=today, answers=1))
    else:
        row.answers = row.answers + 1 if row.day == today else 1
        row.day = today
    session.flush()


def _signed(session: Session, consultation: Consultation, kind: SignOffKind) -> str | None:
    last = session.execute(
        select(SignOff.given, SignOff.about)
        .where(
            SignOff.consultation_id == consultation.id,
            SignOff.kind == kind,
            SignOff.definition_id.is_(None),
        )
        .order_by(SignOff.entry.desc())
        .limit(1)
    ).one_or_none()
    return last.about if last is not None and last.given else None
