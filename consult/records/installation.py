"""The installation's own recovery key: what backups and the first keys of the staff log are sealed to.

Its private half is nowhere: enough people with shares on paper make it again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from consult.models.key import KeyOwner, PublicKey
from consult.vault import envelope, shares
from consult.vault.opening import WorkbenchVault

_OWNER, _EPOCH = shares.INSTALLATION, 0


def public_key(session: Session, vault: WorkbenchVault) -> envelope.PublicKey | None:
    """The key to seal to, or None before there is one. Raises EnvelopeError when it is not our own."""
    stored = session.get(PublicKey, (KeyOwner.RECOVERY, _OWNER, _EPOCH))
    if stored is None:
        return None
    return vault.genuine(str(KeyOwner.RECOVERY), _OWNER, _EPOCH, stored.pub, stored.mac)


def joined(key_id: bytes, typed: Sequence[str]) -> envelope.PrivateKey:
    """The private half of the key with this name, from typed shares; needs no database. Raises ShareError."""
    secret = shares.join([shares.read(text) for text in typed], _OWNER, key_id)
    return envelope.PrivateKey(shares.recovery_private(secret, _OWNER))


def threshold(typed: str) -> int:
    """How many shares are needed, from one of them. Raises ShareError."""
    return shares.read(typed).threshold
