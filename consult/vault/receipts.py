"""The code of eight words: 80 random bits and a check byte, shown once, stored nowhere.

From it and the consultation's salt come three keys: one to find the row, one for drafts, one for the pointer
to the response. Nothing else joins a code and a response.
"""

from __future__ import annotations

import hmac
import os
import re
import unicodedata
from dataclasses import dataclass, field

from consult.faults import Fault
from consult.vault import slow, words
from consult.vault.envelope import X

BYTES = 10
WORDS = 8
MEMORY_KIB, PASSES = 19456, 2
_LABEL = "consult/receipt/v1"
_POLYNOMIAL, _INITIAL = 0x1D, 0xFF  # catches 99.66 % of wrong words; the common 0x07 misses more swaps


class UnreadableCodeError(Fault):
    """What was typed cannot be a code."""


@dataclass(frozen=True, slots=True)
class Code:
    """The ten bytes of a code."""

    raw: bytes = field(repr=False)

    @property
    def words(self) -> str:
        """Eight words with spaces between."""
        return " ".join(words.LIST[number] for number in words.numbers(self._checked()))

    @property
    def digits(self) -> str:
        """Eight groups of four digits."""
        return " ".join(f"{number:04d}" for number in words.numbers(self._checked()))

    def _checked(self) -> bytes:
        return self.raw + bytes([check_byte(self.raw)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptKeys:
    """What comes from a code, and all that the service ever works with."""

    lookup: bytes = field(repr=False)
    draft: bytes = field(repr=False)
    pointer: bytes = field(repr=False)

    def lead_to(self, lookup: bytes) -> bool:
        """Whether these are the keys of the code with this lookup value."""
        return hmac.compare_digest(self.lookup, lookup)


def new() -> Code:
    """A fresh code."""
    return Code(os.urandom(BYTES))


def check_byte(raw: bytes) -> int:
    """CRC-8 with polynomial 0x1D, initial 0xFF, not reflected, no final xor."""
    value = _INITIAL
    for byte in raw:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ _POLYNOMIAL if value & 0x80 else value << 1) & 0xFF
    return value


def parse(typed: str) -> Code:
    """A code from words, their first four letters, or digits, whatever stands between.

    Raises UnreadableCodeError with a reason that people can read.
    """
    plain = unicodedata.normalize("NFKC", typed).casefold()
    parts = re.findall(r"[^\W\d_]+|\d+", plain)
    if all(part.isdecimal() for part in parts):
        joined = "".join(parts)
        parts = [joined[place : place + 4] for place in range(0, len(joined), 4)]
    if len(parts) != WORDS:
        raise UnreadableCodeError(f"a code has eight words; this has {len(parts)}")
    whole = 0
    for place, part in enumerate(parts, start=1):
        whole = whole << words.BITS | _number(part, place)
    raw = whole.to_bytes(BYTES + 1, "big")
    if check_byte(raw[:BYTES]) != raw[BYTES]:
        raise UnreadableCodeError("one of the words is not the right one")
    return Code(raw[:BYTES])


def is_word(spelled: str, place: int, typed: str) -> bool:
    """Whether `typed` is the word at a place (from 0) of a code in words: whole, its first letters, or its
    number."""
    plain = unicodedata.normalize("NFKC", typed).casefold().strip()
    try:
        return _number(plain, place + 1) == words.find(spelled.split()[place])
    except UnreadableCodeError:
        return False


def derive(code: Code, salt: bytes, pepper: bytes) -> ReceiptKeys:
    """The three keys of a code in one consultation. Slow on purpose. Raises slow.TooManyError."""
    key = slow.argon2id(code.raw, salt, memory_kib=MEMORY_KIB, passes=PASSES, label=_LABEL, pepper=pepper)
    return keys_from(key)


def keys_from(key: bytes) -> ReceiptKeys:
    """Lookup, draft key and pointer key."""
    return ReceiptKeys(
        lookup=X(key, "consult/v1/receipt/lookup"),
        draft=X(key, "consult/v1/receipt/draft"),
        pointer=X(key, "consult/v1/receipt/pointer"),
    )


def round_keys(panel_secret: bytes, round_id: bytes) -> ReceiptKeys:
    """A panellist's keys for one round: from the secret behind their passphrase, so not slow again."""
    return keys_from(X(panel_secret, b"consult/v1/panel/round" + round_id))


def _number(part: str, place: int) -> int:
    if part.isdecimal():
        number = int(part)
        if len(part) == 4 and number < len(words.LIST):
            return number
    elif (found := words.find(part)) is not None:
        return found
    raise UnreadableCodeError(f"word {place} is not one that we use")
