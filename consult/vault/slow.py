"""Argon2id, kept from eating the machine: two runs at once, a short queue, then "try again soon".

A passphrase takes ten times as long as a code. Passphrases therefore hold one of the two places at most, and
have a queue of their own: neither those who answer nor the team can keep the other out. The runs are done by
threads of low priority, so that a page does not wait for the processor while somebody signs in.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from consult.faults import BusyError

AT_ONCE = 2
QUEUE = 8
LONG_KIB = 32 * 1024
"""From this much memory on a run is a long one."""
_LONG_AT_ONCE = 1
_NICE = 10


class TooManyError(BusyError):
    """Too many slow hashes are asked for at once."""


class _Lane:
    """Who may run, and how many wait: one lane for codes, one for passphrases."""

    def __init__(self, at_once: int) -> None:
        self.waiting = threading.BoundedSemaphore(at_once + QUEUE)
        self.running = threading.BoundedSemaphore(at_once)


class _Runners:
    """The threads that hash, made when they are first needed and anew in a process that was forked."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._made: ThreadPoolExecutor | None = None
        self._process = 0

    def pool(self) -> ThreadPoolExecutor:
        with self._guard:
            if self._made is None or self._process != os.getpid():
                self._made = ThreadPoolExecutor(AT_ONCE, "slow hash", initializer=_step_back)
                self._process = os.getpid()
            return self._made


def _step_back() -> None:
    """Let everybody else have the processor first: on Linux a thread has a priority of its own."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


_SHORT, _LONG = _Lane(AT_ONCE), _Lane(_LONG_AT_ONCE)
_runners = _Runners()


def argon2id(
    secret_input: bytes, salt: bytes, *, memory_kib: int, passes: int, label: str, pepper: bytes
) -> bytes:
    """32 bytes by Argon2id (RFC 9106), one lane, with associated data and secret. Raises TooManyError."""
    lane = _LONG if memory_kib >= LONG_KIB else _SHORT
    if not lane.waiting.acquire(blocking=False):
        raise TooManyError("too many at once")
    try:
        with lane.running:
            hashing = Argon2id(
                salt=salt,
                length=32,
                iterations=passes,
                lanes=1,
                memory_cost=memory_kib,
                ad=label.encode(),
                secret=pepper,
            )
            return _runners.pool().submit(hashing.derive, secret_input).result()
    finally:
        lane.waiting.release()
