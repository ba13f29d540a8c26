"""Open files of this process that have no name: what lies in the scratch folder while a file is made."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def nameless() -> set[Path]:
    """Where each of them can be read."""
    found = set()
    for handle in list(Path("/proc/self/fd").iterdir()):
        with suppress(FileNotFoundError):  # the list itself was open while it was made
            if str(handle.readlink()).endswith("(deleted)"):
                found.add(handle)
    return found
