"""Start tokens: proof that a form was given out by us, a moment ago, and is used once; nothing is stored.

The landing page sets no cookie, so its form cannot carry a session's token. Used nonces live in memory and are
gone at a restart.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import threading

from flask import Flask, current_app

from consult import clock

OLDEST_SECONDS = 24 * 3600
_NONCE, _MAC = 16, 32


class StartTokens:
    """Makes and checks tokens under the form key `P_form`."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._used: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def make(self, purpose: str) -> str:
        """A token for one form; `purpose` binds it to a slug."""
        issued = int(clock.now()).to_bytes(8, "big")
        nonce = os.urandom(_NONCE)
        return base64.urlsafe_b64encode(issued + nonce + self._mac(purpose, issued + nonce)).decode()

    def accept(self, token: str, purpose: str) -> bool:
        """Whether the token is ours, for this purpose, under a day old and not used before."""
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except ValueError:
            return False
        if len(raw) != 8 + _NONCE + _MAC:
            return False
        head, mac = raw[: 8 + _NONCE], raw[8 + _NONCE :]
        if not hmac.compare_digest(mac, self._mac(purpose, head)):
            return False
        age = clock.now() - int.from_bytes(head[:8], "big")
        return 0 <= age + 1 <= OLDEST_SECONDS and self._first_use(head[8:])

    def _mac(self, purpose: str, head: bytes) -> bytes:
        return hmac.new(self._key, purpose.encode() + b"\x00" + head, hashlib.sha256).digest()

    def _first_use(self, nonce: bytes) -> bool:
        moment = clock.now()
        with self._lock:
            for old in [key for key, when in self._used.items() if moment - when > OLDEST_SECONDS]:
                del self._used[old]
            if nonce in self._used:
                return False
            self._used[nonce] = moment
            return True


def init_app(app: Flask, key: bytes) -> None:
    """Make the tokens of this application."""
    app.extensions["consult.start_tokens"] = StartTokens(key)


def start_tokens() -> StartTokens:
    """The tokens of the running application."""
    tokens: StartTokens = current_app.extensions["consult.start_tokens"]
    return tokens
