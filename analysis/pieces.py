"""Text cut into the pieces that the model of meaning knows, each with its place in the text.

Knows the vocabulary beside it (`wordpiece.txt`: 30,522 pieces of BERT uncased, Google, Apache-2.0; a piece's
line is its number) and the signs of Unicode. The method is WordPiece: a word is cut into the longest pieces
that are known, from its start (Wu and others, arXiv 1609.08144). Written out here because the usual package
brings a client for a network service with it. What somebody writes is text: "[CLS]" is five signs.
"""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
# A longer run of signs is no word.
LONGEST_WORD = 100
_GOES_ON = "##"
_UNWRITTEN = {"Cc", "Cf", "Co", "Cs"}


class VocabularyError(ValueError):
    """The vocabulary is not the one that belongs to the model."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece's number, and the code points of the text that it stands for, end exclusive."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Vocabulary:
    """The numbers of all pieces; `opens`, `closes` and `unknown` are those of [CLS], [SEP] and [UNK]."""

    numbers: Mapping[str, int]
    opens: int
    closes: int
    unknown: int

    def pieces(self, text: str) -> list[Piece]:
        """The pieces of a text in order, without the opening and closing one."""
        found: list[Piece] = []
        for word, places in _words(text):
            for number, start, end in self._cut(word):
                found.append(Piece(number, places[start], places[end - 1] + 1))
        return found

    def _cut(self, word: str) -> tuple[tuple[int, int, int], ...]:
        kept = self._cuts.get(word)
        if kept is None:
            kept = self._cuts[word] = self._longest_first(word)
        return kept

    @functools.cached_property
    def _cuts(self) -> dict[str, tuple[tuple[int, int, int], ...]]:
        return {}

    def _longest_first(self, word: str) -> tuple[tuple[int, int, int], ...]:
        whole = ((self.unknown, 0, len(word)),)
        if len(word) > LONGEST_WORD:
            return whole
        found: list[tuple[int, int, int]] = []
        start = 0
        while start < len(word):
            lead = _GOES_ON if start else ""
            ends = (end for end in range(len(word), start, -1) if lead + word[start:end] in self.numbers)
            end = next(ends, None)
            if end is None:  # one part unknown: the whole word is
                return whole
            found.append((self.numbers[lead + word[start:end]], start, end))
            start = end
        return tuple(found)


@functools.cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the model, its hash verified; raises `VocabularyError`."""
    kept = files("analysis").joinpath("wordpiece.txt").read_bytes()
    if hashlib.sha256(kept).hexdigest() != VOCABULARY_SHA256:
        raise VocabularyError("The vocabulary of the model was changed.")
    numbers = {piece: number for number, piece in enumerate(kept.decode().split("\n")[:-1])}
    return Vocabulary(
        numbers=numbers, opens=numbers["[CLS]"], closes=numbers["[SEP]"], unknown=numbers["[UNK]"]
    )


def _words(text: str) -> Iterator[tuple[str, list[int]]]:
    """Small letters without accents, cut at white space and around signs; with the place of each."""
    word: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for plain, alone in _plain(sign):
            if (alone or not plain) and word:
                yield "".join(word), places
                word, places = [], []
            if alone:
                yield plain, [place]
            elif plain:
                word.append(plain)
                places.append(place)
    if word:
        yield "".join(word), places


@functools.lru_cache(maxsize=4096)
def _plain(sign: str) -> tuple[tuple[str, bool], ...]:
    """What becomes of one sign: letters of a word, signs that stand alone, or ("", False) for a break.

    Nothing at all for what is not written: control signs, marks over letters.
    """
    if sign.isspace():
        return (("", False),)
    if sign in "\0\ufffd" or unicodedata.category(sign) in _UNWRITTEN:
        return ()
    found: list[tuple[str, bool]] = []
    for part in unicodedata.normalize("NFD", sign):
        if unicodedata.category(part) == "Mn":
            continue
        if _stands_alone(part):
            found.append((part, True))
        else:
            found += [(letter, False) for letter in part.lower()]
    return tuple(found)


def _stands_alone(sign: str) -> bool:
    """Punctuation, other signs of ASCII, and Chinese characters."""
    code = ord(sign)
    if code < 128:
        return not sign.isalnum() and sign > " "
    ideograph = 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF
    return ideograph or 0x20000 <= code <= 0x2FA1F or unicodedata.category(sign).startswith("P")
