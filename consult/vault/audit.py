"""The chain of the staff log: each entry hashed with all before it, its mac by a key that then moves on."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from consult.vault import words
from consult.vault.envelope import LP, H, J

FIRST = bytes(32)
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


def first_broken(rows: Iterable[Row]) -> int | None:
    """The first place where the chain does not hold, or None. Needs no key."""
    previous = FIRST
    for place, row in enumerate(rows, start=1):
        expected = H(LP(previous, J(asdict(row.entry)), row.mac))
        if row.entry.seq != place or not hmac.compare_digest(expected, row.hash):
            return place
        previous = row.hash
    return None


def first_forged(rows: Iterable[Row], first_key: bytes) -> int | None:
    """The first place whose hash or mac does not hold, or None. Needs the first key of the chain."""
    previous, key = FIRST, first_key
    for place, row in enumerate(rows, start=1):
        link = append(previous, key, row.entry)
        genuine = hmac.compare_digest(link.mac, row.mac) and hmac.compare_digest(link.hash, row.hash)
        if row.entry.seq != place or not genuine:
            return place
        previous, key = row.hash, link.next_key
    return None


def spoken(head: bytes) -> str:
    """The first 88 bits of a head in eight words, to be compared by voice or on paper."""
    return " ".join(words.LIST[number] for number in words.numbers(head[:_SPOKEN_BYTES]))
