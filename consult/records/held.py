"""Values held in the memory of the process for one person between two pages, never for longer than a rest.

They are dropped when the person locks or signs out, or after the time that ends a session of the team.
Nothing is on disk, and nobody is handed what somebody else opened. Whoever holds something here compares it
with the database before each use.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from consult import clock
from consult.records import unlocking

LONGEST_SECONDS = 15 * 60
"""Nothing is held for longer without use; a shorter rest of web sessions shortens this, too."""

Value = TypeVar("Value")
Key = tuple[bytes | str, ...]
"""The account first, then what of: a consultation, and perhaps a survey of it."""


@dataclass(slots=True)
class Place(Generic[Value]):
    """One held value; `lock` is taken while it is looked at or replaced."""

    value: Value
    used: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Holder(Generic[Value]):
    """Up to `most` values of one kind, made by `new` when there is none."""

    longest: ClassVar[int] = LONGEST_SECONDS

    def __init__(self, new: Callable[[], Value], most: int) -> None:
        self._new = new
        self._most = most
        self._places: OrderedDict[Key, Place[Value]] = OrderedDict()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        unlocking.when_locked(self.drop)

    def __len__(self) -> int:
        return len(self._places)

    def at(self, account_id: bytes, *of: bytes | str) -> Place[Value]:
        """The person's place for something; the one that was not used for longest makes room."""
        key = (account_id, *of)
        with self._lock:
            self._let_go()
            place = self._places.setdefault(key, Place(self._new()))
            place.used = clock.now()
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            self._watch()
            return place

    def drop(self, account_id: bytes) -> None:
        """Let go of everything that this person opened."""
        with self._lock:
            for key in [key for key in self._places if key[0] == account_id]:
                del self._places[key]

    def _let_go(self) -> None:
        oldest = clock.now() - self.longest
        for key in [key for key, place in self._places.items() if place.used < oldest]:
            del self._places[key]

    def _watch(self) -> None:
        # Without a timer the last person's would stay until somebody else asks for something.
        if self._timer is None:
            self._timer = threading.Timer(self.longest, self._timed)
            self._timer.daemon = True
            self._timer.start()

    def _timed(self) -> None:
        with self._lock:
            self._timer = None
            self._let_go()
            if self._places:
                self._watch()


def hold_no_longer_than(seconds: int) -> None:
    """Let go of what was not used for as long as ends a web session of the team."""
    Holder.longest = min(seconds, LONGEST_SECONDS)
