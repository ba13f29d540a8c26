"""Answers that were just handed to one coder: for ten minutes they are drawn for nobody else.

In the memory of the process alone; another process may hand the same answer out, which costs a doubled
reading and nothing else. What is lent tells nothing of who answered.
"""

from __future__ import annotations

import threading

from consult import clock

SECONDS = 10 * 60

_lock = threading.Lock()
_lent: dict[tuple[bytes, str, bytes], tuple[bytes, float]] = {}

Place = tuple[bytes, str]
"""A consultation and a box."""


def lend(place: Place, response: bytes, account_id: bytes) -> None:
    """Hand an answer to somebody."""
    with _lock:
        now = clock.now()
        for key in [key for key, (_, until) in _lent.items() if until < now]:
            del _lent[key]
        _lent[*place, response] = account_id, now + SECONDS


def away(place: Place, account_id: bytes) -> frozenset[bytes]:
    """The answers to a box that somebody else has just now."""
    with _lock:
        now = clock.now()
        return frozenset(
            response
            for (consultation, box, response), (holder, until) in _lent.items()
            if (consultation, box) == place and holder != account_id and until >= now
        )
