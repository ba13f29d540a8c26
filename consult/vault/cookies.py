"""Web sessions: the cookie is a secret that both finds and opens its row; at rest both are needed."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import Any

from consult.vault import envelope, padding
from consult.vault.envelope import EnvelopeError, H, Type, X

_SECRET = 32
_LETTERS = 43


def new_cookie() -> str:
    """32 random bytes in base64url."""
    return base64.urlsafe_b64encode(os.urandom(_SECRET)).decode().rstrip("=")


def id_hash(cookie: str) -> bytes:
    """The key of the session's row. Raises EnvelopeError for a cookie that is not ours."""
    return H(X(_secret(cookie), "consult/v1/session/id"))


def seal(cookie: str, kind: str, content: Mapping[str, Any]) -> bytes:
    """The session's content under its cookie. Raises TooLargeError."""
    secret = _secret(cookie)
    plain = padding.pad(content, padding.BODIES)
    return envelope.seal(
        Type.SESSION, X(secret, "consult/v1/session/key"), plain, "session", id_hash(cookie), kind
    )


def open_(cookie: str, kind: str, blob: bytes) -> dict[str, Any]:
    """The content again. Raises EnvelopeError."""
    key = X(_secret(cookie), "consult/v1/session/key")
    plain = envelope.unseal(Type.SESSION, key, blob, "session", id_hash(cookie), kind)
    return padding.unpad(plain, padding.BODIES)


def _secret(cookie: str) -> bytes:
    try:
        secret = base64.b64decode(cookie + "=", altchars=b"-_", validate=True)
    except ValueError:
        raise EnvelopeError("not a session") from None
    if len(cookie) != _LETTERS or len(secret) != _SECRET:
        raise EnvelopeError("not a session")
    return secret
