"""Requests that wait: in the slow lane for some seconds, or behind the lock for the code.

What was asked is kept inside the sealed visit, never in an address, and goes through once it may. Nobody is
refused here, and no typed word is lost.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import g, request

from consult import clock
from consult.web.sessions import current

SHORTEST, LONGEST = 10, 20
"""Seconds in the slow lane; by lot, so that those who came together do not come back together."""
SLOW, LOCKED = "waiting", "behind_the_lock"
NOT_KEPT = frozenset({"csrf_token", "start_token"})
HONEYPOT = "website"
"""A field that people do not see. Programs fill it in."""

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request that was put off."""

    slug: str
    fields: Fields
    arriving: bool
    until: float

    @property
    def seconds(self) -> int:
        """How long it still waits; 0 when it may go through."""
        return min(LONGEST, max(0, math.ceil(self.until - clock.now())))  # also when the clock is set back


def slow_down(slug: str, fields: Fields, *, arriving: bool, seconds: int | None = None) -> None:
    """Put a request into the slow lane, for `seconds` or by lot."""
    wait = seconds or SHORTEST + secrets.randbelow(LONGEST - SHORTEST + 1)
    _keep(SLOW, slug, fields, arriving=arriving, until=clock.now() + wait)


def lock_away(slug: str, fields: Fields) -> None:
    """Keep what a request sent until the code is typed."""
    _keep(LOCKED, slug, fields, arriving=False, until=0.0)


def kept(kind: str, slug: str) -> Waiting | None:
    """What waits at this address, or None."""
    plain = current().get(kind)
    if plain is None or plain["slug"] != slug:
        return None
    return Waiting(**plain)


def let_go(*kinds: str) -> None:
    """Forget what waits; of both kinds unless they are named."""
    for kind in kinds or (SLOW, LOCKED):
        if kind in current():
            del current()[kind]


def replay(waiting: Waiting) -> None:
    """Say that this request now does what was put off: a fault gives back the words of that one."""
    g.typed = waiting.fields


def looks_ahead() -> bool:
    """Whether a browser only peeps at the page: nothing may happen then."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


def _keep(kind: str, slug: str, fields: Fields, *, arriving: bool, until: float) -> None:
    left = {name: list(values) for name, values in fields.items() if name not in NOT_KEPT}
    current()[kind] = {"slug": slug, "fields": left, "arriving": arriving, "until": until}
