"""Start tokens, and the pace of tries at the team's door. Both live in memory and are gone at a restart.

The processes of one server share the first; the team's door is in one process, which holds its keys, too.
A start token proves that a form was given out by us, a moment ago, and is used once; nothing is stored. The
landing page sets no cookie, so its form cannot carry a session's token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import threading
from enum import StrEnum

from flask import Flask, current_app

from consult import clock
from consult.web import shared

OLDEST_SECONDS = 24 * 3600
YOUNGEST_SECONDS = 3
"""Nobody reads a page and presses its button sooner. Who does goes slowly, and is not refused."""
_NONCE, _MAC = shared.NAME_BYTES, 32
_MOST_USED = 100_000
"""About so many starts a day are remembered; of more, the oldest token could be used once again."""


class Arrival(StrEnum):
    """What a start token is worth."""

    REFUSED = "refused"
    EARLY = "early"
    GOOD = "good"


class StartTokens:
    """Makes and checks tokens under the form key `P_form`."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._used = shared.Table(_MOST_USED)

    def make(self, purpose: str) -> str:
        """A token for one form; `purpose` binds it to a slug."""
        issued = int(clock.now()).to_bytes(8, "big")
        nonce = os.urandom(_NONCE)
        return base64.urlsafe_b64encode(issued + nonce + self._mac(purpose, issued + nonce)).decode()

    def accept(self, token: str, purpose: str) -> Arrival:
        """Whether the token is ours, for this purpose, under a day old and not used before. Uses it up."""
        head = self._opened(token, purpose)
        if head is None:
            return Arrival.REFUSED
        age = clock.now() - int.from_bytes(head[:8], "big")
        if not 0 <= age + 1 <= OLDEST_SECONDS or not self._first_use(head[8:]):
            return Arrival.REFUSED
        return Arrival.GOOD if age >= YOUNGEST_SECONDS else Arrival.EARLY

    def named(self, mark: str) -> bytes:
        """Sixteen bytes that stand for a mark on a form: always the same, and a secret of the server."""
        return self._mac("a form of the team", mark.encode())[:_NONCE]

    def _opened(self, token: str, purpose: str) -> bytes | None:
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except ValueError:
            return None
        head, mac = raw[: 8 + _NONCE], raw[8 + _NONCE :]
        if len(mac) != _MAC or not hmac.compare_digest(mac, self._mac(purpose, head)):
            return None
        return head

    def _mac(self, purpose: str, head: bytes) -> bytes:
        return hmac.new(self._key, purpose.encode() + b"\x00" + head, hashlib.sha256).digest()

    def _first_use(self, nonce: bytes) -> bool:
        with shared.alone():
            if self._used.get(nonce) is not None:
                return False
            self._used.put(nonce, 0.0, clock.now())
            return True


FREE_TRIES = 10
"""Wrong passphrases an hour and name that cost nothing but their time."""
LONGEST_WAIT = 60
LONGEST_CODE_WAIT = 10 * 60
"""Longer for codes of the second factor: who tries these knows a passphrase, and six digits are few."""
_HOUR = 3600


class SignInPace:
    """Slows down who tries many passphrases for one name. Never a lockout: the wait has a longest."""

    def __init__(self, longest: int = LONGEST_WAIT) -> None:
        self._longest = longest
        self._failures: dict[bytes, list[float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str) -> int:
        """Seconds until the next try for this name; 0 when it may be made now."""
        with self._lock:
            recent = self._recent(name)
            beyond = len(recent) - FREE_TRIES
            if beyond < 0:
                return 0
            pause = min(self._longest, 1 << min(beyond, 10))
            return max(0, math.ceil(recent[-1] + pause - clock.steady()))

    def failed(self, name: str) -> None:
        """Note a wrong passphrase. A name that nobody has is slowed down like any other."""
        with self._lock:
            self._failures[_hashed(name)] = [*self._recent(name), clock.steady()]
            for key in [
                key for key, moments in self._failures.items() if clock.steady() - moments[-1] > _HOUR
            ]:
                del self._failures[key]

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name: its owner is here."""
        with self._lock:
            self._failures.pop(_hashed(name), None)

    def _recent(self, name: str) -> list[float]:
        return [
            moment for moment in self._failures.get(_hashed(name), []) if clock.steady() - moment <= _HOUR
        ]


def _hashed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def init_app(app: Flask, key: bytes) -> None:
    """Make the tokens and the pace of this application."""
    app.extensions["consult.start_tokens"] = StartTokens(key)
    app.extensions["consult.sign_in_pace"] = SignInPace()
    # Apart from the other: a right passphrase must not forget the wrong codes that came after it.
    app.extensions["consult.code_pace"] = SignInPace(LONGEST_CODE_WAIT)


def sign_in_pace() -> SignInPace:
    """The pace of the running application."""
    pace: SignInPace = current_app.extensions["consult.sign_in_pace"]
    return pace


def code_pace() -> SignInPace:
    """The pace of second factors in the running application."""
    pace: SignInPace = current_app.extensions["consult.code_pace"]
    return pace


def start_tokens() -> StartTokens:
    """The tokens of the running application."""
    tokens: StartTokens = current_app.extensions["consult.start_tokens"]
    return tokens
