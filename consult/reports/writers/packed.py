"""Archives that are the same each time: no time of this machine, entries in their order.

Written here and not by `zipfile`, since an archive may hold seven thousand short texts, or a table larger
than memory: its parts are given out one after the other, and none of them is read back. Places behind the
fourth gigabyte and more than 65,535 entries are written in the larger form of the format (Zip64).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

_STORED, _DEFLATED = 0, 8
_SHORT = 1000
"""Bytes under which packing costs more than it saves."""
_DAY = 0x21
"""1 January 1980, the first day of the format."""
_UTF8 = 0x800
_PLAIN, _LARGE = 20, 45
"""Versions of the format."""
_UNIX = 3
_MODE = 0o600 << 16
_FULL, _MANY = 0xFFFFFFFF, 0xFFFF
_FILE = struct.Struct("<4s5H3L2H")
_LISTED = struct.Struct("<4s2B5H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LARGE_END = struct.Struct("<4sQ2H2L4Q")
_LARGE_PLACE = struct.Struct("<4sLQL")


class Kept(Protocol):
    """Content that is kept somewhere else and given out in pieces. `size` is in bytes."""

    size: int

    def pieces(self) -> Iterator[bytes]:
        """The content, from its beginning."""


class _Entry(NamedTuple):
    """One file of an archive as its list names it. `packed` and `size` are bytes; `start` where it begins."""

    name: bytes
    method: int
    crc: int
    packed: int
    size: int
    start: int


class Archive:
    """A zip archive that is put together piece by piece. `size` is that of the whole, once it is finished."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes | Kept] = []
        self._entries: list[_Entry] = []

    def put(self, name: str, content: bytes) -> None:
        """Add a file that is in memory."""
        method, packed = _STORED, content
        if len(content) > _SHORT:
            packer = zlib.compressobj(zlib.Z_BEST_SPEED, wbits=-zlib.MAX_WBITS)
            method, packed = _DEFLATED, packer.compress(content) + packer.flush()
        self._begin(name, method, zlib.crc32(content), len(packed), len(content))
        self._add(packed)

    def put_kept(self, name: str, content: Kept, crc: int) -> None:
        """Add a file that is kept elsewhere, as it stands there. `crc`: its CRC-32."""
        self._begin(name, _STORED, crc, content.size, content.size)
        self._parts.append(content)
        self.size += content.size

    def finish(self) -> None:
        """Write the list of files at the end."""
        start = self.size
        self._add(b"".join(map(_listed, self._entries)))
        self._add(_ending(len(self._entries), self.size - start, start))

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the archive."""
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part.pieces()

    def _begin(self, name: str, method: int, crc: int, packed: int, size: int) -> None:
        entry = _Entry(name.encode(), method, crc, packed, size, self.size)
        self._entries.append(entry)
        self._add(_opening(entry))

    def _add(self, part: bytes) -> None:
        self._parts.append(part)
        self.size += len(part)


def pack(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive of these entries."""
    archive = Archive()
    for name, content in entries:
        archive.put(name, content)
    archive.finish()
    return b"".join(archive.pieces())


def again(content: bytes) -> bytes:
    """An archive that a library made, with the times of its entries taken out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return pack((entry.filename, archive.read(entry)) for entry in archive.infolist())


def _opening(entry: _Entry) -> bytes:
    """What stands before the content of a file."""
    large = max(entry.packed, entry.size) >= _FULL
    more = struct.pack("<2H2Q", 1, 16, entry.size, entry.packed) if large else b""
    head = _FILE.pack(
        b"PK\3\4",
        _LARGE if large else _PLAIN,
        _flags(entry),
        entry.method,
        0,
        _DAY,
        entry.crc,
        _FULL if large else entry.packed,
        _FULL if large else entry.size,
        len(entry.name),
        len(more),
    )
    return head + entry.name + more


def _listed(entry: _Entry) -> bytes:
    """The line of a file in the list: numbers too large for their place stand behind its name."""
    size, packed, start = entry.size, entry.packed, entry.start
    version, more = _PLAIN, b""
    if max(size, packed, start) >= _FULL:
        large = [number for number in (size, packed, start) if number >= _FULL]
        version, more = _LARGE, struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large)
        size, packed, start = min(size, _FULL), min(packed, _FULL), min(start, _FULL)
    head = _LISTED.pack(
        b"PK\1\2",
        version,
        _UNIX,
        version,
        _flags(entry),
        entry.method,
        0,
        _DAY,
        entry.crc,
        packed,
        size,
        len(entry.name),
        len(more),
        0,
        0,
        0,
        _MODE,
        start,
    )
    return head + entry.name + more


def _ending(count: int, length: int, start: int) -> bytes:
    """The end of an archive: how many files the list has, how long it is, and where it begins."""
    end = _END.pack(
        b"PK\5\6", 0, 0, min(count, _MANY), min(count, _MANY), min(length, _FULL), min(start, _FULL), 0
    )
    if count < _MANY and length < _FULL and start < _FULL:
        return end
    large = _LARGE_END.pack(
        b"PK\6\6", _LARGE_END.size - 12, _LARGE, _LARGE, 0, 0, count, count, length, start
    )
    return large + _LARGE_PLACE.pack(b"PK\6\7", 0, start + length, 1) + end


def _flags(entry: _Entry) -> int:
    return 0 if entry.name.isascii() else _UTF8
