"""The chain of the staff log: each entry hashed with all before it, its mac by a key that then moves on."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from consult.vault import envelope, words
from consult.vault.envelope import LP, EnvelopeError, H, J, PrivateKey, PublicKey, Type

FIRST = bytes(32)
KEY = 32
_SPOKEN_BYTES = 11
_EVOLVE = b"consult/v1/audit/evolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act: who did what to which thing on which day."""

    seq: int
    date: str
    actor: str
    action: str
    object: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is stored beside an entry, and the key for the next one."""

    mac: bytes
    hash: bytes
    next_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry as stored."""

    entry: Entry
    mac: bytes
    hash: bytes


def new_key() -> bytes:
    """The first key of a chain."""
    return os.urandom(32)


def append(previous: bytes, key: bytes, entry: Entry) -> Link:
    """The link of a new entry. The caller destroys `key`."""
    content = J(asdict(entry))
    mac = hmac.new(key, LP(previous, content), "sha256").digest()
    return Link(mac=mac, hash=H(LP(previous, content, mac)), next_key=evolve(key))


def evolve(key: bytes) -> bytes:
    """The key of the next entry. From it the old one cannot be had, so that old macs cannot be made anew."""
    return H(_EVOLVE + key)


class Walk:
    """Holds the rows of one chain to its rule, one after the other, in constant memory.

    `key` is the first mac key: without it hashes alone are checked. `first` is the number of the first entry.
    """

    def __init__(self, key: bytes | None = None, *, first: int = 1) -> None:
        self.head = FIRST
        self.key = key
        self.expected = first

    def holds(self, row: Row) -> bool:
        """Whether the row is the one that follows; after a row that does not, nothing more can be said."""
        content = J(asdict(row.entry))
        genuine = row.entry.seq == self.expected
        genuine &= hmac.compare_digest(H(LP(self.head, content, row.mac)), row.hash)
        if self.key is not None:
            genuine &= hmac.compare_digest(append(self.head, self.key, row.entry).mac, row.mac)
            self.key = evolve(self.key)
        self.head = row.hash
        self.expected += 1
        return genuine


def first_broken(rows: Iterable[Row]) -> int | None:
    """The first place where the chain does not hold, or None. Needs no key."""
    return _first_wrong(rows, Walk())


def first_forged(rows: Iterable[Row], first_key: bytes) -> int | None:
    """The first place whose hash or mac does not hold, or None. Needs the first key of the chain."""
    return _first_wrong(rows, Walk(first_key))


def _first_wrong(rows: Iterable[Row], walk: Walk) -> int | None:
    return next((place for place, row in enumerate(rows, start=1) if not walk.holds(row)), None)


def seal_first_key(recovery: PublicKey, chain_id: bytes, key: bytes) -> bytes:
    """The first key of a chain, for who joins the shares of the installation's recovery key."""
    return envelope.seal_to(Type.GRANT, recovery, key, "audit_key", chain_id)


def open_first_key(recovery: PrivateKey, chain_id: bytes, sealed: bytes) -> bytes:
    """The first key again. Raises EnvelopeError."""
    key = envelope.unseal_with(Type.GRANT, recovery, sealed, "audit_key", chain_id)
    if len(key) != KEY:
        raise EnvelopeError(envelope.SHUT)
    return key


def spoken(head: bytes) -> str:
    """The first 88 bits of a head in eight words, to be compared by voice or on paper."""
    return " ".join(words.LIST[number] for number in words.numbers(head[:_SPOKEN_BYTES]))


def heard(typed: str) -> bytes | None:
    """The first 11 bytes of a head from its eight words, or None when the text is no head."""
    numbers = [words.find(word) for word in typed.casefold().replace("-", " ").split()]
    if len(numbers) * words.BITS != _SPOKEN_BYTES * 8 or None in numbers:
        return None
    whole = 0
    for number in numbers:
        whole = whole << words.BITS | (number or 0)
    return whole.to_bytes(_SPOKEN_BYTES, "big")
