"""The files of an SQLite database: made for their owner alone, whatever the mask of the process says.

The content is sealed, but the folder's list tells when the database's log last grew: when somebody answered.
A folder with the set-group-id bit is shared on purpose, by the two system users of a split installation.
"""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from consult.faults import Fault

logger = logging.getLogger(__name__)

_BESIDE = ("", "-wal", "-shm", "-journal", ".lock")


class OpenToOthersError(Fault):
    """People who do not run the service can look into the database's folder, or read a file of it."""


def keep_private(engine: Engine, file: Path) -> None:
    """Mend what others can read, and see to it that a new file is made for its owner alone.

    Raises OpenToOthersError for a folder that others can look into, or a file that cannot be mended.
    """
    if file.parent.is_dir():
        unwanted = _unwanted(file.parent)
        if file.parent.stat().st_mode & unwanted:
            raise OpenToOthersError(
                f"other people can look into {file.parent.resolve()}: give the database a folder of its own "
                "and run `chmod 700` on it"
            )
        for beside in _BESIDE:
            _mend(file.with_name(file.name + beside), unwanted)

    @event.listens_for(engine, "do_connect")
    def make(*_asked: Any) -> None:
        # SQLite itself would take the process's mask, which lets others read.
        if file.parent.is_dir() and not file.exists():
            _make(file)


def _unwanted(folder: Path) -> int:
    """The bits of a mode that nobody but the service's users should have."""
    shared = folder.stat().st_mode & stat.S_ISGID
    return stat.S_IRWXO if shared else stat.S_IRWXG | stat.S_IRWXO


def _mend(file: Path, unwanted: int) -> None:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & unwanted:
            file.chmod(mode & ~unwanted)
            logger.warning("others could read the database's files: they are now closed to them")
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise OpenToOthersError(
            f"other people can read {file.resolve()}: its owner should run `chmod 600` on it"
        ) from error


def _make(file: Path) -> None:
    mode = 0o666 & ~_unwanted(file.parent)
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return  # another process was first, or SQLite will say what is wrong
    os.fchmod(handle, mode)
    os.close(handle)
