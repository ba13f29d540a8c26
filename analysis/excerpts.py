"""Which phrase of an answer speaks for a theme.

Knows spans and scores. Scores come as one row a phrase; phrases of answer i are the rows first[i] up to
first[i + 1].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from analysis.features import Floats, Ints
from analysis.text import Span


def best_phrases(scores: Floats, first: Ints) -> tuple[Floats, Ints]:
    """The highest score of each answer's phrases for each theme, and the place of that phrase within the
    answer.

    Both are answers x themes; an answer without phrases has minus infinity and -1. The first phrase wins a
    tie.
    """
    counts = np.diff(first)
    best = np.full((len(counts), scores.shape[1]), -np.inf)
    chosen = np.full(best.shape, -1, dtype=np.intp)
    has = np.flatnonzero(counts)
    if len(has):
        starts = first[has] - first[0]
        best[has] = np.maximum.reduceat(scores, starts, axis=0)
        within = np.arange(len(scores)) - np.repeat(starts, counts[has])
        reaches = scores == np.repeat(best[has], counts[has], axis=0)
        places = np.where(reaches, within[:, None], len(scores))
        chosen[has] = np.minimum.reduceat(places, starts, axis=0)
    return best, chosen


def phrase_under(mark: Span, found: Sequence[Span], length: int) -> int | None:
    """The phrase that an excerpt marked by a person covers most; None when it touches none.

    An excerpt that is the whole answer marks nothing in particular and gives -1: the suggester then guesses.
    """
    if mark.start <= 0 and mark.end >= length:
        return -1
    shared = [mark.overlap(span) for span in found]
    most = max(shared, default=0)
    return shared.index(most) if most else None


def choose(
    targets: Floats, marks: Sequence[tuple[Span, ...]], found: Sequence[Span], length: int, scores: Floats
) -> dict[int, list[int]]:
    """The phrases that speak for the themes of one coded answer: phrase -> themes.

    targets: one value a theme; marks: per theme, what people marked for it; scores: phrases x themes under a
    first solution, which decide for codings of the whole answer.
    """
    chosen: dict[int, list[int]] = defaultdict(list)
    for theme in np.flatnonzero(targets).tolist():
        guess = int(scores[:, theme].argmax())
        under = [phrase_under(mark, found, length) for mark in marks[theme]] or [-1]
        for phrase in {guess if place == -1 else place for place in under}:
            if phrase is not None:
                chosen[phrase].append(theme)
    return dict(sorted(chosen.items()))
