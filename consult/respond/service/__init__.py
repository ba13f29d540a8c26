"""Taking in a response: what happens, without a word about HTTP.

`show` says what the one address shows; `arrive` begins a visit or finds one again by code; `act` does what a
button says. Callers keep `Step.visit` in the sealed web session and commit once.
"""

from __future__ import annotations

from sqlalchemy import Engine

from consult.records import scrub
from consult.respond.service.acts import act
from consult.respond.service.arriving import CODE, arrive
from consult.respond.service.pages import show
from consult.respond.service.visit import Stage, Step, Visit

__all__ = ["CODE", "Stage", "Step", "Visit", "act", "after_commit", "arrive", "show"]


def after_commit(engine: Engine, step: Step) -> None:
    """Once the act is stored: take the bytes of what it destroyed out of the write-ahead log."""
    if step.scrub:
        scrub.checkpoint(engine)
