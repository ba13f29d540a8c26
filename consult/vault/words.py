"""The frozen list of 2,048 words for codes and passphrases: a word's line number is its value for ever.

Plain English words of 3 to 8 letters, unlike in sound, each known by its first four letters, and screened: a
code
is read in a bad hour, perhaps aloud.
"""

from __future__ import annotations

from importlib import resources

_PREFIX = 4
LIST: tuple[str, ...] = tuple(
    (resources.files("consult.vault") / "words.txt").read_text(encoding="ascii").split()
)
_NUMBERS = {word[:_PREFIX]: number for number, word in enumerate(LIST)}


def find(typed: str) -> int | None:
    """The number of a word, or of its first four letters; None for any other text."""
    number = _NUMBERS.get(typed[:_PREFIX])
    if number is None or typed not in {LIST[number], LIST[number][:_PREFIX]}:
        return None
    return number
