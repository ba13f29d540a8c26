"""Numbers that all processes of one server share, in memory alone, under names that nobody can turn back.

The memory is made before the processes part. It has no name in any folder and is gone with the last of them.
There is room for so many entries and no more: the one of its shelf not used for longest makes room. A process
that is killed lets go of the lock. Knows nothing of requests, nor what the numbers mean.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NAME_BYTES = 16
_ENTRY = struct.Struct(f"={NAME_BYTES}sdd")
_TOGETHER = 8
"""Entries on a shelf: the name says on which one to look, and only these are looked through."""
_EMPTY = bytes(NAME_BYTES)

_file = os.memfd_create("lock", os.MFD_CLOEXEC)
_threads = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else reads or writes what is shared, in this process or in another."""
    with _threads:
        fcntl.lockf(_file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(_file, fcntl.LOCK_UN)


def name_of(words: str) -> bytes:
    """The name under which something is noted."""
    return hashlib.sha256(words.encode()).digest()[:NAME_BYTES]


class Table:
    """Two numbers for each name, the second of them the moment of the last use. Call it `alone`."""

    def __init__(self, most: int) -> None:
        self._shelves = -(-most // _TOGETHER)
        self._memory = mmap.mmap(-1, self._shelves * _TOGETHER * _ENTRY.size)

    def get(self, name: bytes) -> tuple[float, float] | None:
        """What is noted under a name of `NAME_BYTES` bytes."""
        place, found = self._look(name)
        if found != name:
            return None
        _, number, moment = _ENTRY.unpack_from(self._memory, place)
        return number, moment

    def put(self, name: bytes, number: float, moment: float) -> None:
        """Note it, in place of what was noted before, or of what was not used for longest."""
        _ENTRY.pack_into(self._memory, self._look(name)[0], name, number, moment)

    def forget(self) -> None:
        """Everything; what was written is overwritten."""
        self._memory[:] = bytes(len(self._memory))

    def _look(self, name: bytes) -> tuple[int, bytes]:
        """Where the name stands, or else where it may be put, and which name stands there."""
        size = _TOGETHER * _ENTRY.size
        shelf = int.from_bytes(name[:4]) % self._shelves * size
        oldest, place, there = float("inf"), shelf, _EMPTY
        for offset, (found, _, moment) in enumerate(_ENTRY.iter_unpack(self._memory[shelf : shelf + size])):
            if found == name:
                return shelf + offset * _ENTRY.size, found
            if moment < oldest:
                oldest, place, there = moment, shelf + offset * _ENTRY.size, found
        return place, there


class Secret:
    """Random bytes that all processes know, and the day until whose end they are kept."""

    _DAY = struct.Struct("=q")

    def __init__(self, length: int, day: int) -> None:
        self._memory = mmap.mmap(-1, length + self._DAY.size)
        self._length = length
        self._write(day)

    @property
    def value(self) -> memoryview:
        """The bytes, where they are and not copied. Call it `alone`."""
        return memoryview(self._memory)[: self._length]

    @property
    def day(self) -> int:
        """The day that they are for."""
        return int(self._DAY.unpack_from(self._memory, self._length)[0])

    def renew(self, day: int) -> bool:
        """Write other bytes over them when their day is over. Call it `alone`."""
        if self.day == day:
            return False
        self._write(day)
        return True

    def _write(self, day: int) -> None:
        self._memory[:] = os.urandom(self._length) + self._DAY.pack(day)
