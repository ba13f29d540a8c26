"""Lists of first names, surnames, British places and usual words, for marks of what could tell who it is.

Knows the text files beside it, which are part of the package (`analysis/licences.txt` says where they come
from), and reads nothing else. All words are folded: small letters, without accents.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.resources import files

_SMALL_WORD = re.compile(r"(?<![\w'\u2019-])[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What is known of words.

    common: usual words, which are names only where something says so (Will, Grace, Reading); capitals: words
    that are written large and tell nothing of anybody (Monday, Welsh); titles and relations: what stands
    before a name (Mrs, brother); said: words that the answers at hand
    write small; longest: the most words in the name of a place.
    """

    first_names: frozenset[str]
    surnames: frozenset[str]
    places: frozenset[str]
    common: frozenset[str]
    capitals: frozenset[str]
    titles: frozenset[str]
    relations: frozenset[str]
    said: frozenset[str] = frozenset()
    longest: int = 1

    def knowing(self, texts: Iterable[str]) -> Lists:
        """The same lists, and the words that these texts write small."""
        return replace(self, said=self.said.union(*(written_small(text) for text in texts)))


@functools.cache
def load() -> Lists:
    """The lists of this package."""
    places = _read("places.txt") | _read("areas.txt")
    return Lists(
        first_names=_read("first-names.txt") | _read("more-first-names.txt"),
        surnames=_read("surnames.txt"),
        places=places,
        common=_read("common-words.txt"),
        capitals=_read("capitals.txt"),
        titles=_read("titles.txt"),
        relations=_read("relations.txt"),
        longest=max(len(place.split()) for place in places),
    )


def fold(word: str) -> str:
    """Small letters, straight apostrophes, no accents."""
    apart = unicodedata.normalize("NFD", word.replace("\u2019", "'").casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def written_small(text: str) -> set[str]:
    """The words that a text writes without a capital, folded."""
    return {fold(match.group()) for match in _SMALL_WORD.finditer(text) if match.group().islower()}


def _read(name: str) -> frozenset[str]:
    lines = files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
