"""Which publications of a list look alike: the same DOI, or nearly the same title by the same person.

Knows titles, years, names and DOIs. Decides nothing: a person looks at each pair.

Titles are compared as sets of words by their Jaccard likeness. Pairs that cannot reach the least likeness are
never looked at: two sets that do share one of their rarest words (prefix filtering: Chaudhuri, Ganti and
Kaushik, ICDE 2006; Bayardo, Ma and Srikant, WWW 2007). Of words that hundreds of titles have this makes no
use, so a pair of titles that are made of nothing else may be missed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST = 0.8
"""Of the words that either title has, so many stand in both: a subtitle or a typing error may differ."""
TOO_COMMON = 200
"""A word of more titles than these is no sign of likeness: it would pair everything with everything."""
_WORD = re.compile(r"\w+")


class Why(StrEnum):
    """What makes two publications look alike."""

    DOI = "doi"
    TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A publication by what tells it from others. `year` is 0, `surname` and `doi` are "" when not known."""

    title: str
    year: int = 0
    surname: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two works by their places in the list, the earlier first. `share`: likeness of the titles, 0 to 1."""

    first: int
    second: int
    why: Why
    share: float


def folded(text: str) -> str:
    """A text without case, accents and compatibility forms, to compare names and words by."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def alike(works: Sequence[Work], *, least: float = LEAST) -> list[Pair]:
    """Every pair that looks alike, each once, in the order of the list.

    Of several that are the same in all that is compared each is paired with the first alone.
    """
    words = [frozenset(_WORD.findall(folded(work.title))) for work in works]
    found: dict[tuple[int, int], Pair] = {}
    for first, second in _same_doi(works):
        share = _share(words[first], words[second])
        found[first, second] = Pair(first=first, second=second, why=Why.DOI, share=share)
    for first, second in _like_titles(works, words, least):
        share = _share(words[first], words[second])
        found.setdefault((first, second), Pair(first=first, second=second, why=Why.TITLE, share=share))
    return [found[key] for key in sorted(found)]


def _same_doi(works: Sequence[Work]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for place, work in enumerate(works):
        if work.doi and (earlier := first.setdefault(work.doi.casefold(), place)) != place:
            yield earlier, place


def _like_titles(
    works: Sequence[Work], words: Sequence[frozenset[str]], least: float
) -> Iterator[tuple[int, int]]:
    first: dict[tuple[frozenset[str], int, str], int] = {}
    different: list[int] = []
    for place, work in enumerate(works):
        if not words[place]:
            continue  # nothing to compare by
        earlier = first.setdefault((words[place], work.year, folded(work.surname)), place)
        if earlier == place:
            different.append(place)
        else:
            yield earlier, place
    yield from _joined(works, words, different, least)


def _joined(
    works: Sequence[Work], words: Sequence[frozenset[str]], places: Sequence[int], least: float
) -> Iterator[tuple[int, int]]:
    """Pairs among works of which no two are the same, by an index of their rarest words and years."""
    common = Counter(word for place in places for word in words[place])
    index: dict[tuple[str, int], list[int]] = {}
    years: dict[str, set[int]] = {}
    for place in places:
        own = sorted(words[place], key=lambda word: (common[word], word))
        rarest = [
            word for word in own[: len(own) - math.ceil(least * len(own)) + 1] if common[word] <= TOO_COMMON
        ]
        year = works[place].year
        candidates: set[int] = set()
        for word in rarest:
            near = (0, year - 1, year, year + 1) if year else tuple(years.get(word, ()))
            for each in near:
                candidates.update(index.get((word, each), ()))
        for earlier in sorted(candidates):
            if _fit(works[earlier], works[place]) and _share(words[earlier], words[place]) >= least:
                yield earlier, place
        for word in rarest:
            index.setdefault((word, year), []).append(place)
            years.setdefault(word, set()).add(year)


def _fit(one: Work, other: Work) -> bool:
    """Whether years (one apart: online first) and first authors could be of one work; unknown ones could."""
    near = not one.year or not other.year or abs(one.year - other.year) <= 1
    named = not one.surname or not other.surname or folded(one.surname) == folded(other.surname)
    return near and named


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    either = len(one | other)
    return len(one & other) / either if either else 0.0
