"""Draft standards and their clauses: listed with their gaps, written, and changed without losing a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.evidence.service import recent
from consult.evidence.service.recent import Standing
from consult.faults import ConflictError
from consult.models.consultation import Consultation
from consult.models.standard import Clause, DraftStandard, ServiceKind, StandardStatus
from consult.records import consultations, linked
from consult.records import standards as records
from consult.records.standards import StandardText
from consult.records.wordings import ClauseWords, put_clause, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the list. unlinked: clauses without any link, by number."""

    key: str
    title: str
    status: str
    clauses: int
    links: int
    unlinked: tuple[str, ...]
    statement_unlinked: bool
    no_theme: bool
    no_finding: bool
    undecided: tuple[str, ...]
    standing: Standing

    @property
    def complete(self) -> bool:
        """Whether every part has a link, and themes and findings both speak to it."""
        return bool(self.links) and not (
            self.unlinked or self.statement_unlinked or self.no_theme or self.no_finding
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseText:
    """A clause as somebody edits it; `revision` None makes a new one. said: why its words change."""

    number: str
    words: ClauseWords
    revision: int | None = None
    said: str = ""

    @property
    def wording(self) -> str:
        """The present words."""
        return self.words.wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """A standard open for editing: its words now, the revision to start from, its clauses."""

    text: StandardText
    revision: int
    clauses: tuple[ClauseText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a change. taken: the key or number is in use; stale: somebody changed it meanwhile."""

    taken: bool = False
    stale: bool = False

    @property
    def saved(self) -> bool:
        """Whether the change was kept."""
        return not (self.taken or self.stale)


WEEK = timedelta(days=7)
_NOTHING = Standing(decided=frozenset(), unconfirmed=0, lately=())
SAVED, TAKEN, STALE = Outcome(), Outcome(taken=True), Outcome(stale=True)


def listed(session: Session, name: str, *, today: date) -> list[Listed]:
    """All draft standards with what is still missing under them, and what was done in the last week."""
    consultation = consultations.named(session, name)
    standards = records.of(session, consultation)
    lately = recent.of(session, consultation, today - WEEK)
    clauses = linked.by_clause(linked.linked(session, consultation))
    return [
        _listed(
            standard,
            [rows for rows in clauses if rows[0].standard == standard.key],
            lately.get(standard.key, _NOTHING),
        )
        for standard in standards
    ]


def neighbours(session: Session, name: str, key: str) -> tuple[str, str]:
    """Keys of the standards before and after this one, in their order; "" at an end."""
    keys = [standard.key for standard in records.of(session, consultations.named(session, name))]
    place = keys.index(key)
    return (keys[place - 1] if place else ""), (keys[place + 1] if place + 1 < len(keys) else "")


def editing(session: Session, name: str, key: str) -> Editing:
    """A standard with its clauses. Raises UnknownStandardError."""
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    return Editing(
        text=_text(standard, records.wordings(session, standard)[-1].statement),
        revision=standard.revision,
        clauses=tuple(
            ClauseText(number=clause.number, words=words_of(clause), revision=clause.revision)
            for clause in records.clauses(session, standard)
            if clause.number != standard.key
        ),
    )


def make(session: Session, name: str, text: StandardText, *, today: date) -> Outcome:
    """Write a new standard; refused when the key is in use."""
    consultation = consultations.named(session, name)
    if _number_in_use(session, consultation, text.key):
        return TAKEN
    records.write(session, consultation, text, today=today)
    return SAVED


def change(
    session: Session, name: str, text: StandardText, *, revision: int, today: date, said: str = ""
) -> Outcome:
    """Change a standard that was at `revision` when the editor opened it; `said`: why the statement changes.

    Raises UnknownStandardError.
    """
    consultation = consultations.named(session, name)
    records.keyed(session, consultation, text.key)
    try:
        records.write(session, consultation, text, today=today, revision=revision, said=said)
    except ConflictError:
        return STALE
    return SAVED


def write_clause(session: Session, name: str, key: str, text: ClauseText, *, today: date) -> Outcome:
    """Add a clause, or change one that was at `revision`. Raises UnknownStandardError."""
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    if text.revision is None and _number_in_use(session, consultation, text.number):
        return TAKEN
    try:
        put_clause(
            session, standard, text.number, text.words, today=today, revision=text.revision, said=text.said
        )
    except ConflictError:
        return STALE
    return SAVED


def _number_in_use(session: Session, consultation: Consultation, number: str) -> bool:
    """Keys and numbers share one list: a link names its clause by number alone."""
    found = session.scalar(
        select(Clause.id)
        .join(DraftStandard, Clause.standard_id == DraftStandard.id)
        .where(DraftStandard.consultation_id == consultation.id, Clause.number == number)
        .limit(1)
    )
    return found is not None


def _listed(standard: DraftStandard, clauses: Sequence[Sequence[Any]], standing: Standing) -> Listed:
    key = standard.key
    links = [row for rows in clauses for row in rows if row.link_id is not None]
    unlinked = [rows[0].number for rows in clauses if rows[0].link_id is None]
    return Listed(
        key=key,
        title=standard.title,
        status=standard.status,
        clauses=sum(rows[0].number != key for rows in clauses),
        links=len(links),
        unlinked=tuple(number for number in unlinked if number != key),
        statement_unlinked=key in unlinked,
        no_theme=all(row.theme_id is None for row in links),
        no_finding=all(row.theme_id is not None for row in links),
        undecided=tuple(rows[0].number for rows in clauses if rows[0].number not in standing.decided),
        standing=standing,
    )


def _text(standard: DraftStandard, statement: str) -> StandardText:
    return StandardText(
        key=standard.key,
        title=standard.title,
        statement=statement,
        why=standard.why,
        how_checked=standard.how_checked,
        applies=ServiceKind(standard.applies),
        adjustment=standard.adjustment,
        for_men=standard.for_men,
        for_organisations=standard.for_organisations,
        for_commissioners=standard.for_commissioners,
        status=StandardStatus(standard.status),
    )
