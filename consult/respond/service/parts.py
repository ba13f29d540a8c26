"""How far people get, part by part: totals that go up, and nothing of who or when.

A visit counts once for each part that it reaches, and for the check page. The visit itself remembers how many
it has counted, under its seal, and so does the draft. The totals go up in the commit of the act, with those
of everybody who acts in the same moment; the team sees them as they stood at the last release, in bands.
"""

from __future__ import annotations

import surveys
from consult.records import responses
from consult.records.together import Write
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Stage, Visit


def count(desk: Desk, visit: Visit) -> tuple[Visit, tuple[Write, ...]]:
    """The visit with what it has reached now, and what counts it.

    Trials, and changes of what was sent, are not counted.
    """
    reached = _reached(desk.definition, visit)
    if reached <= visit.furthest or visit.rev != 1 or visit.pilot:
        return visit, ()
    steps = [*(section.id for section in desk.definition.sections), "check"][visit.furthest : reached]
    writes = tuple(responses.counting(desk.survey, responses.part(step)) for step in steps)
    return visit.at(visit.stage, furthest=reached), writes


def _reached(definition: surveys.Survey, visit: Visit) -> int:
    """How many parts, the check page among them, somebody here has come to."""
    if visit.stage is Stage.CHECK:
        return len(definition.sections) + 1
    return _place(definition, visit.page) if visit.stage is Stage.QUESTIONS else 0


def _place(definition: surveys.Survey, page: str) -> int:
    """The place of a page's section, from 1; 0 for a page that is in none."""
    part = page.partition(".")[0]
    return next((at for at, section in enumerate(definition.sections, 1) if section.id == part), 0)
