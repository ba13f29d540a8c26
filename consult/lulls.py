"""What is better done once the loop of a process has looked at everybody who is there.

Those who were answered together ask together. An act that the first of them leaves costs the disk, and all
who wait for it, as much by itself as with the acts of all the others: so it waits for them. Where no loop
is at work there is nothing to wait for. Knows nothing of what is done.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

LONGEST_SECONDS = 0.05
"""For which something waits while more and more people come. Then it is done all the same."""


class Lull:
    """When the loop of a process has nothing left to do for the moment. Any thread may leave something."""

    def __init__(self) -> None:
        self._left: deque[tuple[float, Callable[[], object]]] = deque()
        self._busy = False

    @property
    def is_awaited(self) -> bool:
        """Whether something is left to be done."""
        return bool(self._left)

    @property
    def is_overdue(self) -> bool:
        """Whether something has waited for too long."""
        try:
            return time.monotonic() - self._left[0][0] > LONGEST_SECONDS
        except IndexError:  # nothing is left, or another thread has just taken it
            return False

    def then(self, work: Callable[[], object]) -> None:
        """Do this at the next lull: here and now if the loop has nothing to do, or there is none.

        `work` may neither wait nor raise.
        """
        self._left.append((time.monotonic(), work))
        if not self._busy:
            self.come()

    def come(self) -> None:
        """Do what is left, each by one thread, whoever calls."""
        while self._left:
            try:
                _, work = self._left.popleft()
            except IndexError:
                return
            work()

    def end(self) -> None:
        """The loop has something to do: what is left from now on waits until it says otherwise."""
        self._busy = True

    def begin(self) -> None:
        """The loop is about to wait for whatever comes. It looks itself, after this, whether something is
        left: what another thread left before, nobody else does."""
        self._busy = False


lull = Lull()
