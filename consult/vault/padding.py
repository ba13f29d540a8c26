"""Padding: sealed records come in a few sizes, so that the length of a text does not show.

`u32(length) || json || zeros` up to the next size. Nothing is compressed before it is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from consult.faults import RefusedError
from consult.vault.envelope import SHUT, EnvelopeError, J, u32

BODIES = tuple(1024 * size for size in (4, 8, 16, 32, 64, 128))
NOTES = (256, *(1024 * size for size in (1, 4, 16, 64)))
_LENGTH = 4


class TooLargeError(RefusedError):
    """More text than can be kept. `limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"this is more than the {limit // 1024} kB that can be kept")


def pad(value: Mapping[str, Any], sizes: tuple[int, ...]) -> bytes:
    """Canonical JSON in the smallest size that holds it. Raises TooLargeError, or ValueError of `J`."""
    raw = J(value)
    for size in sizes:
        if len(raw) + _LENGTH <= size:
            return (u32(len(raw)) + raw).ljust(size, b"\0")
    raise TooLargeError(sizes[-1])


def unpad(padded: bytes, sizes: tuple[int, ...]) -> dict[str, Any]:
    """The value again. Raises EnvelopeError for another size or filling that is not zero."""
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    if len(padded) not in sizes or end > len(padded) or padded[end:] != bytes(len(padded) - end):
        raise EnvelopeError(SHUT)
    try:
        # Decoded here: `json.loads` takes twice as long over bytes, for it guesses their encoding.
        value = json.loads(padded[_LENGTH:end].decode("utf-8"))
    except (ValueError, RecursionError):
        raise EnvelopeError(SHUT) from None
    if not isinstance(value, dict):
        raise EnvelopeError(SHUT)
    return value
