"""How the answering goes: totals as they stood at the last release, in bands, and in which part people stop.

Nothing here is of one person: there are only totals, they move at a release, when five answers or more came,
and they are shown in steps as wide as the team's threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy.orm import Session

import surveys
from analysis.disclosure import Cell
from consult.models.consultation import Consultation, Survey
from consult.records import batches, consultations, counts, definitions, responses


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the bars: a figure that may be shown."""

    label: str
    shown: str
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """One survey. `stopped`: by part, who came to it and to none after it; `released`: the last day."""

    id: str
    title: str
    state: str
    released: date | None
    started: Cell
    sent: Cell
    withdrawn: Cell
    stopped: tuple[Row, ...]
    at_check: Cell
    # Whether any of these may be shown.
    told: bool


def of(session: Session, consultation: str) -> tuple[int, tuple[Going, ...]]:
    """The team's threshold, and every survey. Raises UnknownConsultationError."""
    found = consultations.named(session, consultation)
    days = {batch.definition_id: batch.released for batch in batches.of(session, found)}
    return found.team_k, tuple(
        _going(session, found, survey, days.get(survey.definition_id))
        for survey in consultations.surveys_of(session, found)
    )


def _going(session: Session, consultation: Consultation, survey: Survey, released: date | None) -> Going:
    definition = definitions.current(session, survey)
    totals = responses.totals(session, survey)
    sent = totals.get("sent", 0)
    steps = [*(section.id for section in definition.sections), "check"]
    reached = _never_less([*(totals.get(responses.part(step), 0) for step in steps), sent])
    stops = counts.bands(consultation, [here - after for here, after in pairwise(reached)], summed=True)
    whole = counts.bands(consultation, [totals.get("started", 0), sent, totals.get("withdrawn", 0)])
    return Going(
        id=survey.definition_id,
        title=_words(definition.title, definition.base),
        state=survey.state,
        released=released,
        started=whole[0],
        sent=whole[1],
        withdrawn=whole[2],
        stopped=tuple(
            Row(label=_words(section.title, definition.base), shown=cell.shown, drawn=cell.drawn)
            for section, cell in zip(definition.sections, stops, strict=False)
        ),
        at_check=stops[-1],
        told=not all(cell.hidden for cell in stops),
    )


def _never_less(reached: list[int]) -> list[int]:
    """Who came to a later part came past this one, also when a code brought them back there."""
    for place in range(len(reached) - 2, -1, -1):
        reached[place] = max(reached[place], reached[place + 1])
    return reached


def _words(text: surveys.Text, base: str) -> str:
    return text.read("en", base=base).words
