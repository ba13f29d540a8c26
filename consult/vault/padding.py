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
_SCAN = json.JSONDecoder().raw_decode


class TooLargeError(RefusedError):
    """More text than can be kept. `limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"this is more than the {limit // 1024} kB that can be kept")


def pad(value: Mapping[str, Any], sizes: tuple[int, ...]) -> bytes:
    """Canonical JSON in the smallest size that holds it. Raises TooLargeError, or ValueError of `J`."""
    return pad_bytes(J(value), sizes)


def pad_bytes(raw: bytes, sizes: tuple[int, ...]) -> bytes:
    """Bytes of any kind in the smallest size that holds them. Raises TooLargeError."""
    for size in sizes:
        if len(raw) + _LENGTH <= size:
            return (u32(len(raw)) + raw).ljust(size, b"\0")
    raise TooLargeError(sizes[-1])


def unpad(padded: bytes, sizes: tuple[int, ...]) -> dict[str, Any]:
    """The value again. Raises EnvelopeError for another size or filling that is not zero."""
    raw = unpad_bytes(padded, sizes)
    try:
        # Decoded here, and scanned without `json.loads`: that guesses encodings and looks for white space,
        # of which canonical JSON has none, and takes much longer for it.
        text = raw.decode("utf-8")
        value, stop = _SCAN(text)
    except (ValueError, RecursionError):
        raise EnvelopeError(SHUT) from None
    if stop != len(text) or not isinstance(value, dict):
        raise EnvelopeError(SHUT)
    return value


def unpad_bytes(padded: bytes, sizes: tuple[int, ...]) -> bytes:
    """The bytes again. Raises EnvelopeError for another size or filling that is not zero."""
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    if len(padded) not in sizes or end > len(padded) or padded[end:] != bytes(len(padded) - end):
        raise EnvelopeError(SHUT)
    return padded[_LENGTH:end]
