"""The suggester: learns from codings and definitions, and says which themes an answer may hold and why.

Knows prepared answers, a code frame and codings. What it returns are values for a page: it never writes a
coding, and nothing is applied without a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import fitted as kept
from analysis.bands import band_of
from analysis.coded import read_codings
from analysis.codeframe import CodeFrame
from analysis.embedding import describe
from analysis.excerpts import best_phrases
from analysis.explanation import Explanation, explain
from analysis.features import Floats, Ints, Weights
from analysis.fitted import Fitted, Options, StaleError
from analysis.judging import judge
from analysis.prepared import Prepared, Space, prepare
from analysis.quality import (
    Refused,
    Stated,
    assigned,
    list_scores,
)
from analysis.tables import BANDS, SUGGESTIONS, UNCERTAINTY
from analysis.training import train
from analysis.vectors import WORDS_ONLY, Vectors

__all__ = [
    "Explanation",
    "Fitted",
    "Options",
    "Prepared",
    "Refused",
    "StaleError",
    "Stated",
    "Suggester",
    "TooLittleError",
    "Vectors",
    "fit",
    "prepare",
]

# Before a list can hold what it promises, the first eight are shown.
SHORTLIST_BEFORE = 8
# Scored at a time, so that memory does not grow with the consultation.
BLOCK = 5_000


class TooLittleError(ValueError):
    """Nothing to learn from: no coded answer, and no theme that says what belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suggester:
    """A fit, with the scores of all prepared answers (n x L)."""

    prepared: Prepared
    frame: CodeFrame
    fitted: Fitted
    space: Space
    scores: Floats

    def suggest(self, answers: Sequence[str] | None = None) -> pd.DataFrame:
        """The shortlist of each answer (all without `answers`), best first: columns of `tables.SUGGESTIONS`.

        likelihood is missing before any answer drawn at random is coded. band belongs to the answer and
        repeats on its rows; reaches_cut says which themes would be assigned if prevalence alone decided.
        start and end are the phrase that speaks for the theme most, or the whole answer. `KeyError` for an
        answer that was not prepared.
        """
        places = self._places(answers)
        scores, likelihood = self.scores[places], self._likelihood(places)
        listed = self._listed(places)
        row, theme = np.nonzero(listed)
        order = np.lexsort((theme, -scores[row, theme], row))
        row, theme = row[order], theme[order]
        first = np.searchsorted(row, np.arange(len(places)), side="left")
        spans = self._spans(places, row, theme)
        bands = self._bands(places)
        columns = {
            "answer": [self.prepared.answers[place] for place in places[row]],
            "theme": [self.fitted.themes[place] for place in theme],
            "score": scores[row, theme],
            "likelihood": likelihood[row, theme],
            "band": [bands[place] for place in row],
            "start": spans[:, 0],
            "end": spans[:, 1],
            "rank": np.arange(len(row)) - first[row] + 1,
            "reaches_cut": assigned(scores, self.fitted.cuts)[row, theme],
        }
        return pd.DataFrame(columns, columns=list(SUGGESTIONS.names))

    def bands(self, answers: Sequence[str] | None = None) -> pd.DataFrame:
        """One row an answer, also for answers without a shortlist: answer, band."""
        places = self._places(answers)
        keys = [self.prepared.answers[place] for place in places]
        return pd.DataFrame({"answer": keys, "band": self._bands(places)}, columns=list(BANDS.names))

    def likelihood(self, answers: Sequence[str] | None = None) -> Floats:
        """answers x themes: how likely people would give each; nan before a random answer is coded."""
        return self._likelihood(self._places(answers))

    def uncertainty(self, answers: Sequence[str] | None = None) -> pd.DataFrame:
        """answer, uncertainty: 1 - the highest likelihood, 1 when there is none yet. For the list "needs a
        person"; the queue does not use it.
        """
        places = self._places(answers)
        highest = np.nan_to_num(self._likelihood(places), nan=0.0).max(axis=1, initial=0.0)
        keys = [self.prepared.answers[place] for place in places]
        return pd.DataFrame({"answer": keys, "uncertainty": 1 - highest}, columns=list(UNCERTAINTY.names))

    def explain(self, answer: str, theme: str) -> Explanation:
        """Why this theme for this answer; `KeyError` for an answer or theme that is not here."""
        return explain(self.prepared, self.space, self.fitted, self.frame.theme(theme), answer)

    def stated(self) -> Stated | Refused:
        """The quality that a page may state, or why it may not yet."""
        return self.fitted.stated

    def to_bytes(self) -> bytes:
        """The fit as bytes. They hold words of answers: seal them, and destroy them after a withdrawal."""
        return kept.to_bytes(self.fitted)

    @classmethod
    def from_bytes(
        cls, blob: bytes, prepared: Prepared, vectors: Vectors | None, frame: CodeFrame
    ) -> Suggester:
        """Read a kept fit for prepared answers, also for answers that came after it. Raises `StaleError`."""
        vectors = vectors if vectors is not None and vectors.backend.size else None
        backend = WORDS_ONLY if vectors is None else vectors.backend
        fitted = kept.from_bytes(blob, backend, frame.version)
        if fitted.themes != frame.keys:
            raise StaleError("The kept suggester has other themes.")
        space = Space.of(prepared, vectors, fitted.words)
        scores = _scores(prepared, space, fitted.weights, fitted.options.mix)
        return cls(prepared=prepared, frame=frame, fitted=fitted, space=space, scores=scores)

    def _places(self, answers: Sequence[str] | None) -> Ints:
        return np.arange(len(self.prepared.answers)) if answers is None else self.prepared.find(answers)

    def _likelihood(self, places: Ints) -> Floats:
        scores = self.scores[places]
        if self.fitted.likelihood is None:
            return np.full(scores.shape, np.nan)
        return self.fitted.likelihood.read(scores, self.fitted.cuts)

    def _ready(self, place: int) -> bool:
        return self.prepared.languages[place] in self.fitted.languages

    def _listed(self, places: Ints) -> np.ndarray:
        scores = self.scores[places]
        if self.fitted.listed_from is None:
            position = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1, kind="stable")
            listed = position < SHORTLIST_BEFORE
        else:
            # A rare theme's cut may lie under the common line of the list: what reaches its cut is always
            # listed.
            listed = (list_scores(scores) >= self.fitted.listed_from) | assigned(scores, self.fitted.cuts)
        ready = np.array([self._ready(place) for place in places.tolist()], dtype=bool)
        return np.asarray(listed & ready[:, None])

    def _bands(self, places: Ints) -> list[str]:
        reached = assigned(self.scores[places], self.fitted.cuts)
        highest = np.nan_to_num(self._likelihood(places), nan=0.0).max(axis=1, initial=0.0)
        return [
            band_of(
                self.prepared.texts[place],
                reaches=bool(reached[row].any()) and self._ready(place),
                likelihood=float(highest[row]),
                confident=self.fitted.confident_from,
            )
            for row, place in enumerate(places.tolist())
        ]

    def _spans(self, places: Ints, row: Ints, theme: Ints) -> Ints:
        """Start and end for each listed pair."""
        first = self.prepared.first
        mine = [np.arange(first[place], first[place + 1]) for place in places]
        parts = np.concatenate([np.zeros(0, dtype=np.intp), *mine])
        offsets = np.concatenate([[0], np.cumsum([len(found) for found in mine])]).astype(np.intp)
        _, chosen = best_phrases(self.fitted.weights.score(self.space.phrases.take(parts)), offsets)
        spans = np.zeros((len(row), 2), dtype=np.intp)
        for at, (place, phrase) in enumerate(
            zip(places[row].tolist(), chosen[row, theme].tolist(), strict=True)
        ):
            if phrase < 0:
                spans[at] = 0, len(self.prepared.texts[place])
            else:
                span = self.prepared.phrases[place][phrase]
                spans[at] = span.start, span.end
        return spans


def fit(
    prepared: Prepared, vectors: Vectors | None, frame: CodeFrame, codings: pd.DataFrame, options: Options
) -> Suggester:
    """Learn from codings and definitions.

    codings: columns of `tables.CODINGS`, people's only; vectors: of `embedding.embed`, None for words only.
    Works without a coded answer when a theme has a definition; raises `TooLittleError` with neither,
    `ColumnsError` and `UnknownCodingError` for codings that do not fit. Ridge regression over words,
    definitions and phrases; one step in which themes choose phrases.
    """
    coded = read_codings(codings, prepared, frame)
    if not frame.themes or not (len(coded) or frame.defined):
        raise TooLittleError("Write a definition for a theme, or code an answer.")
    vectors = _complete(vectors, frame)
    space = Space.of(prepared, vectors)
    trained = train(prepared, space, vectors, frame, coded, options)
    weights = trained.weights
    scores = _scores(prepared, space, weights, options.mix)
    fitted = judge(prepared, vectors, frame, coded, options, trained, weights, scores)
    return Suggester(prepared=prepared, frame=frame, fitted=fitted, space=space, scores=scores)


def _complete(vectors: Vectors | None, frame: CodeFrame) -> Vectors | None:
    """Vectors with those of the wordings; None for a back-end that has no meaning to add."""
    if vectors is None or not vectors.backend.size:
        return None
    return vectors if len(vectors.wordings) == len(frame.wordings()) else describe(vectors, frame)


def _scores(prepared: Prepared, space: Space, weights: Weights, mix: float) -> Floats:
    """Every answer's score for every theme: half its own, half its best phrase's, where it has phrases."""
    n, first = len(prepared.answers), prepared.first
    blocks = [np.zeros((0, len(weights.intercept)))]
    for start in range(0, n, BLOCK):
        places = np.arange(start, min(start + BLOCK, n))
        block = weights.score(space.answers.take(places))
        offsets = first[start : places[-1] + 2]
        best, _ = best_phrases(weights.score(space.phrases.take(np.arange(offsets[0], offsets[-1]))), offsets)
        has = np.diff(offsets) > 0
        block[has] = (1 - mix) * block[has] + mix * best[has]
        blocks.append(block)
    return np.vstack(blocks)
