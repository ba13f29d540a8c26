"""The figures of one method on test answers: agreement with people, honesty of likelihoods, use of lists.

Knows arrays: answers x themes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, label_ranking_average_precision_score

from analysis.features import Bools, Floats

BINS = 10
Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Said:
    """What a method says of test answers. sure: pairs that it marks as sure, None where it refuses to."""

    scores: Floats
    given: Bools
    likelihood: Floats
    listed: Bools
    sure: Bools | None
    stated: float | None


def figures(truths: Floats, said: Said) -> Figures:
    """Every figure of one run.

    ece: mean gap over ten bins of likelihood between what was said and what was so, weighed by pairs;
    auto_precision: share of sure pairs that people gave, too; auto_share: share of the pairs that people gave
    that are sure; shortlist_missed: mean over answers of the share of their themes that the list lacks.
    """
    has, order = truths.any(axis=0), np.argsort(-said.scores, axis=1)
    some = truths.any(axis=1)
    in_three = np.take_along_axis(truths, order[:, :3], axis=1).sum(axis=1)
    hits = None if said.sure is None else float((truths * said.sure).sum())
    sure = 0.0 if said.sure is None else float(said.sure.sum())
    return {
        **agreement(truths, said.given),
        "macro_ap": float(
            np.mean([average_precision_score(truths[:, j], said.scores[:, j]) for j in np.flatnonzero(has)])
        ),
        "lrap": float(label_ranking_average_precision_score(truths, said.scores)),
        "p1": float(np.take_along_axis(truths, order[:, :1], axis=1).mean()),
        "r3": float(np.mean(in_three[some] / truths[some].sum(axis=1))),
        "stated_micro_f1": said.stated,
        "ece": calibration_gap(truths, said.likelihood),
        "auto_precision": None if hits is None or not sure else hits / sure,
        "auto_share": None if hits is None else hits / float(truths.sum()),
        "shortlist_size": float(said.listed.sum(axis=1).mean()),
        "shortlist_missed": float(
            np.mean((truths * ~said.listed)[some].sum(axis=1) / truths[some].sum(axis=1))
        ),
    }


def agreement(truths: Floats, given: Bools) -> Figures:
    """F1 over pairs, over themes that an answer has, and over answers; division by nought is nought."""
    has, wanted, found = truths.any(axis=0), truths.astype(int), given.astype(int)
    return {
        "micro_f1": float(f1_score(wanted, found, average="micro", zero_division=0)),
        "macro_f1": float(f1_score(wanted[:, has], found[:, has], average="macro", zero_division=0)),
        "samples_f1": float(f1_score(wanted, found, average="samples", zero_division=0)),
    }


def calibration_gap(truths: Floats, likelihood: Floats) -> float:
    """Expected calibration error over all pairs, ten bins of equal width."""
    place = np.minimum((likelihood * BINS).astype(int), BINS - 1).ravel()
    said = np.bincount(place, likelihood.ravel(), minlength=BINS)
    so = np.bincount(place, truths.ravel(), minlength=BINS)
    return float(np.abs(said - so).sum() / truths.size)
