"""Web sessions: the cookie is a secret that both finds and opens its row; at rest both are needed."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from typing import Any

from consult.vault import envelope, padding
from consult.vault.envelope import LP, EnvelopeError, H, Type, X

_SECRET = 32
_LETTERS = 43
_TO_BASE64 = bytes.maketrans(b"-_", b"+/")


def new_cookie() -> str:
    """32 random bytes in base64url."""
    return base64.urlsafe_b64encode(os.urandom(_SECRET)).decode().rstrip("=")


class Secret:
    """What a cookie holds, and what is made of it, worked out once. Raises EnvelopeError for a cookie that
    is not ours.

    `row` is the key of the session's row: it leads there, and opens nothing.
    """

    __slots__ = ("_key", "cookie", "row")

    def __init__(self, cookie: str) -> None:
        secret = _secret(cookie)
        self.cookie = cookie
        self.row = H(X(secret, b"consult/v1/session/id"))
        self._key = X(secret, b"consult/v1/session/key")

    def seal(self, kind: str, content: Mapping[str, Any]) -> bytes:
        """The session's content under its cookie. Raises TooLargeError."""
        plain = padding.pad(content, padding.BODIES)
        return envelope.seal_at(Type.SESSION, self._key, plain, self._place(kind))

    def open(self, kind: str, blob: bytes) -> dict[str, Any]:
        """The content again. Raises EnvelopeError."""
        plain = envelope.unseal_at(Type.SESSION, self._key, blob, self._place(kind))
        return padding.unpad(plain, padding.BODIES)

    def _place(self, kind: str) -> bytes:
        return LP("session", self.row, kind)


def _secret(cookie: str) -> bytes:
    try:
        secret = binascii.a2b_base64(cookie.encode("ascii").translate(_TO_BASE64) + b"=", strict_mode=True)
    except ValueError:
        raise EnvelopeError("not a session") from None
    if len(cookie) != _LETTERS or len(secret) != _SECRET:
        raise EnvelopeError("not a session")
    return secret
