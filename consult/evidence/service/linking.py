"""Links from themes and findings to clauses: made and taken away by people, with a reason; and suggestions.

A suggestion says which clause a theme may speak to and by which words. What it says of the clause is never
suggested: stance is a person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from consult.evidence.service.suggesting import Suggested, ends, suggested
from consult.faults import MissingError
from consult.models.coding import Theme
from consult.models.consultation import Consultation
from consult.models.literature import Finding
from consult.models.standard import Stance, Strength
from consult.records import consultations, judging, linked, themes
from consult.records import standards as records


class UnknownEvidenceError(MissingError):
    """There is no such theme or finding here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkable:
    """What the form offers: pairs of value and words; suggestions only where the consultation wants them."""

    title: str
    clauses: tuple[tuple[str, str], ...]
    themes: tuple[tuple[str, str], ...]
    findings: tuple[tuple[str, str], ...]
    suggestions: tuple[Suggested, ...]
    refused: tuple[Suggested, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """What somebody wants linked: exactly one of theme (key) and finding (id in hex)."""

    clause: str
    theme: str
    finding: str
    stance: Stance
    strength: Strength
    reason: str


def linkable(session: Session, name: str, key: str) -> Linkable:
    """Everything that can be linked to a standard. Raises UnknownStandardError."""
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    clauses = linked.by_clause(linked.linked(session, consultation))
    own = [rows[0] for rows in clauses if rows[0].standard == key]
    frame = themes.of(session, consultation)
    found = records.findings(session, consultation)
    new, refused = (
        suggested(session, consultation, key, clauses, ends(frame, found))
        if consultation.suggestions
        else ((), ())
    )
    return Linkable(
        title=standard.title,
        clauses=tuple((clause.number, clause.wording) for clause in own),
        themes=tuple((theme.key, theme.name) for theme in frame),
        findings=tuple((finding.id.hex(), f"{source.key}: {finding.statement}") for finding, source in found),
        suggestions=new,
        refused=refused,
    )


def link(session: Session, name: str, key: str, new: NewLink, *, account_id: bytes, today: date) -> None:
    """Tie evidence to a clause of a standard. Raises UnknownStandardError, UnknownThemeError,
    UnknownEvidenceError or LinkedTwiceError.
    """
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    clause = next((each for each in records.clauses(session, standard) if each.number == new.clause), None)
    if clause is None:
        raise records.UnknownStandardError(f"{key} has no clause {new.clause!r}")
    records.link(
        session,
        clause,
        _evidence(session, consultation, new),
        new.stance,
        new.strength,
        new.reason,
        account_id=account_id,
        today=today,
    )


def unlink(session: Session, name: str, key: str, link_id: str) -> None:
    """Take a link away. Raises UnknownStandardError when it is not one of this standard's."""
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    judging.forget_link(session, _id(link_id), standard.id)
    records.unlink(session, _id(link_id), standard)


def hold(session: Session, name: str, key: str, link_id: str, *, account_id: bytes, today: date) -> None:
    """Say that a link made for an earlier wording holds for the present one. Raises UnknownStandardError."""
    consultation = consultations.named(session, name)
    standard = records.keyed(session, consultation, key)
    records.hold_link(session, _id(link_id), standard, account_id=account_id, today=today)


def _evidence(session: Session, consultation: Consultation, new: NewLink) -> Theme | Finding:
    if new.theme:
        return themes.keyed(session, consultation, new.theme)
    wanted = _id(new.finding)
    for finding, _source in records.findings(session, consultation):
        if finding.id == wanted:
            return finding
    raise UnknownEvidenceError("there is no such finding")


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
