"""Words and pairs of words that some answers use more than the others.

Knows texts and which answer each belongs to. Over-use is judged by the log-likelihood ratio of a table of
answers, two by two (Dunning, Computational Linguistics 1993;19:61); pairs are those that NLTK's collocation
finder ranks first by the same ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from analysis.features import WORD, Floats, Ints

NAMED_BY = 5
# Fewer answers than these are an anecdote, where there are more.
FEWEST_ANSWERS = 3
MOST_PAIRS = 400
FEWEST_OF_A_PAIR = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """Words without stop words, then pairs; which text holds which (texts x terms, 0 or 1)."""

    names: tuple[str, ...]
    held: Any

    @staticmethod
    def learn(texts: Sequence[str]) -> Terms:
        """The terms of these texts."""
        stop = sorted(ENGLISH_STOP_WORDS)
        single = CountVectorizer(
            strip_accents="unicode", token_pattern=WORD, stop_words=stop, binary=True, dtype=np.int32
        )
        try:
            words = single.fit_transform(texts)
        except ValueError:  # not one word that says anything
            return Terms(names=(), held=sp.csr_matrix((len(texts), 0), dtype=np.int32))
        names = list(single.get_feature_names_out())
        pairs = _pairs(texts, single.vocabulary_)
        if pairs:
            double = CountVectorizer(
                strip_accents="unicode", token_pattern=WORD, ngram_range=(2, 2), vocabulary=pairs, binary=True
            )
            words = sp.hstack([words, double.transform(texts)]).tocsr()
            names += pairs
        return Terms(names=tuple(names), held=words)

    def over_used(self, owner: Ints, inside: Ints) -> tuple[str, ...]:
        """The five terms that the answers with these texts use most beyond the others.

        owner: the answer of each text; inside: the places of the texts. Where at least three answers are
        there, a term that fewer of them use names nothing.
        """
        if not self.names or not len(inside):
            return ()
        everywhere = np.asarray((_by_answer(owner) @ self.held > 0).sum(axis=0)).ravel()
        here = np.asarray((_by_answer(owner[inside]) @ self.held[inside] > 0).sum(axis=0)).ravel()
        n, mine = len(np.unique(owner)), len(np.unique(owner[inside]))
        ratio = log_likelihood(here, everywhere, mine, n)
        ratio[here < min(FEWEST_ANSWERS, mine)] = -np.inf
        chosen: list[str] = []
        for at in np.argsort(-ratio, kind="stable").tolist():
            if len(chosen) == NAMED_BY or not ratio[at] > 0:
                break
            if not any(set(self.names[at].split()) & set(name.split()) for name in chosen):
                chosen.append(self.names[at])
        return tuple(chosen)


def log_likelihood(here: Ints, everywhere: Ints, mine: int, n: int) -> Floats:
    """2 sum O ln(O / E) over answers here or elsewhere, with the term or without; negative for under-use."""
    observed = np.array([here, mine - here, everywhere - here, n - mine - everywhere + here], dtype=float)
    share = everywhere / n
    expected = np.array([mine * share, mine * (1 - share), (n - mine) * share, (n - mine) * (1 - share)])
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(observed > 0, observed * np.log(observed / expected), 0.0)
    total = np.maximum(2 * parts.sum(axis=0), 0.0)
    return np.asarray(np.where(observed[0] > expected[0], total, -total))


def _by_answer(owner: Ints) -> Any:
    """answers x texts, 1 where the text is of the answer."""
    _, row = np.unique(owner, return_inverse=True)
    ones = np.ones(len(owner), dtype=np.int32)
    return sp.csr_matrix((ones, (row, np.arange(len(owner)))))


def _pairs(texts: Sequence[str], known: dict[str, int]) -> list[str]:
    # Importing any part of NLTK loads all of it, which takes seconds: only who looks for pairs pays.
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder  # noqa: PLC0415

    counter = CountVectorizer(strip_accents="unicode", token_pattern=WORD)
    split = counter.build_analyzer()
    finder = BigramCollocationFinder.from_documents([split(text) for text in texts])
    finder.apply_freq_filter(FEWEST_OF_A_PAIR)
    finder.apply_ngram_filter(lambda one, two: one not in known or two not in known or one == two)
    return [" ".join(pair) for pair in finder.nbest(BigramAssocMeasures.likelihood_ratio, MOST_PAIRS)]


def stemmed(texts: Sequence[str]) -> list[frozenset[str]]:
    """The words of each text without their endings (Porter, Program 1980;14:130)."""
    # As above: importing any part of NLTK takes seconds.
    from nltk.stem import PorterStemmer  # noqa: PLC0415

    split = CountVectorizer(strip_accents="unicode", token_pattern=WORD).build_analyzer()
    stem = cache(PorterStemmer().stem)  # each distinct word once: people use the same ones
    return [frozenset(map(stem, split(text))) for text in texts]
