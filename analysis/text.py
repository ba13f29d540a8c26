"""Preparing free text: the text of record, sentences, phrases, and answers without content.

Knows strings. All places are code points of the text of record, end exclusive. Nothing here needs any of the
files that NLTK can download: Punkt runs untrained, with abbreviations given below.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

# Raise when normalise changes what it returns: stored places refer to the text that one version made.
TEXT_VERSION = 1

# More than thirty parts come from pasted documents; the first thirty say what the answer is about.
MOST_PHRASES = 30
SHORTEST_PHRASE = 2

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PHRASE_BREAK = re.compile(r"(?<=[.!?;])\s+|\n+|\s+(?=but |however |although )|,\s+(?=\w+ \w+ \w+)")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_OUTER = re.compile(r"^[\W_]+|[\W_]+$")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'"})

_NOTHING_SAID = frozenset(
    {
        "n/a",
        "na",
        "none",
        "nil",
        "no",
        "nothing",
        "no comment",
        "no comments",
        "don't know",
        "dont know",
        "dk",
        "not applicable",
        "not answered",
    }
)
# None that often ends a sentence ("no", "etc"): a break missed costs more than a break too many.
_ABBREVIATIONS = frozenset(
    """dr mr mrs ms prof rev hon sgt insp supt approx dept vs eg ie e.g i.e a.m p.m cf tel ext vol pp para
    st""".split()  # noqa: SIM905 -- a list of forty quoted words is harder to read and to add to
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the text of record, in code points, end exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words that the span covers."""
        return text[self.start : self.end]

    def overlap(self, other: Span) -> int:
        """How many code points the two share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


def normalise(text: str) -> str:
    r"""The text of record: line ends as `\n`, nothing illegal in XML 1.0, composed form (NFC). Idempotent."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _ILLEGAL.sub("", plain))


def sentences(text: str) -> tuple[Span, ...]:
    """Sentences of a text of record, in order; every character but white space lies in exactly one of them.

    A blank line always ends a sentence. The splitter is Punkt (Kiss and Strunk, Computational Linguistics
    2006;32:485), untrained.
    """
    found: list[Span] = []
    for paragraph in _between(text, _PARAGRAPH):
        words = paragraph.of(text)
        for start, end in _punkt().span_tokenize(words):
            span = _stripped(text, paragraph.start + start, paragraph.start + end)
            if span is not None:
                found.append(span)
    return tuple(found)


def phrases(text: str) -> tuple[Span, ...]:
    """The parts that are scored beside the whole answer; none when the answer is a single part."""
    parts = [span for span in _between(text, _PHRASE_BREAK) if len(span.of(text).split()) >= SHORTEST_PHRASE]
    return tuple(parts[:MOST_PHRASES]) if len(parts) > 1 else ()


def no_content(text: str) -> bool:
    """Whether the whole answer says only that there is no answer, or has no letter at all."""
    if not any(character.isalpha() for character in text):
        return True
    plain = " ".join(text.translate(_APOSTROPHES).casefold().split())
    return _OUTER.sub("", plain) in _NOTHING_SAID


def _between(text: str, separator: re.Pattern[str]) -> list[Span]:
    """The stripped stretches between separators, without empty ones."""
    found: list[Span] = []
    start = 0
    for match in separator.finditer(text):
        found += [span for span in [_stripped(text, start, match.start())] if span is not None]
        start = match.end()
    return found + [span for span in [_stripped(text, start, len(text))] if span is not None]


def _stripped(text: str, start: int, end: int) -> Span | None:
    words = text[start:end]
    kept = words.strip()
    if not kept:
        return None
    first = start + len(words) - len(words.lstrip())
    return Span(first, first + len(kept))


@functools.cache
def _punkt() -> Any:
    # Importing any part of NLTK loads all of it, which takes seconds: only those who split sentences pay.
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer  # noqa: PLC0415

    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)
