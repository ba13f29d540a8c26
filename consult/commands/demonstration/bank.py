"""The sentence bank: which sentences there are, for which theme and manner, and which was used least.

Knows sentences and themes; nothing of people or questions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import product
from random import Random

from consult.commands.demonstration.documents import read

_CHOICE = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence to write; `family` is its pattern, so that nobody says a thing twice."""

    text: str
    family: str


def variants(pattern: str) -> tuple[Sentence, ...]:
    """Every sentence a pattern stands for: "a {b|c}" is "a b" and "a c"."""
    parts = _CHOICE.split(pattern)  # even places are plain, odd places hold the words to choose from
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return tuple(Sentence(text="".join(chosen), family=pattern) for chosen in product(*choices))


def _spread(patterns: list[str]) -> tuple[Sentence, ...]:
    return tuple(sentence for pattern in patterns for sentence in variants(pattern))


@dataclass(slots=True)
class SentenceBank:
    """Hands out sentences evenly: the one used least comes first, chance decides between equals."""

    rng: Random
    _used: Counter[str] = field(default_factory=Counter)
    _families: Counter[str] = field(default_factory=Counter)
    _cached: dict[tuple[str, str], tuple[Sentence, ...]] = field(default_factory=dict)

    def themed(self, theme: str, manner: str) -> tuple[Sentence, ...]:
        """All sentences of a theme in one manner: praise, complaint, barrier, wish, compare or sign."""
        key = (theme, manner)
        if key not in self._cached:
            self._cached[key] = _spread(read("sentences")["theme"][theme][manner])
        return self._cached[key]

    def neutral(self, place: str) -> tuple[Sentence, ...]:
        """Sentences without a theme: `opener`, `closer`, or those that suit one question."""
        key = ("", place)
        if key not in self._cached:
            self._cached[key] = _spread(read("sentences")["neutral"].get(place, []))
        return self._cached[key]

    def take(self, sentences: tuple[Sentence, ...], said: Collection[str] = ()) -> Sentence | None:
        """The least used sentence whose family is not in `said`; None when there is none."""
        open_to_use = [each for each in sentences if each.family not in said]
        if not open_to_use:
            return None
        chosen = min(
            open_to_use,
            key=lambda each: (self._used[each.text], self._families[each.family], self.rng.random()),
        )
        self._used[chosen.text] += 1
        self._families[chosen.family] += 1
        return chosen
