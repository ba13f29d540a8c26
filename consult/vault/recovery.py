"""A recovery key: made from a secret that is then on paper alone, and tried while the secret is in memory.

It knows shares and key pairs. Whom the key is for, and what was granted to it, is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from consult.vault import shares
from consult.vault.envelope import EnvelopeError, PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecovery:
    """A fresh recovery key. `private` and `shares` are for this moment: nothing may store either."""

    public: bytes
    private: bytes = field(repr=False)
    shares: tuple[str, ...] = field(repr=False)
    threshold: int


def joined(typed: Sequence[str], owner_id: bytes, key_id: bytes) -> bytes:
    """The private recovery key (96 bytes) that `key_id` names, from typed shares, empty texts passed over.

    It must not be stored. Raises TypedSharesError or ShareError.
    """
    return shares.recovery_private(shares.join(shares.read_all(typed, key_id), owner_id, key_id), owner_id)


def new(owner_id: bytes, scheme: tuple[int, int] = shares.SCHEMES[0]) -> NewRecovery:
    """A key for a consultation, or with `shares.INSTALLATION` for the installation, and its shares as text.

    `scheme` is how many of how many people: one of `shares.SCHEMES`, else ValueError. Every group of people
    that shall be able to make the key again is tried, from the very text that is shown. Raises EnvelopeError
    should one of them fail.
    """
    threshold, people = scheme
    secret = shares.new_secret()
    private = shares.recovery_private(secret, owner_id)
    pair = PrivateKey(private)
    texts = tuple(share.text for share in shares.split(secret, pair.id, threshold, people))
    for group in combinations(texts, threshold):
        if shares.join([shares.read(text) for text in group], owner_id, pair.id) != secret:
            raise EnvelopeError("these shares do not make their key again")
    return NewRecovery(public=pair.public, private=private, shares=texts, threshold=threshold)
