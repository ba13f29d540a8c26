"""The frozen list of 2,048 words for codes and passphrases: a word's line number is its value for ever.

Plain English words of 3 to 8 letters, unlike in sound, each known by its first four letters, and screened: a
code is read in a bad hour, perhaps aloud. How they were chosen, and how a list in another language would be:
docs/crypto-inventory.md.
"""

from __future__ import annotations

from importlib import resources

BITS = 11
"""What one word carries."""
_PREFIX = 4
LIST: tuple[str, ...] = tuple(
    (resources.files("consult.vault") / "words.txt").read_text(encoding="ascii").split()
)
_NUMBERS = {word[:_PREFIX]: number for number, word in enumerate(LIST)}


def numbers(raw: bytes) -> list[int]:
    """Bytes as words' numbers, cut from the top into elevens of bits; what does not fill one is left out."""
    whole, count = int.from_bytes(raw, "big"), len(raw) * 8 // BITS
    spare = len(raw) * 8 - count * BITS
    return [whole >> spare + BITS * place & (1 << BITS) - 1 for place in reversed(range(count))]


def find(typed: str) -> int | None:
    """The number of a word, or of its first four letters; None for any other text."""
    number = _NUMBERS.get(typed[:_PREFIX])
    if number is None or typed not in {LIST[number], LIST[number][:_PREFIX]}:
        return None
    return number
