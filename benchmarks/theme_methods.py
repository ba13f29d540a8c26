"""Our suggester and its peers, each learning from the same coded answers and asked about the same others."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from analysis.features import Bools, Floats, Ints
from analysis.quality import assigned, match_cuts, micro_f1, prevalence
from analysis.suggest import Options, fit
from analysis.vectors import Vectors
from benchmarks.coded_text import HumanCoded
from benchmarks.theme_figures import Figures, Said, agreement, figures

SURE = 0.9
PEERS_LIST = 5
Run = Figures


def ours(coded_set: HumanCoded, vectors: Vectors | None, coded: Ints, *, em: bool = True) -> Run:
    """The suggester. Its stated figure is leave-one-out on coded answers, as a page would state it.

    Where every coded answer has a theme, each answer's highest is given, too: true of the sets, not of life.
    """
    each = bool(coded_set.truths[coded].any(axis=1).all())
    started = time.process_time()
    options = Options(seed=0, em=em)
    model = fit(coded_set.prepared, vectors, coded_set.frame, coded_set.codings(coded), options)
    spent = time.process_time() - started
    test, fitted = coded_set.test, model.fitted
    scores, cuts = model.scores[test], fitted.cuts
    keys = [str(place) for place in test.tolist()]
    listed = np.zeros(scores.shape, dtype=bool)
    at = {key: row for row, key in enumerate(keys)}
    column = {key: place for place, key in enumerate(coded_set.frame.keys)}
    shown = model.suggest(keys)
    listed[[at[key] for key in shown["answer"]], [column[key] for key in shown["theme"]]] = True
    likelihood = model.likelihood(keys)
    stated = None
    if len(coded):
        mine = [int(answer) for answer in fitted.coded]
        left_out = assigned(fitted.left_out.astype(float), cuts, at_least_one=each)
        stated = micro_f1(coded_set.truths[mine], left_out)
    said = Said(
        scores=scores,
        given=assigned(scores, cuts, at_least_one=each),
        likelihood=np.nan_to_num(likelihood, nan=0.0),
        listed=listed,
        sure=None if fitted.confident_from is None else likelihood >= fitted.confident_from,
        stated=stated,
    )
    return {**figures(coded_set.truths[test], said), "cpu_seconds": spent}


def tfidf_lr(coded_set: HumanCoded, vectors: Vectors | None, coded: Ints) -> Run:
    """The usual peer: one logistic regression a theme on the same word features."""
    del vectors
    return _regression(coded_set, coded_set.prepared.answer_words.astype(np.float64), coded)


def minilm_lr(coded_set: HumanCoded, vectors: Vectors | None, coded: Ints) -> Run | None:
    """The same on the same vectors of meaning."""
    if vectors is None:
        return None
    return _regression(coded_set, sp.csr_matrix(vectors.answers.astype(np.float64)), coded)


def _regression(coded_set: HumanCoded, rows: Any, coded: Ints) -> Run:
    """With one threshold from five folds, as is usual; `matched_*` with cuts that match prevalence."""
    truths, test = coded_set.truths, coded_set.test
    started = time.process_time()
    scores = _probabilities(rows, truths, coded, np.arange(len(truths)))
    one = _one_cut(rows, truths, coded)
    spent = time.process_time() - started
    seen = scores[test]
    rank = np.argsort(np.argsort(-seen, axis=1, kind="stable"), axis=1, kind="stable")
    said = Said(
        scores=seen,
        given=assigned(seen, np.full(seen.shape[1], one), at_least_one=True),
        likelihood=seen,
        listed=rank < PEERS_LIST,
        sure=seen >= SURE,
        stated=None,
    )
    matched = assigned(seen, match_cuts(scores, prevalence(truths[coded])), at_least_one=True)
    also = {f"matched_{name}": value for name, value in agreement(truths[test], matched).items()}
    return {**figures(truths[test], said), **also, "cpu_seconds": spent}


def _probabilities(rows: Any, truths: Floats, coded: Ints, wanted: Ints) -> Floats:
    scores = np.zeros((len(wanted), truths.shape[1]))
    for theme in range(truths.shape[1]):
        target = truths[coded, theme]
        if 0 < target.sum() < len(coded):
            model = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", max_iter=200)
            scores[:, theme] = model.fit(rows[coded], target).predict_proba(rows[wanted])[:, 1]
        else:
            scores[:, theme] = target.any()
    return scores


def _one_cut(rows: Any, truths: Floats, coded: Ints) -> float:
    """The threshold with the best micro + macro F1 over five folds of the coded answers."""
    scores = np.zeros((len(coded), truths.shape[1]))
    for inside, outside in KFold(5, shuffle=True, random_state=0).split(coded):
        scores[outside] = _probabilities(rows, truths, coded[inside], coded[outside])

    def worth(threshold: float) -> tuple[float, float]:
        given: Bools = assigned(scores, np.full(truths.shape[1], threshold), at_least_one=True)
        found = agreement(truths[coded], given)
        return (found["micro_f1"] or 0) + (found["macro_f1"] or 0), threshold

    thresholds: list[float] = np.arange(0.02, 0.98, 0.02).tolist()
    return max(thresholds, key=worth)


PEERS: dict[str, Callable[[HumanCoded, Vectors | None, Ints], Run | None]] = {
    "tfidf_lr": tfidf_lr,
    "minilm_lr": minilm_lr,
}
