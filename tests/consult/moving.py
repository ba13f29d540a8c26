"""A clock in the hand of a test; the fixture `moved` puts it in place of the service's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    moment: float

    def now(self) -> float:
        return self.moment

    def go_on(self, seconds: float) -> None:
        self.moment += seconds
