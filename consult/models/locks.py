"""One queue for all who write to an SQLite file: a lock of the operating system beside the database.

SQLite's own lock is asked for again and again with sleeps between, so that who comes late may come first and
somebody waits for a long time. This one blocks in the kernel. Whoever dies lets go of it. Knows files and
nothing of tables or requests.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consult.faults import BusyError

PATIENCE_SECONDS = 5.0
"""As long as SQLite would wait; then the person is told that it is busy, with the text kept."""


class StillWritingError(BusyError):
    """Somebody else wrote for as long as we could wait."""


def beside(database: str) -> Path:
    """The lock file of an SQLite database."""
    return Path(f"{database}.lock")


def take(file: Path, seconds: float = PATIENCE_SECONDS) -> int:
    """Wait for the lock; returns what `release` takes. Raises StillWritingError after so many seconds."""
    try:
        opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        opened = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, _mode(file))
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _Queued(opened).wait(seconds)
    return opened


def release(opened: int) -> None:
    """Let the next one write."""
    os.close(opened)


@contextmanager
def held(file: Path | None) -> Iterator[None]:
    """Hold the lock of a file; None: there is nothing to wait for. Raises StillWritingError."""
    if file is None:
        yield
        return
    opened = take(file)
    try:
        yield
    finally:
        release(opened)


class _Queued:
    """A place in the kernel's queue, with an end to patience. The waiting is done by a thread of its own: a
    blocking call on the lock cannot be given a time, and asking again and again would lose to those that
    block."""

    def __init__(self, opened: int) -> None:
        self._opened = opened
        self._guard = threading.Lock()
        self._taken = threading.Event()
        self._given_up = False

    def wait(self, seconds: float) -> None:
        threading.Thread(target=self._block, name="waits to write", daemon=True).start()
        if self._taken.wait(seconds):
            return
        with self._guard:
            if self._taken.is_set():
                return
            self._given_up = True
        raise StillWritingError("somebody else is writing")

    def _block(self) -> None:
        fcntl.flock(self._opened, fcntl.LOCK_EX)
        with self._guard:
            if self._given_up:
                os.close(self._opened)
            else:
                self._taken.set()


def _mode(file: Path) -> int:
    """Who may open the database may queue for it, and nobody else."""
    database = file.with_suffix("")
    return database.stat().st_mode & 0o777 if database.is_file() else 0o600
