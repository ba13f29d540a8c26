"""Where a theme leads: from the sentences under it to clauses, decisions, wordings and published lines.

The middle of the walk that goes both ways: a sentence has its themes, a clause has its links, and both point
here.
"""

from __future__ import annotations

from dataclasses import dataclass

from consult.evidence.service import words
from consult.evidence.service.words import ThemeWords
from consult.models.coding import Theme
from consult.models.standard import DraftStandard
from consult.records import evidence, findings, judged, linked, themes, voices
from consult.records import standards as records
from consult.records.counts import Audience
from consult.records.evidence import Line
from consult.records.findings import CodedFinding
from consult.records.judged import Decided, Judged, PublishedLine
from consult.records.unlocking import Unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One clause that the theme speaks to, what it says, and what was decided since."""

    standard: str
    line: Line
    wording: str
    decision: Decided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The whole walk of one theme. said: None where nobody's words stand under it."""

    theme: Theme
    said: ThemeWords | None
    findings: tuple[CodedFinding, ...]
    steps: tuple[Step, ...]
    published: tuple[PublishedLine, ...]
    shut: int


def trail(unlocked: Unlocked, theme_key: str, *, whole: bool = False) -> Trail:
    """Follow a theme both ways. Raises UnknownThemeError."""
    session, consultation = unlocked.session, unlocked.consultation
    theme = themes.keyed(session, consultation, theme_key)
    heard = voices.hear(unlocked)
    teller = evidence.Teller(consultation, heard, Audience.TEAM)
    rows = [row for row in linked.linked(session, consultation) if row.theme_id == theme.id]
    own = {row.standard for row in rows}
    standards = [each for each in records.of(session, consultation) if each.key in own]
    made = _judged(unlocked, standards)
    lines = {theme.id: evidence.line_of(rows[0], teller)} if rows else {}
    told, shut = words.under(unlocked, heard, lines, theme.id.hex() if whole else "")
    published = {
        line.id: line for found in made.values() for line in found.lines if line.theme_id == theme.id
    }
    return Trail(
        theme=theme,
        said=told[0] if told else None,
        findings=tuple(findings.by_theme(session, consultation).get(theme.id, ())),
        steps=tuple(
            Step(
                standard=row.standard,
                line=evidence.line_of(row, teller),
                wording=row.wording,
                decision=next(reversed(made.get(row.clause_id, Judged()).decisions), None),
            )
            for row in rows
        ),
        published=tuple(published.values()),
        shut=shut,
    )


def _judged(unlocked: Unlocked, standards: list[DraftStandard]) -> dict[bytes, Judged]:
    found: dict[bytes, Judged] = {}
    for standard in standards:
        found |= judged.of_standard(unlocked, standard.id)
    return found
