"""A panellist's secret: wrapped under a passphrase, and the one thing that joins a name to a pseudonym.

From the secret come a pseudonym for each consultation and, for each round, the keys of the panellist's own
sheet. It is also sealed to each custodian, and, for somebody who lost the passphrase, wrapped under a link.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consult.vault import envelope, padding, passphrases, receipts
from consult.vault.envelope import LP, SHUT, EnvelopeError, H, PrivateKey, PublicKey, Type, X, u32
from consult.vault.passphrases import Cost, StaffKey, WrongPassphraseError
from consult.vault.peppers import WorkbenchKeys
from consult.vault.receipts import ReceiptKeys

SECRET = 32
_WRAPPED = "account.panel_secret"
_WRONG = "the name or the passphrase is not right"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberKey:
    """What a member's row holds beside the sign-in; `pepper` is the number of the server's secret."""

    pepper: int
    salt: bytes
    memory_kib: int
    passes: int
    verifier: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBinding:
    """The place that a sheet belongs to."""

    consultation_id: bytes
    round_id: bytes
    lookup: bytes
    rev: int

    def fields(self) -> tuple[bytes | str, ...]:
        """What is bound, behind the purpose."""
        return ("panel_sheet", self.consultation_id, self.round_id, self.lookup, u32(self.rev))


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """The secret of a panellist who is here, and what comes from it."""

    raw: bytes = field(repr=False)

    def pseudonym(self, consultation_id: bytes) -> bytes:
        """Eight bytes that join a panellist's rounds; they stand inside sealed answers only."""
        return X(self.raw, b"consult/v1/panel/pseudonym" + consultation_id)[:8]

    def of_round(self, round_id: bytes) -> ReceiptKeys:
        """The keys of one round: one finds the sheet, one opens it."""
        return receipts.round_keys(self.raw, round_id)


class PanelVault:
    """What the workbench does with panellists' secrets."""

    def __init__(self, keys: WorkbenchKeys, cost: Cost) -> None:
        self._keys = keys
        self._cost = cost

    def sign_ins(self, consultation_id: bytes, name: str) -> tuple[bytes, ...]:
        """What finds a member by the name typed at the door: the present server secret's first."""
        plain = " ".join(name.split()).casefold()
        numbers = sorted(self._keys.staffs, key=lambda number: number != self._keys.number)
        return tuple(
            hmac.new(
                self._keys.staff_of(number), LP("consult/v1/email", consultation_id, plain), "sha256"
            ).digest()
            for number in numbers
        )

    def new_key(self, passphrase: str, member_id: bytes, secret: Secret) -> MemberKey:
        """The secret under a passphrase. Raises WeakPassphraseError, or TooManyError of the slow hash."""
        passphrases.require_strong(passphrase)
        salt, cost = os.urandom(16), self._cost
        auth, kek = passphrases.stretch(passphrase, salt, self._keys.staff, cost)
        return MemberKey(
            pepper=self._keys.number,
            salt=salt,
            memory_kib=cost.memory_kib,
            passes=cost.passes,
            verifier=H(auth),
            wrapped=envelope.seal(Type.WRAPPED_KEY, kek, secret.raw, _WRAPPED, member_id),
        )

    def open_key(self, passphrase: str, member_id: bytes, key: MemberKey) -> Secret:
        """The secret again. Raises WrongPassphraseError; EnvelopeError for a row that was changed."""
        cost = Cost(memory_kib=key.memory_kib, passes=key.passes)
        auth, kek = passphrases.stretch(passphrase, key.salt, self._keys.staff_of(key.pepper), cost)
        if not hmac.compare_digest(H(auth), key.verifier):
            raise WrongPassphraseError(_WRONG)
        return Secret(raw=envelope.unseal(Type.WRAPPED_KEY, kek, key.wrapped, _WRAPPED, member_id))

    def refuse_unknown(self, passphrase: str, name: str) -> None:
        """The same work for a name that nobody has. Always raises WrongPassphraseError."""
        passphrases.refuse_unknown(passphrase, name, self._keys.staff, self._cost)


def new_secret() -> Secret:
    """A fresh secret."""
    return Secret(raw=os.urandom(SECRET))


def new_link() -> str:
    """The part of an address that lets one person in once: 256 random bits."""
    return os.urandom(SECRET).hex()


def link_hash(link: str) -> bytes:
    """What is kept of a link that was not used yet. Raises EnvelopeError for what is none."""
    return H(_link(link))


def hand_over(secret: Secret, link: str, member_id: bytes) -> bytes:
    """The secret for the bearer of a link: for somebody who lost the passphrase."""
    return envelope.seal(Type.WRAPPED_KEY, _link_key(link), secret.raw, _WRAPPED, member_id)


def take_over(blob: bytes, link: str, member_id: bytes) -> Secret:
    """The secret that a link hands over. Raises EnvelopeError."""
    return Secret(raw=envelope.unseal(Type.WRAPPED_KEY, _link_key(link), blob, _WRAPPED, member_id))


def to_custodian(
    public: PublicKey, secret: Secret, consultation_id: bytes, member_id: bytes, grantee_id: bytes
) -> bytes:
    """The secret, sealed to a custodian."""
    fields = ("panel_key", consultation_id, member_id, grantee_id)
    return envelope.seal_to(Type.GRANT, public, secret.raw, *fields)


def from_custodian(holder: StaffKey, consultation_id: bytes, member_id: bytes, blob: bytes) -> Secret:
    """The secret, with the key of a custodian who has unlocked. Raises EnvelopeError."""
    fields = ("panel_key", consultation_id, member_id, holder.account_id)
    raw = envelope.unseal_with(Type.GRANT, PrivateKey(holder.private), blob, *fields)
    if len(raw) != SECRET:
        raise EnvelopeError(SHUT)
    return Secret(raw=raw)


def seal_sheet(key: bytes, binding: SheetBinding, content: Mapping[str, Any]) -> bytes:
    """A panellist's own answers under the key of their round. Raises TooLargeError."""
    return envelope.seal(Type.DRAFT, key, padding.pad(content, padding.BODIES), *binding.fields())


def open_sheet(key: bytes, binding: SheetBinding, blob: bytes) -> dict[str, Any]:
    """The answers again. Raises EnvelopeError."""
    return padding.unpad(envelope.unseal(Type.DRAFT, key, blob, *binding.fields()), padding.BODIES)


def _link(link: str) -> bytes:
    try:
        raw = bytes.fromhex(link)
    except ValueError:
        raise EnvelopeError("not a link") from None
    if len(raw) != SECRET:
        raise EnvelopeError("not a link")
    return raw


def _link_key(link: str) -> bytes:
    return X(_link(link), "consult/v1/panel/link")
