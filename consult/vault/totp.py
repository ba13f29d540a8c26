"""The second factor: codes of six digits by time (RFC 6238), and spare codes for a lost device.

A code is good for its step of 30 seconds and one on either side, and never for a step that was used before.
"""

from __future__ import annotations

import base64
import hmac
import os

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from consult.vault.envelope import LP, H

DIGITS = 6
STEP_SECONDS = 30
SPARE_CODES = 10
_SECRET = 20
_SPARE = 10
_GROUP = 4
# Letters of base32 that people take a digit for.
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


def new_secret() -> bytes:
    """160 bits, the length of the hash, as RFC 4226 advises."""
    return os.urandom(_SECRET)


def step_at(moment: float) -> int:
    """The number of the step that a moment (seconds since 1970) lies in."""
    return int(moment // STEP_SECONDS)


def matching_step(secret: bytes, typed: str, moment: float) -> int | None:
    """The step whose code this is, of the three that may be typed now, or None. All three are compared."""
    totp, now, found = _totp(secret), step_at(moment), None
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(totp.generate(step * STEP_SECONDS), typed.encode()):
            found = step
    return found


def address(secret: bytes, name: str, service: str) -> str:
    """The `otpauth` address that an app on a phone reads from a picture."""
    # Some apps show a plus sign as it is; all know the other way to write a space.
    return _totp(secret).get_provisioning_uri(name, service).replace("+", "%20")


def in_groups(secret: bytes) -> str:
    """The secret in letters and digits, four at a time, to type by hand."""
    return _grouped(base64.b32encode(secret).decode().rstrip("="), " ")


def new_spare_codes() -> tuple[str, ...]:
    """Ten codes of 80 random bits each, as people keep them on paper."""
    return tuple(
        _grouped(base64.b32encode(os.urandom(_SPARE)).decode().lower(), "-") for _ in range(SPARE_CODES)
    )


def spare_hash(account_id: bytes, typed: str) -> bytes:
    """What is stored of a spare code. It has too many bits to be found by trying, so one hash will do."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_MISREAD)
    return H(LP("consult/v1/spare-code", account_id, plain))


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every app knows; here it keys an HMAC, where its collisions do no harm.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303


def _grouped(text: str, between: str) -> str:
    return between.join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
