"""Word features, training rows and weights: the arithmetic that lets words and vectors of meaning stand side
by side.

Knows sparse and dense arrays. A row is [e ; t]: e a vector of meaning, absent when only words are used; t the
word features. The two are never joined into one matrix: their products are added, so t stays sparse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Sparse = Any  # scipy's compressed rows carry no types

WORD = r"(?u)\b\w[\w']*\b"


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    """A vocabulary of one and two words in a row, with the weight of each (rarer weighs more)."""

    terms: tuple[str, ...]
    weights: Floats

    @staticmethod
    def learn(texts: Sequence[str]) -> tuple[Words, Sparse]:
        """The vocabulary of these texts, and their rows. weight = ln((1 + n) / (1 + texts with it)) + 1."""
        counter = _counter(None)
        try:
            counts = counter.fit_transform(texts)
        except ValueError:  # not one word in all the texts
            return Words(terms=(), weights=np.zeros(0)), sp.csr_matrix((len(texts), 0), dtype=np.float32)
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        weights = np.log((1 + len(texts)) / (1 + seen)) + 1
        words = Words(terms=tuple(counter.get_feature_names_out()), weights=weights)
        return words, words._weigh(counts)

    def rows(self, texts: Sequence[str]) -> Sparse:
        """Rows of length 1 (or 0, without a known word): (1 + ln count) x weight."""
        if not self.terms or not texts:
            return sp.csr_matrix((len(texts), len(self.terms)), dtype=np.float32)
        return self._weigh(self._known.transform(texts))

    @cached_property
    def digest(self) -> str:
        """Changes when the vocabulary or any weight changes."""
        made = hashlib.sha256("\n".join(self.terms).encode())
        made.update(self.weights.tobytes())
        return made.hexdigest()

    @cached_property
    def _known(self) -> Any:
        return _counter({term: place for place, term in enumerate(self.terms)})

    def _weigh(self, counts: Sparse) -> Sparse:
        rows = counts.astype(np.float64)
        rows.data = (1 + np.log(rows.data)) * self.weights[rows.indices]
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        rows.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(rows.indptr))
        return sp.csr_matrix(rows, dtype=np.float32)


def _counter(vocabulary: dict[str, int] | None) -> Any:
    return CountVectorizer(
        ngram_range=(1, 2), strip_accents="unicode", token_pattern=WORD, vocabulary=vocabulary, dtype=np.int32
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Feature rows: words, and vectors of meaning when there are any."""

    words: Sparse
    meaning: Small | None = None

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def take(self, places: Ints) -> Rows:
        """These rows, in this order."""
        meaning = None if self.meaning is None else self.meaning[places]
        return Rows(words=self.words[places], meaning=meaning)

    def kernel(self, other: Rows) -> Floats:
        """x . y + 1 for every pair; the 1 is an intercept that is shrunk like the rest."""
        products = (self.words.astype(np.float64) @ other.words.astype(np.float64).T).toarray() + 1.0
        if self.meaning is not None and other.meaning is not None:
            products += self.meaning.astype(np.float64) @ other.meaning.astype(np.float64).T
        return np.asarray(products, dtype=np.float64)

    @staticmethod
    def stack(parts: Sequence[Rows]) -> Rows:
        """One below the other."""
        dense = [part.meaning for part in parts if part.meaning is not None]
        return Rows(
            words=sp.vstack([part.words for part in parts]).tocsr(),
            meaning=np.vstack(dense) if len(dense) == len(parts) else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """What one unit of each feature adds to the score of each theme.

    Single precision from the start: the same weights score before and after they were kept as bytes, so a
    score that lies on a cut lies on it again. `terms` are the places of the words that ever occurred in a
    training row; all other words weigh nothing.
    """

    terms: Ints
    words: Small
    meaning: Small | None
    intercept: Small

    @staticmethod
    def fold(rows: Rows, dual: Floats) -> Weights:
        """W = X' A and b = 1' A, for training rows X and dual weights A (rows x themes)."""
        terms = np.unique(rows.words.indices).astype(np.intp)
        words = np.asarray(rows.words[:, terms].astype(np.float64).T @ dual)
        meaning = None if rows.meaning is None else rows.meaning.astype(np.float64).T @ dual
        return Weights(
            terms=terms,
            words=words.astype(np.float32),
            meaning=None if meaning is None else meaning.astype(np.float32),
            intercept=dual.sum(axis=0).astype(np.float32),
        )

    def score(self, rows: Rows) -> Floats:
        """Rows x themes."""
        scores = np.asarray(rows.words[:, self.terms] @ self.words) + self.intercept
        if self.meaning is not None and rows.meaning is not None:
            scores = scores + rows.meaning @ self.meaning
        return scores.astype(np.float64)
