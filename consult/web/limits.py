"""How many starts, sends and tries of a code come at once, without knowing who makes them.

All state lives in memory, which the processes of one server share, and is gone at a restart. An address is
used here alone: it becomes eight bytes under a key that is thrown away each night, and is then taken out of
the request. Going over a limit never refuses anybody; what follows is the slow lane of `web/lane.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Hashable

from flask import Flask, current_app, g, request

from consult import clock
from consult.settings import LimitSettings
from consult.web import shared
from consult.web.areas import is_onion, is_staff
from consult.web.guard import START_FIELD

_DAY = 24 * 3600
_KEY, _SHOWN = 32, 8
_MOST_KEYS, _CONSULTATIONS = 50_000, 1_000
"""More than about so many sources, visits or consultations: one heard of long ago is forgotten."""
_NETWORK = {4: 24, 6: 56}
_ADDRESSES = (
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "werkzeug.proxy_fix.orig",
)


class Buckets:
    """One bucket for each key: it holds `most`, and fills again in so many seconds."""

    def __init__(self, most: int, seconds: float, keys: int = _MOST_KEYS) -> None:
        self._most, self._speed = most, most / seconds
        self._levels = shared.Table(keys)

    def take(self, key: Hashable) -> bool:
        """Whether there is room for one more; takes it if so."""
        name = shared.name_of(repr(key))
        with shared.alone():
            moment = clock.now()
            level, before = self._levels.get(name) or (float(self._most), moment)
            level = min(self._most, level + max(0.0, moment - before) * self._speed)
            room = level >= 1
            self._levels.put(name, level - 1 if room else level, moment)
            return room

    def forget(self) -> None:
        """Empty all of them."""
        with shared.alone():
            self._levels.forget()


class Sources:
    """Networks by a name that nobody can turn back, and that is another one every day."""

    def __init__(self) -> None:
        self.secret = shared.Secret(_KEY, _today())

    def name(self, purpose: str, address: str | None) -> bytes | None:
        """Eight bytes for the network of an address, or None for what is none (a socket of this host)."""
        network = _network(address or "")
        if network is None:
            return None
        with shared.alone():
            return hmac.digest(self.secret.value, f"{purpose}\0{network}".encode(), hashlib.sha256)[:_SHOWN]

    def renew(self) -> bool:
        """Throw the key away when its day (UTC) is over: written over, so that no copy of it stays."""
        today = _today()
        if self.secret.day == today:  # asked by every request: nobody waits for the lock but once a day
            return False
        with shared.alone():
            return self.secret.renew(today)


class Limits:
    """The buckets of one server. Each question takes its share; `True` means that there is room."""

    def __init__(self, own: LimitSettings) -> None:
        self._own = own
        self.sources = Sources()
        self._starts = Buckets(own.starts, 60, _CONSULTATIONS)
        self._sends = Buckets(own.sends, 60, _CONSULTATIONS)
        self._from_source = Buckets(own.source, 3600)
        self._codes = Buckets(own.codes, 60)
        self._codes_in_all = Buckets(own.codes_in_all, 1, keys=1)

    @property
    def on(self) -> bool:
        """Whether anything is limited at all."""
        return self._own.on

    def start(self, consultation: Hashable, source: bytes | None) -> bool:
        """Room for somebody who begins; `source` is None where there is none to tell apart."""
        here = self._starts.take(consultation)
        return (source is None or self._from_source.take(source)) and here

    def send(self, consultation: Hashable) -> bool:
        """Room for answers that are sent."""
        return self._sends.take(consultation)

    def code(self, session: str | None) -> bool:
        """Room for a try of a code; `session` is the cookie of this visit, if there is one."""
        here = self._codes_in_all.take(None)
        return (session is None or self._codes.take(hashlib.sha256(session.encode()).digest())) and here

    def night(self) -> None:
        """After midnight (UTC): another key, and nothing known under the old one."""
        if self.sources.renew():
            self._from_source.forget()


def limits() -> Limits:
    """The limits of the running application."""
    found: Limits = current_app.extensions["consult.limits"]
    return found


def init_app(app: Flask, own: LimitSettings) -> None:
    """Make the buckets, and take the address out of every request once it has its eight bytes."""
    made = Limits(own)
    app.extensions["consult.limits"] = made

    @app.before_request
    def drop_the_address() -> None:
        made.night()
        address, request.remote_addr = request.remote_addr, None
        for name in _ADDRESSES:
            request.environ.pop(name, None)
        # Only who begins is told apart, and there is nothing to tell apart behind an onion address.
        public = request.method == "POST" and not is_staff(request.path) and not is_onion(request.host)
        if public and START_FIELD in request.form:
            g.source = made.sources.name("start", address)


def _network(address: str) -> str | None:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, _NETWORK[found.version]), strict=False))


def _today() -> int:
    return int(clock.now() // _DAY)
