"""How many threads of a process work at pages for people who answer, at once; the others wait for a turn.

Python runs one thread at a time. Eight that all have something to do take the interpreter from each other
at every read of the database, which costs more than the reads. So two work, and whoever waits for the disk or
for a slow hash lets another one work meanwhile. Knows nothing of what is done in a turn.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from types import TracebackType

PROCESSES = 2
"""Of the intake, where it is served by itself: Python works on one thing at a time in each of them."""
THREADS = 8
"""Of a process: so many people wait for one commit together. With 24, two hundred who ask and read nothing
keep others waiting half as long again (`test_load`), and nothing is quicker on a disk of its own."""
AT_ONCE = 2
"""One works while the other's reads are under way; a third one gains nothing (`benchmarks.intake`)."""

NO_WAITING = "consult.no_waiting"
"""In the environment of a WSGI request: the loop that takes people in asks, and must not wait for anything.
Among an application's extensions: the beginning of the addresses that may be asked for so."""


MANY = "consult.many"
"""Among an application's extensions: several processes may serve it together, if it was made before they
parted."""


class MustWaitError(Exception):
    """This request is for a thread."""


_free: SimpleQueue[None] = SimpleQueue()
for _ in range(AT_ONCE):
    _free.put(None)
_mine = threading.local()


class Taken:
    """`with Taken():` waits for a turn, and hands it on at the end."""

    def __enter__(self) -> None:
        _free.get()
        _mine.has = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _mine.has = False
        _free.put(None)


class Lent:
    """`with Lent():` somebody else works while this thread waits. Nothing for a thread without a turn."""

    def __enter__(self) -> None:
        self._had = getattr(_mine, "has", False)
        if self._had:
            _mine.has = False
            _free.put(None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._had:
            _free.get()
            _mine.has = True
