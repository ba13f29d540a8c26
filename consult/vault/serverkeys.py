"""The server's secret: a key file outside the database and its backups, and what is derived from it.

Each application gets only what it needs. Losing the file kills every code and passphrase; recovery shares
still open responses.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from consult.faults import Fault
from consult.vault.envelope import LP, X, u32

_FORMAT = 1
_SECRET = 32
_HALVES = {
    "intake": ("receipt", "form", "integrity", "flask/intake"),
    "workbench": ("staff", "integrity", "flask/workbench"),
}
_LABELS = ("receipt", "form", "staff", "integrity", "flask/intake", "flask/workbench", "flask/combined")


class KeyFileError(Fault):
    """The key file is missing, unreadable, readable by others, or not a key file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeKeys:
    """What the process that takes answers needs: nothing here opens a sealed response."""

    receipt: bytes = field(repr=False)
    form: bytes = field(repr=False)
    integrity: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchKeys:
    """What the team's process needs."""

    staff: bytes = field(repr=False)
    integrity: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKeys:
    """Derived keys by label; a split file holds only one application's."""

    derived: dict[str, bytes] = field(repr=False)

    @property
    def application(self) -> str:
        """Whose keys these are: "combined" for a whole secret, else "intake" or "workbench"."""
        return (
            "combined"
            if "flask/combined" in self.derived
            else "workbench"
            if "staff" in self.derived
            else "intake"
        )

    @property
    def intake(self) -> IntakeKeys:
        """Raises KeyFileError when the file is the other application's half."""
        return IntakeKeys(receipt=self.get("receipt"), form=self.get("form"), integrity=self.get("integrity"))

    @property
    def workbench(self) -> WorkbenchKeys:
        """Raises KeyFileError when the file is the other application's half."""
        return WorkbenchKeys(staff=self.get("staff"), integrity=self.get("integrity"))

    @property
    def form(self) -> bytes:
        """The key of public forms; the workbench has none and makes do with one of its own."""
        return self.derived.get("form") or X(self.get("staff"), "consult/v1/form/staff")

    def flask_secret(self, application: str) -> bytes:
        """The secret that signs form tokens of one application."""
        return self.get(f"flask/{application}")

    def get(self, label: str) -> bytes:
        """One derived key. Raises KeyFileError when the file does not hold it."""
        if label not in self.derived:
            raise KeyFileError(f"this key file does not hold the {label} key: it is another application's")
        return self.derived[label]


def derive(pepper: bytes) -> ServerKeys:
    """All keys of a whole pepper."""
    return ServerKeys(derived={label: X(pepper, f"consult/v1/pepper/{label}") for label in _LABELS})


def create(path: Path) -> str:
    """Make a new secret in a file that only its owner can read; returns it in base32 for the safe.

    Raises KeyFileError when there is a file already: an old secret is never written over.
    """
    pepper = os.urandom(_SECRET)
    _write(path, {"format": _FORMAT, "peppers": [pepper.hex()]})
    return base64.b32encode(pepper).decode().rstrip("=")


def write_half(path: Path, keys: ServerKeys, application: str) -> None:
    """A key file with what "intake" or "workbench" needs and no more: the secret itself is not in it.

    Raises KeyFileError when there is a file already, or when `keys` are a half themselves and lack some.
    """
    held = {label: keys.get(label).hex() for label in _HALVES[application]}
    _write(path, {"format": _FORMAT, "derived": held})


def _write(path: Path, content: dict[str, object]) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(f"{path} exists already and is left as it is") from error
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: make its folder first") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(json.dumps(content) + "\n")


def read(path: Path) -> ServerKeys:
    """The keys in a file. Raises KeyFileError with what to do."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be read: make one with `consult init`") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(f"other people can read the key file {path}: run `chmod 600` on it")
    try:
        content = json.loads(text)
        if "derived" in content:
            return ServerKeys(derived={k: bytes.fromhex(v) for k, v in content["derived"].items()})
        return derive(bytes.fromhex(content["peppers"][-1]))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a key file") from error


def public_key_mac(integrity: bytes, table: str, owner_id: bytes, epoch: int, public: bytes) -> bytes:
    """Proof that a stored public key was put there by the service and not by way of the database."""
    message = LP("consult/v1/public-key", table, owner_id, u32(epoch), public)
    return hmac.new(integrity, message, "sha256").digest()
