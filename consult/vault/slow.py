"""Argon2id, kept from eating the machine: one run of a kind at once, a short queue, then "try again soon".

A passphrase takes ten times as long as a code. Each kind has a place and a queue of its own, so neither those
who answer nor the team can keep the other out, and a host with two processes that take answers hashes two
codes at once. Passphrases are hashed by a thread of low priority, so that a page does not wait for the
processor while somebody signs in; codes are not, as few are let through and somebody waits for each.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from consult.faults import BusyError

QUEUE = 8
LONG_KIB = 32 * 1024
"""From this much memory on a run is a long one."""
_NICE = 10


class TooManyError(BusyError):
    """Too many slow hashes are asked for at once."""


class _Lane:
    """One thread that hashes, made when it is first needed and anew in a process that was forked."""

    def __init__(self, name: str, priority: Callable[[], None] | None = None) -> None:
        self._name, self._priority = name, priority
        self._room = threading.BoundedSemaphore(1 + QUEUE)
        self._guard = threading.Lock()
        self._made: ThreadPoolExecutor | None = None
        self._process = 0

    def run(self, hashing: Callable[[bytes], bytes], secret_input: bytes) -> bytes:
        """Wait for the place, and hash. Raises TooManyError when too many wait."""
        if not self._room.acquire(blocking=False):
            raise TooManyError("too many at once")
        try:
            return self._thread().submit(hashing, secret_input).result()
        finally:
            self._room.release()

    def _thread(self) -> ThreadPoolExecutor:
        with self._guard:
            if self._made is None or self._process != os.getpid():
                self._made = ThreadPoolExecutor(1, self._name, initializer=self._priority)
                self._process = os.getpid()
            return self._made


def _step_back() -> None:
    """Let everybody else have the processor first: on Linux a thread has a priority of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


_SHORT, _LONG = _Lane("hash of a code"), _Lane("hash of a passphrase", _step_back)


def argon2id(
    secret_input: bytes, salt: bytes, *, memory_kib: int, passes: int, label: str, pepper: bytes
) -> bytes:
    """32 bytes by Argon2id (RFC 9106), one lane, with associated data and secret. Raises TooManyError."""
    hashing = Argon2id(
        salt=salt,
        length=32,
        iterations=passes,
        lanes=1,
        memory_cost=memory_kib,
        ad=label.encode(),
        secret=pepper,
    )
    lane = _LONG if memory_kib >= LONG_KIB else _SHORT
    return lane.run(hashing.derive, secret_input)
