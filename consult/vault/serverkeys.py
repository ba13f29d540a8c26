"""The key file itself: made once, read at start, and never half-written.

    whole   {"format": 2, "peppers": {"1": hex, ..}}
    half    {"format": 2, "derived": {"1": {label: hex}, ..}}    one application's: no secret comes out of it

Files of format 1 (one list of secrets, or the derived keys of one) are read as well. What is written goes
into a new file beside, is brought to disk, and takes the name in one step: a machine that stops in between
keeps the old file whole.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consult.vault.peppers import (
    FIRST,
    SECRET,
    IntakeKeys,
    KeyFileError,
    ServerKeys,
    WorkbenchKeys,
    as_bytes,
    as_printed,
    derive,
    derive_numbered,
    public_key_mac,
)

__all__ = [
    "FIRST",
    "IntakeKeys",
    "KeyFileError",
    "ServerKeys",
    "WorkbenchKeys",
    "add",
    "as_bytes",
    "create",
    "derive",
    "drop",
    "public_key_mac",
    "read",
    "restore",
    "write_half",
]

_FORMAT = 2


def create(path: Path) -> str:
    """Make a first secret in a file that only its owner can read; returns it in base32 for the safe.

    Raises KeyFileError when there is a file already: an old secret is never written over.
    """
    pepper = os.urandom(SECRET)
    _write(path, _whole({FIRST: pepper}), replace=False)
    return as_printed(pepper)


def add(path: Path) -> tuple[int, str]:
    """Add a secret to a whole file and make it the present one; returns its number and its base32.

    Raises KeyFileError for a half, or when another command is at work on the file.
    """
    pepper = os.urandom(SECRET)
    with _Beside(path) as beside:
        peppers = _peppers(path)
        number = max(peppers) + 1
        beside.take(_whole({**peppers, number: pepper}))
    return number, as_printed(pepper)


def drop(path: Path, number: int) -> None:
    """Take an old secret out of a whole file. Whether a row still names it is for the caller to know.

    Raises KeyFileError for the present one, and for one that is not there.
    """
    with _Beside(path) as beside:
        peppers = _peppers(path)
        if number not in peppers:
            raise KeyFileError(f"{path} holds no secret number {number}")
        if number == max(peppers):
            raise KeyFileError(f"secret number {number} is the present one and stays")
        beside.take(_whole({kept: pepper for kept, pepper in peppers.items() if kept != number}))


def restore(path: Path, peppers: Mapping[int, bytes]) -> None:
    """Make a file again from its printed secrets. Raises KeyFileError when there is a file already, or none
    were typed."""
    if not peppers:
        raise KeyFileError("no secret was typed: nothing was written")
    _write(path, _whole(peppers), replace=False)


def write_half(path: Path, keys: ServerKeys, application: str, *, replace: bool = False) -> None:
    """A key file with what "intake" or "workbench" needs and no more: no secret is in it.

    Raises KeyFileError when there is a file already and `replace` is not said, or when `keys` are a half
    themselves and lack some.
    """
    held = {
        str(number): {label: key.hex() for label, key in labels.items()}
        for number, labels in keys.half(application).items()
    }
    _write(path, {"format": _FORMAT, "derived": held}, replace=replace)


def read(path: Path) -> ServerKeys:
    """The keys in a file. Raises KeyFileError with what to do."""
    content = _content(path)
    try:
        if "derived" in content:
            return ServerKeys(derived=_derived(content["derived"]))
        return derive_numbered(_numbered(content["peppers"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a key file") from error


def _content(path: Path) -> dict[str, Any]:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"the key file {path} cannot be read: make one with `consult init`") from error
    if mode & _unwanted(path):
        raise KeyFileError(f"other people can read the key file {path}: run `chmod 600` on it")
    try:
        content = json.loads(text)
    except ValueError as error:
        raise KeyFileError(f"{path} is not a key file") from error
    if not isinstance(content, dict):
        raise KeyFileError(f"{path} is not a key file")
    return content


def _unwanted(path: Path) -> int:
    """The bits of a mode that let others in. systemd keeps its credentials in a folder that it guards itself,
    and may let the service's user read by way of the group."""
    guarded = os.environ.get("CREDENTIALS_DIRECTORY")
    if guarded and path.parent == Path(guarded):
        return stat.S_IWGRP | stat.S_IXGRP | stat.S_IRWXO
    return stat.S_IRWXG | stat.S_IRWXO


def _peppers(path: Path) -> dict[int, bytes]:
    content = _content(path)
    if "peppers" not in content:
        raise KeyFileError(
            f"{path} is one application's half and holds no secret: do this with the whole key file"
        )
    try:
        return _numbered(content["peppers"])
    except (ValueError, TypeError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a key file") from error


def _numbered(peppers: Any) -> dict[int, bytes]:
    if isinstance(peppers, list):  # format 1
        peppers = {str(number): pepper for number, pepper in enumerate(peppers, start=FIRST)}
    found = {int(number): bytes.fromhex(pepper) for number, pepper in peppers.items()}
    if not found or min(found) < FIRST or any(len(pepper) != SECRET for pepper in found.values()):
        raise ValueError("no secrets")
    return found


def _derived(content: Any) -> dict[int, dict[str, bytes]]:
    if all(isinstance(key, str) for key in content.values()):  # format 1
        content = {str(FIRST): content}
    found = {
        int(number): {label: bytes.fromhex(key) for label, key in labels.items()}
        for number, labels in content.items()
    }
    if not found or not all(found.values()):
        raise ValueError("no keys")
    return found


def _whole(peppers: Mapping[int, bytes]) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "peppers": {str(number): pepper.hex() for number, pepper in sorted(peppers.items())},
    }


def _write(path: Path, content: dict[str, object], *, replace: bool) -> None:
    with _Beside(path) as beside:
        if path.exists() and not replace:
            raise KeyFileError(f"{path} exists already and is left as it is")
        beside.take(content)


class _Beside:
    """The new file beside the old one. While it is there nobody else can begin: two would lose a secret."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new = path.with_name(path.name + ".new")

    def __enter__(self) -> _Beside:
        try:
            self._handle = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise KeyFileError(
                f"{self._new} is there: another command is writing the key file, or was cut off. If none is "
                "running, delete it and begin again"
            ) from error
        except OSError as error:
            raise KeyFileError(f"{self._path} cannot be written: make its folder first") from error
        return self

    def take(self, content: dict[str, object]) -> None:
        """Bring the content to disk and let it take the name of the file."""
        os.write(self._handle, (json.dumps(content) + "\n").encode("ascii"))
        os.fsync(self._handle)
        self._new.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)
        self._new.unlink(missing_ok=True)
