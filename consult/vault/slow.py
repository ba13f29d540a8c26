"""Argon2id, kept from eating the machine: two runs at once, a short queue, then "try again soon"."""

from __future__ import annotations

import threading

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from consult.faults import BusyError

AT_ONCE = 2
QUEUE = 8
_waiting = threading.BoundedSemaphore(AT_ONCE + QUEUE)
_running = threading.BoundedSemaphore(AT_ONCE)


class TooManyError(BusyError):
    """Too many slow hashes are asked for at once."""


def argon2id(
    secret_input: bytes, salt: bytes, *, memory_kib: int, passes: int, label: str, pepper: bytes
) -> bytes:
    """32 bytes by Argon2id (RFC 9106), one lane, with associated data and secret. Raises TooManyError."""
    if not _waiting.acquire(blocking=False):
        raise TooManyError("too many at once")
    try:
        with _running:
            return Argon2id(
                salt=salt,
                length=32,
                iterations=passes,
                lanes=1,
                memory_cost=memory_kib,
                ad=label.encode(),
                secret=pepper,
            ).derive(secret_input)
    finally:
        _waiting.release()
