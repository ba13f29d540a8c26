"""How suggestions grow better with coding, on a consultation's own answers, and how many more it may take.

Knows prepared answers, a code frame and codings. Each point is measured on answers that were held back from
the fit and that a person coded blind; what lies beyond the last point is an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.coded import RANDOM
from analysis.codeframe import CodeFrame
from analysis.prepared import Prepared
from analysis.suggest import Options, Vectors, fit

FEWEST = 40
"""Fewer blind answers than this leave too few to learn from or to judge by."""
SHARES = (0.25, 0.5, 0.75)
"""Of the blind answers, what is learned from; the rest is judged by."""
REPEATS = 3
MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Mean micro-F1 on answers held back, after so many coded ones."""

    coded: int
    micro_f1: float


def learning_curve(
    prepared: Prepared, vectors: Vectors | None, frame: CodeFrame, codings: pd.DataFrame, seed: int
) -> tuple[Point, ...]:
    """Points of the curve in order; none under `FEWEST` answers coded blind in the random stream.

    codings: as `tables.CODINGS`. Each point is the mean of three divisions, drawn by the seed.
    """
    fair = codings[(codings["stream"] == RANDOM) & codings["blind"].astype(bool)]
    answers = sorted(set(fair["answer"]))
    if len(answers) < FEWEST or not frame.themes:
        return ()
    points = []
    rng = np.random.default_rng(seed)
    truth = {str(answer): set(rows["theme"].dropna()) for answer, rows in fair.groupby("answer")}
    for share in SHARES:
        size = round(len(answers) * share)
        measured = []
        for _ in range(REPEATS):
            order = rng.permutation(len(answers))
            learned = {answers[place] for place in order[:size]}
            held_back = [answers[place] for place in order[size:]]
            model = fit(prepared, vectors, frame, fair[fair["answer"].isin(learned)], Options(seed=seed))
            listed = model.suggest(held_back)
            reached = listed[listed["reaches_cut"]]
            given = {str(answer): set(rows["theme"]) for answer, rows in reached.groupby("answer")}
            measured.append(_micro_f1(held_back, truth, given))
        points.append(Point(coded=size, micro_f1=float(np.mean(measured))))
    return tuple(points)


def answers_needed(points: Sequence[Point], target: float) -> int | None:
    """How many coded answers it may take to reach a micro-F1; None where the points do not say.

    A power law of the error, error = a * coded ** -b, by least squares on logarithms; a curve that does not
    rise says nothing, nor one that would need more than twenty thousand answers.
    """
    usable = [point for point in points if 0 < point.micro_f1 < 1]
    if len(usable) < 2 or not 0 < target < 1:
        return None
    coded = np.log([point.coded for point in usable])
    error = np.log([1 - point.micro_f1 for point in usable])
    slope, height = np.polyfit(coded, error, 1)
    if slope >= -0.01:
        return None
    needed = float(np.exp((np.log(1 - target) - height) / slope))
    return int(np.ceil(needed)) if needed <= MOST else None


def _micro_f1(answers: Sequence[str], truth: dict[str, set[str]], given: dict[str, set[str]]) -> float:
    right = sum(len(truth[answer] & given.get(answer, set())) for answer in answers)
    every = sum(len(truth[answer]) + len(given.get(answer, set())) for answer in answers)
    return 2 * right / every if every else 0.0
