"""A file in the making that may be larger than memory: put aside in sealed pieces, and read once it is whole.

A small one stays in memory. A larger one goes, piece by piece, into a file without a name in the system's
scratch folder, sealed under a key that only this object has: what is found there afterwards opens for nobody.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consult.vault.envelope import SHUT, TAG, EnvelopeError

IN_MEMORY: Final = 2_000_000
"""Bytes after which what is put aside goes to the scratch folder."""
_KEY = 32


class Spool:
    """Bytes that are put aside and given back. `size` counts them."""

    def __init__(self) -> None:
        self.size = 0
        self._cipher = AESGCM(os.urandom(_KEY))
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - see __del__
        self._lengths: list[int] = []

    def write(self, piece: bytes) -> None:
        """Put more aside, best in pieces of some hundred kilobytes. Not after `pieces` was begun."""
        self._file.write(self._cipher.encrypt(_nonce(len(self._lengths)), piece, None))
        self._lengths.append(len(piece))
        self.size += len(piece)

    def pieces(self) -> Iterator[bytes]:
        """All of it again, piece by piece. Raises EnvelopeError where the scratch file was changed."""
        self._file.seek(0)
        for number, length in enumerate(self._lengths):
            try:
                yield self._cipher.decrypt(_nonce(number), self._file.read(length + TAG), None)
            except InvalidTag:
                raise EnvelopeError(SHUT) from None

    def __del__(self) -> None:
        """The scratch file ends with the last who knows of it, also where nobody ever read it."""
        self._file.close()


def _nonce(number: int) -> bytes:
    """The number of the piece: each key seals every number once."""
    return number.to_bytes(12, "big")
