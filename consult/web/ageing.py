"""How old a web session is, and how long nobody used it, by two clocks.

The time of day may have been set meanwhile, and the machine's own clock stands still with the machine. What
is open to the team ends by the one that says more; what somebody has typed, by the one that says less.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from consult import clock

STARTED, USED, STEADY = "_started", "_used", "_steady"
MARKS = (STARTED, USED, STEADY)


def touch(content: MutableMapping[str, Any]) -> float:
    """Note that the session is used now; returns the time of day."""
    moment, steady = clock.now(), clock.steady()
    boot, began, _ = content.get(STEADY, ("", 0.0, 0.0))
    content.setdefault(STARTED, moment)
    content[USED] = moment
    content[STEADY] = [clock.boot(), began if boot == clock.boot() else steady, steady]
    return moment


def age(kind: str, content: Mapping[str, Any]) -> float:
    """Seconds since the session began."""
    return _said(kind, clock.now() - float(content[STARTED]), _steadily(content, 1))


def idle(kind: str, content: Mapping[str, Any]) -> float:
    """Seconds since the session was last used."""
    return _said(kind, clock.now() - float(content[USED]), _steadily(content, 2))


def rested(content: Mapping[str, Any]) -> float:
    """Seconds of rest by the clock that says more: what only asks for the code again may come too soon."""
    return _said("staff", clock.now() - float(content[USED]), _steadily(content, 2))


def worth_noting(content: Mapping[str, Any], seconds: float) -> bool:
    """Whether the time of day has moved on by so much, or was set back."""
    return abs(clock.now() - float(content[USED])) > seconds


def _steadily(content: Mapping[str, Any], place: int) -> float | None:
    """By the machine's own clock; nothing after it was started again."""
    noted = content.get(STEADY)
    if noted is None or noted[0] != clock.boot():
        return None
    return clock.steady() - float(noted[place])


def _said(kind: str, by_day: float, steadily: float | None) -> float:
    said = [by_day] if steadily is None else [by_day, steadily]
    if kind == "staff":
        return max(said)
    return min((each for each in said if each >= 0), default=0.0)
