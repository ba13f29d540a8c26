"""Ranking the clauses of draft standards for what people said, with the words that both share.

Knows texts and clauses. Whether a text supports or contradicts a clause is a person's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from analysis.features import WORD, Floats, Small
from analysis.ridge import solve
from analysis.tables import CLAUSES, JUDGEMENTS, LINKS, TEXTS
from analysis.text import normalise

# A general clause is near everything in meaning: half its mean nearness is taken off. Words need no such
# thing: common ones weigh little already, and taking it off made the first place right less often.
CENTRE = 0.5
WORDS_SHARE = 0.5
# Under ten confirmed links there is nothing to learn that the words do not say.
LEARN_FROM = 10
LEARNT_SHARE = 0.5
NEARNESS_SHARE = 0.075
ALPHA = 1.0
SHARED_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meanings:
    """Vectors of meaning of length 1, for texts and clauses in the order of their frames."""

    texts: Small
    clauses: Small


def rank_clauses(
    texts: pd.DataFrame,
    clauses: pd.DataFrame,
    judged: pd.DataFrame | None = None,
    meanings: Meanings | None = None,
) -> pd.DataFrame:
    """Every clause for every text, best first: text, clause, score, rank, shared (up to three words, heaviest
    first).

    texts: text, words; clauses: clause, words (those of the standards that the question concerns); judged:
    text, clause, confirmed (true or false), by people. Without vectors of meaning, nearness is that of words.
    From ten confirmed links on, the ranking learns from them. Equal scores keep the order of the clauses.
    Raises `ColumnsError`, and `ValueError` when a judged link names a text or clause that is not there.
    """
    TEXTS.check(texts)
    CLAUSES.check(clauses)
    if texts.empty or clauses.empty:
        return LINKS.empty()
    terms, words, statements = _words(texts, clauses)
    alike = np.asarray((words @ statements.T).toarray())
    near, scores = alike, WORDS_SHARE * alike
    if meanings is not None:
        near = meanings.texts.astype(float) @ meanings.clauses.astype(float).T
        scores = scores + near - CENTRE * near.mean(axis=0)
    if judged is not None:
        known = _judgements(judged, texts, clauses)
        if np.nansum(known) >= LEARN_FROM:
            scores = _learnt(words, statements, meanings, known) * LEARNT_SHARE + NEARNESS_SHARE * _z(near)
    return _frame(texts, clauses, scores, terms, words, statements)


def _words(texts: pd.DataFrame, clauses: pd.DataFrame) -> tuple[Any, Any, Any]:
    """The words, and rows of both sides: single words without stop words, 1 + ln count, weighed together."""
    vectoriser = TfidfVectorizer(
        strip_accents="unicode",
        token_pattern=WORD,
        stop_words=sorted(ENGLISH_STOP_WORDS),
        sublinear_tf=True,
    )
    said = [normalise(words) for words in texts["words"]]
    statements = [normalise(words) for words in clauses["words"]]
    try:
        rows = vectoriser.fit_transform([*said, *statements])
    except ValueError:  # not one word that tells clauses apart
        return [], sp.csr_matrix((len(said), 0)), sp.csr_matrix((len(statements), 0))
    return vectoriser.get_feature_names_out(), rows[: len(said)], rows[len(said) :]


def _judgements(judged: pd.DataFrame, texts: pd.DataFrame, clauses: pd.DataFrame) -> Floats:
    """texts x clauses: 1 confirmed, 0 turned down, missing where no person decided.

    Who confirms a link has seen the other clauses offered: for a text with a confirmed link the rest count as
    0.
    """
    JUDGEMENTS.check(judged)
    rows = {text: place for place, text in enumerate(texts["text"])}
    columns = {clause: place for place, clause in enumerate(clauses["clause"])}
    known = np.full((len(rows), len(columns)), np.nan)
    for text, clause, confirmed in zip(judged["text"], judged["clause"], judged["confirmed"], strict=True):
        if text not in rows or clause not in columns:
            raise ValueError("A judged link names a text or clause that is not there.")
        known[rows[text], columns[clause]] = float(confirmed)
    linked = (known == 1).any(axis=1)
    known[linked] = np.nan_to_num(known[linked], nan=0.0)
    return known


def _learnt(words: Any, statements: Any, meanings: Meanings | None, known: Floats) -> Floats:
    """Ridge scores, one clause at a time, each from all clauses (itself 1) and the texts judged for it."""
    products = {
        "texts": (words @ words.T).toarray(),
        "across": (words @ statements.T).toarray(),
        "clauses": (statements @ statements.T).toarray(),
    }
    if meanings is not None:
        e, c = meanings.texts.astype(float), meanings.clauses.astype(float)
        products = {
            "texts": products["texts"] + e @ e.T,
            "across": products["across"] + e @ c.T,
            "clauses": products["clauses"] + c @ c.T,
        }
    scores = np.zeros(known.shape)
    for clause in range(known.shape[1]):
        taught = np.flatnonzero(~np.isnan(known[:, clause]))
        kernel = np.block(
            [
                [products["clauses"], products["across"][taught].T],
                [products["across"][taught], products["texts"][np.ix_(taught, taught)]],
            ]
        )
        target = np.concatenate([np.eye(known.shape[1])[clause], known[taught, clause]])
        dual = solve(kernel, target[:, None], ALPHA).dual[:, 0]
        scores[:, clause] = np.hstack([products["across"], products["texts"][:, taught]]) @ dual
    return scores


def _z(near: Floats) -> Floats:
    spread = float(near.std())
    return (near - near.mean()) / spread if spread else np.zeros(near.shape)


def _frame(
    texts: pd.DataFrame, clauses: pd.DataFrame, scores: Floats, terms: Any, words: Any, statements: Any
) -> pd.DataFrame:
    order = np.argsort(-scores, axis=1, kind="stable")
    keys, names = texts["text"].tolist(), clauses["clause"].tolist()
    rows = [
        (
            keys[row],
            names[column],
            float(scores[row, column]),
            rank,
            _shared(terms, words[[row]], statements[[column]]),
        )
        for row in range(len(keys))
        for rank, column in enumerate(order[row].tolist(), start=1)
    ]
    return pd.DataFrame(rows, columns=list(LINKS.names))


def _shared(terms: Any, said: Any, statement: Any) -> tuple[str, ...]:
    both = said.multiply(statement).tocoo()
    heaviest = sorted(zip(-both.data, both.col, strict=True))
    return tuple(str(terms[column]) for _, column in heaviest[:SHARED_WORDS])
