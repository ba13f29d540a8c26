"""What stays opened in the memory of the process between two pages of one person, and for how long.

Opening five thousand responses takes seconds, and so may fitting; neither can be done for each page. So the
words of one survey, the notes beside them and the suggesters fitted on them are held for the person who
opened them: in memory only, never on disk, no longer than a web session may rest, and dropped when the person
locks or signs out. Every use compares them with the database first, so a withdrawn answer is gone with the
next page. Another process of the same installation holds its own and lets it go by the clock alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consult import clock
from consult.records import unlocking
from consult.records.notes import OpenedNote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consult.coding.service.suggesting import Fit

LONGEST_SECONDS = 15 * 60
"""The rest after which a web session of the team ends."""
MOST_SHELVES = 6
MOST_FITS = 3

Key = tuple[bytes, bytes, str]
"""Account, consultation and definition: nobody is ever handed what somebody else opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one released response says in own words: the text of record by box."""

    id: bytes
    rev: int
    language: str
    consent: str
    words: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Shelf:
    """One survey as one person has opened it. `lock` is held while it is brought up to date or fitted."""

    responses: dict[bytes, Written] = field(default_factory=dict)
    notes: dict[bytes, OpenedNote] = field(default_factory=dict)
    fits: OrderedDict[str, Fit] = field(default_factory=OrderedDict)
    used: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def keep(self, box: str, fit: Fit) -> None:
        """Hold a fit for a box, and let go of the one that was not used for longest."""
        self.fits[box] = fit
        self.fits.move_to_end(box)
        while len(self.fits) > MOST_FITS:
            self.fits.popitem(last=False)


class Shelves:
    """The shelves of this process: few, for a short time."""

    def __init__(self) -> None:
        self._shelves: OrderedDict[Key, Shelf] = OrderedDict()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._shelves)

    def at(self, key: Key) -> Shelf:
        """The person's shelf for a survey, empty when there was none."""
        with self._lock:
            self._let_go()
            shelf = self._shelves.setdefault(key, Shelf())
            shelf.used = clock.now()
            self._shelves.move_to_end(key)
            while len(self._shelves) > MOST_SHELVES:
                self._shelves.popitem(last=False)
            self._watch()
            return shelf

    def drop(self, account_id: bytes) -> None:
        """Let go of everything that this person opened."""
        with self._lock:
            for key in [key for key in self._shelves if key[0] == account_id]:
                del self._shelves[key]

    def _let_go(self) -> None:
        oldest = clock.now() - LONGEST_SECONDS
        for key in [key for key, shelf in self._shelves.items() if shelf.used < oldest]:
            del self._shelves[key]

    def _watch(self) -> None:
        # Without a timer, the last person's words would stay until somebody else asks for something.
        if self._timer is None:
            self._timer = threading.Timer(LONGEST_SECONDS, self._timed)
            self._timer.daemon = True
            self._timer.start()

    def _timed(self) -> None:
        with self._lock:
            self._timer = None
            self._let_go()
            if self._shelves:
                self._watch()


shelves = Shelves()
unlocking.when_locked(shelves.drop)
