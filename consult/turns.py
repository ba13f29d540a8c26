"""How many threads of a process work at pages for people who answer, at once; the others wait for a turn.

Python runs one thread at a time. Eight that all have something to do take the interpreter from each other
at every read of the database, which costs more than the reads. So one works, or a few where the database is a
server to be waited for, and whoever waits for the disk or for a slow hash lets another one work meanwhile.
Knows nothing of what is done in a turn.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from types import TracebackType

PROCESSES = 2
"""Of the intake, where it is served by itself: Python works on one thing at a time in each of them."""
THREADS = 8
"""Of a process, for what waits. With 24, two hundred who ask and read nothing keep others waiting half as
long again (`test_load`), and nothing is quicker on a disk of its own."""
AT_ONCE = 1
"""With an SQLite file, whose reads take less time than to hand the interpreter over and back."""
AT_ONCE_ELSEWHERE = 4
"""With a database that is asked over a line: while one waits for it, others work."""

NO_WAITING = "consult.no_waiting"
"""In the environment of a WSGI request: the loop that takes people in asks, and must not wait for anything.
Its value is for who raises NotYetError: called, by any thread, once it is worth asking again.
Among an application's extensions: the beginning of the addresses that may be asked for so."""

MANY = "consult.many"
"""Among an application's extensions: several processes may serve it together, if it was made before they
parted."""


class MustWaitError(Exception):
    """This request is for a thread, with the same environment."""


class NotYetError(Exception):
    """What was asked for is on its way to the disk: ask again, with the same environment, once told."""


class _Turns:
    """The turns of a process: those that are free, and how many there are."""

    def __init__(self) -> None:
        self.free: SimpleQueue[None] = SimpleQueue()
        self.there = 0


_turns = _Turns()
_mine = threading.local()


def allow(at_once: int) -> None:
    """Let so many work at once in this process, or more where more were allowed. Called before it serves."""
    while _turns.there < at_once:
        _turns.free.put(None)
        _turns.there += 1


def allowed() -> int:
    """How many may work at once in this process."""
    return _turns.there


allow(AT_ONCE)


class Taken:
    """`with Taken():` waits for a turn, and hands it on at the end."""

    def __enter__(self) -> None:
        _turns.free.get()
        _mine.has = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _mine.has = False
        _turns.free.put(None)


class Lent:
    """`with Lent():` somebody else works while this thread waits. Nothing for a thread without a turn."""

    def __enter__(self) -> None:
        self._had = getattr(_mine, "has", False)
        if self._had:
            _mine.has = False
            _turns.free.put(None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._had:
            _turns.free.get()
            _mine.has = True
