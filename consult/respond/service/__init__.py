"""Taking in a response: what happens, without a word about HTTP.

`show` says what the one address shows; `arrive` begins a visit or finds one again by code; `act` does what a
button says. None of them writes: callers keep `Step.visit` in the sealed web session and store it with
`Step.writes`, once.
"""

from __future__ import annotations

from consult.respond.service.acts import act
from consult.respond.service.arriving import (
    CODE,
    arrive,
    consultation_of,
    left_over,
    spoken,
    unlock,
)
from consult.respond.service.showing import show
from consult.respond.service.visit import Stage, Step, Visit

__all__ = [
    "CODE",
    "Stage",
    "Step",
    "Visit",
    "act",
    "arrive",
    "consultation_of",
    "left_over",
    "show",
    "spoken",
    "unlock",
]
