"""The format of backup files: sealed to the installation's recovery key, in pieces, in constant memory.

    header (type 8)   HPKE of a fresh file key   pieces: u32(length) AES-256-GCM of up to 1 MiB

The nonce of a piece is its number in 8 bytes and then u32(1) for the last one, u32(0) else; the associated
data of every piece is what the file key is bound to. So a file that was cut, reordered, extended, renamed or
glued together from two stays shut. Who writes needs no secret; the private key opens. The intake has no use
for this room.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consult.vault import envelope
from consult.vault.envelope import (
    ENCAPSULATION,
    HEADER,
    SHUT,
    TAG,
    EnvelopeError,
    PrivateKey,
    PublicKey,
    Type,
    bound,
    header,
    u32,
)

PIECE: Final = 1 << 20
"""Plain bytes of every piece but the last, which may have fewer, and none."""
_FILE_KEY = 32
_SEALED_KEY = HEADER + ENCAPSULATION + _FILE_KEY + TAG
_LENGTH = 4


def seal(recovery: PublicKey, part: str, day: str, plain: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of a file, as they come. `part` and `day` (ISO) are bound to it; `plain` in any pieces."""
    key = os.urandom(_FILE_KEY)
    fields = _fields(part, day)
    yield envelope.seal_to(Type.BACKUP, recovery, key, *fields)
    place = bound(header(Type.BACKUP, recovery.id), fields)
    cipher = AESGCM(key)
    for number, (piece, last) in enumerate(_pieces(plain)):
        sealed = cipher.encrypt(_nonce(number, last=last), piece, place)
        yield u32(len(sealed)) + sealed


def key_id(file: BinaryIO) -> bytes:
    """The name of the recovery key that opens a file; goes back to its start. Raises EnvelopeError."""
    head = file.read(HEADER)
    file.seek(0)
    if len(head) != HEADER or not head.startswith(header(Type.BACKUP)[: HEADER - 16]):
        raise EnvelopeError(SHUT)
    return envelope.recipient(head)


def open_(recovery: PrivateKey, part: str, day: str, file: BinaryIO) -> Iterator[bytes]:
    """The plain bytes of a file, piece by piece; nothing may be used before the last one came.

    Raises EnvelopeError for a file of another key, part or day, or one that was changed, cut or extended.
    """
    fields = _fields(part, day)
    key = envelope.unseal_with(Type.BACKUP, recovery, file.read(_SEALED_KEY), *fields)
    if len(key) != _FILE_KEY:
        raise EnvelopeError(SHUT)
    place = bound(header(Type.BACKUP, recovery.id), fields)
    cipher = AESGCM(key)
    number, last = 0, False
    while not last:
        sealed, last = _next(file)
        try:
            yield cipher.decrypt(_nonce(number, last=last), sealed, place)
        except InvalidTag:
            raise EnvelopeError(SHUT) from None
        number += 1


def _fields(part: str, day: str) -> tuple[str, str, str]:
    return "backup", part, day


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">QI", number, last)


def _pieces(plain: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces of equal length, and whether each is the last; the last may be shorter, or empty."""
    waiting = bytearray()
    for some in plain:
        waiting += some
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE]), False
            del waiting[:PIECE]
    yield bytes(waiting), True


def _next(file: BinaryIO) -> tuple[bytes, bool]:
    """The next sealed piece, and whether the file ends with it. Raises EnvelopeError for a cut file."""
    length = int.from_bytes(_exactly(file, _LENGTH), "big")
    if not TAG <= length <= PIECE + TAG:
        raise EnvelopeError(SHUT)
    sealed = _exactly(file, length)
    # One byte more or none tells the last piece; a piece that is not last where it says so does not open.
    ahead = file.read(1)
    if ahead:
        file.seek(-1, os.SEEK_CUR)
    return sealed, not ahead


def _exactly(file: BinaryIO, length: int) -> bytes:
    found = file.read(length)
    if len(found) != length:
        raise EnvelopeError(SHUT)
    return found
