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


def id_hash(cookie: str) -> bytes:
    """The key of the session's row. Raises EnvelopeError for a cookie that is not ours."""
    return _row(_secret(cookie))


def seal(cookie: str, kind: str, content: Mapping[str, Any]) -> bytes:
    """The session's content under its cookie. Raises TooLargeError."""
    secret = _secret(cookie)
    plain = padding.pad(content, padding.BODIES)
    return envelope.seal_at(Type.SESSION, _key(secret), plain, _place(secret, kind))


def open_(cookie: str, kind: str, blob: bytes) -> dict[str, Any]:
    """The content again. Raises EnvelopeError."""
    secret = _secret(cookie)
    plain = envelope.unseal_at(Type.SESSION, _key(secret), blob, _place(secret, kind))
    return padding.unpad(plain, padding.BODIES)


def _row(secret: bytes) -> bytes:
    return H(X(secret, b"consult/v1/session/id"))


def _key(secret: bytes) -> bytes:
    return X(secret, b"consult/v1/session/key")


def _place(secret: bytes, kind: str) -> bytes:
    return LP("session", _row(secret), kind)


def _secret(cookie: str) -> bytes:
    try:
        secret = binascii.a2b_base64(cookie.encode("ascii").translate(_TO_BASE64) + b"=", strict_mode=True)
    except ValueError:
        raise EnvelopeError("not a session") from None
    if len(cookie) != _LETTERS or len(secret) != _SECRET:
        raise EnvelopeError("not a session")
    return secret
