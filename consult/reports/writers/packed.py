"""Archives that are the same each time: no time of this machine, entries in their order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable


def pack(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip archive of these entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def again(content: bytes) -> bytes:
    """An archive that a library made, with the times of its entries taken out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return pack((entry.filename, archive.read(entry)) for entry in archive.infolist())
