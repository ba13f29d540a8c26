"""The server's secrets: a key file outside the database and its backups, and what is derived from each.

There may be several secrets (peppers), by number. The highest is the present one, and makes everything new;
an older one stays for as long as a row names it. Each application gets only what it needs. Losing the file
kills every code and passphrase; recovery shares still open responses.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from consult.faults import Fault
from consult.vault.envelope import LP, X, u32

FIRST = 1
SECRET = 32
LABELS = ("receipt", "form", "staff", "integrity", "flask/intake", "flask/workbench", "flask/combined")
HALVES = {
    "intake": ("receipt", "form", "integrity", "flask/intake"),
    "workbench": ("staff", "integrity", "flask/workbench"),
}
"""What each application needs of the present secret."""
OLDER = {"intake": "receipt", "workbench": "staff"}
"""The one key that it needs of an older secret: for codes given then, or for passphrases not typed since."""


class KeyFileError(Fault):
    """The key file is missing, unreadable, readable by others, or not a key file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeKeys:
    """What the process that takes answers needs: nothing here opens a sealed response."""

    number: int
    receipts: Mapping[int, bytes] = field(repr=False)
    form: bytes = field(repr=False)
    integrity: bytes = field(repr=False)

    @property
    def receipt(self) -> bytes:
        """The key of codes under the present secret."""
        return self.receipts[self.number]

    def receipt_of(self, number: int) -> bytes:
        """The key of codes under a numbered secret. Raises KeyFileError."""
        return _of(self.receipts, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchKeys:
    """What the team's process needs. `integrities` of older secrets are there in a whole file alone."""

    number: int
    staffs: Mapping[int, bytes] = field(repr=False)
    integrities: Mapping[int, bytes] = field(repr=False)

    @property
    def staff(self) -> bytes:
        """The key of passphrases and of the server's secrets, from the present secret."""
        return self.staffs[self.number]

    @property
    def integrity(self) -> bytes:
        """The key of public keys' macs, from the present secret."""
        return self.integrities[self.number]

    def staff_of(self, number: int) -> bytes:
        """The key of passphrases under a numbered secret. Raises KeyFileError."""
        return _of(self.staffs, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKeys:
    """Derived keys by number of the secret and by label; a split file holds only one application's."""

    derived: Mapping[int, Mapping[str, bytes]] = field(repr=False)

    @property
    def number(self) -> int:
        """The number of the present secret."""
        return max(self.derived)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Every secret that the file knows of, the oldest first."""
        return tuple(sorted(self.derived))

    @property
    def intake(self) -> IntakeKeys:
        """Raises KeyFileError when the file is the other application's half."""
        return IntakeKeys(
            number=self.number,
            receipts=self._each("receipt"),
            form=self.get("form"),
            integrity=self.get("integrity"),
        )

    @property
    def workbench(self) -> WorkbenchKeys:
        """Raises KeyFileError when the file is the other application's half."""
        return WorkbenchKeys(
            number=self.number, staffs=self._each("staff"), integrities=self._each("integrity")
        )

    @property
    def form(self) -> bytes:
        """The key of public forms; the workbench has none and makes do with one of its own."""
        held = self.derived[self.number].get("form")
        return held or X(self.get("staff"), "consult/v1/form/staff")

    @property
    def application(self) -> str:
        """Whose keys these are: "combined" for a whole secret, else "intake" or "workbench"."""
        held = self.derived[self.number]
        return "combined" if "flask/combined" in held else "workbench" if "staff" in held else "intake"

    def flask_secret(self, application: str) -> bytes:
        """The secret that signs form tokens of one application."""
        return self.get(f"flask/{application}")

    def get(self, label: str) -> bytes:
        """One key of the present secret. Raises KeyFileError when the file does not hold it."""
        held = self.derived[self.number]
        if label not in held:
            raise KeyFileError(f"this key file does not hold the {label} key: it is another application's")
        return held[label]

    def half(self, application: str) -> dict[int, dict[str, bytes]]:
        """What "intake" or "workbench" needs, and no more. Raises KeyFileError when this is a half itself."""
        older = {
            number: {OLDER[application]: keys[OLDER[application]]}
            for number, keys in self.derived.items()
            if number != self.number and OLDER[application] in keys
        }
        return older | {self.number: {label: self.get(label) for label in HALVES[application]}}

    def _each(self, label: str) -> dict[int, bytes]:
        self.get(label)
        return {number: keys[label] for number, keys in self.derived.items() if label in keys}


def derive(pepper: bytes, *others: bytes) -> ServerKeys:
    """All keys of one secret or of several, numbered in this order."""
    return derive_numbered(dict(enumerate((pepper, *others), start=FIRST)))


def derive_numbered(peppers: Mapping[int, bytes]) -> ServerKeys:
    """All keys of each numbered secret."""
    return ServerKeys(
        derived={
            number: {label: X(pepper, f"consult/v1/pepper/{label}") for label in LABELS}
            for number, pepper in peppers.items()
        }
    )


def as_printed(pepper: bytes) -> str:
    """A secret as it is printed for the safe: base32 without filling."""
    return base64.b32encode(pepper).decode().rstrip("=")


def as_bytes(printed: str) -> bytes:
    """A secret from its print, whatever the spaces and the size of the letters. Raises KeyFileError."""
    letters = "".join(printed.split()).upper()
    try:
        pepper = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise KeyFileError("this is not a printed secret: it has 52 letters and digits 2 to 7") from error
    if len(pepper) != SECRET:
        raise KeyFileError("this is not a printed secret: it has 52 letters and digits 2 to 7")
    return pepper


def public_key_mac(integrity: bytes, table: str, owner_id: bytes, epoch: int, public: bytes) -> bytes:
    """Proof that a stored public key was put there by the service and not by way of the database."""
    message = LP("consult/v1/public-key", table, owner_id, u32(epoch), public)
    return hmac.new(integrity, message, "sha256").digest()


def _of(keys: Mapping[int, bytes], number: int) -> bytes:
    if number not in keys:
        raise KeyFileError(
            f"the key file does not hold the server's secret number {number}, which a row names: put back a "
            "key file that has it"
        )
    return keys[number]
