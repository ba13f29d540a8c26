"""Why a theme was suggested: the phrase, the words that weigh, and coded answers that are alike.

Knows a fit and prepared answers. Which reader may see the alike answers is the caller's to decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.codeframe import ThemeEntry
from analysis.features import Ints, Rows
from analysis.fitted import Fitted
from analysis.prepared import Prepared, Space
from analysis.text import Span

WORDS_FOR = 3
WORDS_AGAINST = 2
ALIKE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """start, end: the phrase (or the whole answer); words for and against, heaviest first; alike: coded
    answers.
    """

    start: int
    end: int
    words_for: tuple[str, ...]
    words_against: tuple[str, ...]
    alike: tuple[str, ...]
    definition: str


def explain(prepared: Prepared, space: Space, fitted: Fitted, theme: ThemeEntry, answer: str) -> Explanation:
    """Explain one theme for one answer; `KeyError` for an answer that was not prepared."""
    place = prepared.places[answer]
    column = fitted.themes.index(theme.key)
    whole = space.answers.take(np.array([place]))
    span, spoken = Span(0, len(prepared.texts[place])), whole
    if prepared.phrases[place]:
        parts = space.phrases.take(np.arange(prepared.first[place], prepared.first[place + 1]))
        best = int(fitted.weights.score(parts)[:, column].argmax())
        span, spoken = prepared.phrases[place][best], parts.take(np.array([best]))
    words_for, words_against = _words(fitted, spoken, column)
    return Explanation(
        start=span.start,
        end=span.end,
        words_for=words_for,
        words_against=words_against,
        alike=_alike(prepared, space, fitted, place, whole, column),
        definition=theme.definition,
    )


def _words(fitted: Fitted, spoken: Rows, column: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    used = spoken.words[:, fitted.weights.terms]
    weighs = used.data * fitted.weights.words[used.indices, column]
    places = fitted.weights.terms[used.indices]
    order = np.argsort(-weighs, kind="stable")
    against = order[::-1]
    return (
        tuple(fitted.words.terms[places[at]] for at in order[:WORDS_FOR] if weighs[at] > 0),
        tuple(fitted.words.terms[places[at]] for at in against[:WORDS_AGAINST] if weighs[at] < 0),
    )


def _alike(
    prepared: Prepared, space: Space, fitted: Fitted, place: int, whole: Rows, column: int
) -> tuple[str, ...]:
    """Coded answers that raise the score most; an answer is not its own reason."""
    known = [
        (row, prepared.places[answer]) for row, answer in enumerate(fitted.coded) if answer in prepared.places
    ]
    known = [(row, other) for row, other in known if other != place]
    if not known:
        return ()
    others: Ints = np.array([other for _, other in known], dtype=np.intp)
    pull = whole.kernel(space.answers.take(others))[0] * fitted.dual[[row for row, _ in known], column]
    best = np.argsort(-pull, kind="stable")[:ALIKE]
    return tuple(prepared.answers[others[at]] for at in best if pull[at] > 0)
