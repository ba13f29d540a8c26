"""How far scores can be trusted: cuts, likelihoods, shortlists, and the quality that a page may state.

Knows scores and what people decided. Scores are answers x themes; truths the same shape, 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta
from sklearn.isotonic import IsotonicRegression

from analysis.features import Bools, Floats

# A theme whose scores are all alike has no cut; far above every score stands for it where a number is needed.
NO_CUT = 9.0
LEAST_LIKELY, MOST_LIKELY = 0.0001, 0.9999
# Under a hundred blind answers the interval is too wide to help anyone.
FEWEST_BLIND = 100
# Precision of a theme from under ten positives is an anecdote.
FEWEST_POSITIVES = 10
DRAWS = 2_000
# Of a lower bound that is too high.
CHANCE = 0.05
# Left-out scores know a little of the answer that was left out: its phrases were chosen with it in sight. On
# answers not seen precision was up to two points lower, whatever the number of pairs.
LEAK = 0.025
LIST_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No figure, and why in a sentence that a page may show."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeQuality:
    """Precision and recall of one theme with the number of answers that have it; None under ten."""

    theme: str
    positives: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Micro-F1 on answers coded blind, with its 95 % interval (bootstrap over answers)."""

    n_blind: int
    micro_f1: float
    low: float
    high: float
    per_theme: tuple[ThemeQuality, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """Steps from (score - cut) to the share of such pairs that people confirmed; flat outside the steps."""

    at: Floats
    share: Floats

    def read(self, scores: Floats, cuts: Floats) -> Floats:
        """The likelihood of each pair."""
        return np.interp(_above(scores, cuts), self.at, self.share)


def prevalence(truths: Floats) -> Floats:
    """Estimated share of answers with each theme, from answers drawn at random; half a positive is added."""
    return np.asarray((truths.sum(axis=0) + 0.5) / (len(truths) + 1))


def match_cuts(scores: Floats, shares: Floats) -> Floats:
    """One cut a theme, so that the share of answers at or above it is the share that people gave the theme.

    The cut is the k-th highest score counted from nought, k = round(share x n) - 1 kept within 0 and n - 1,
    halves to even; infinite when all scores are alike.
    """
    n = len(scores)
    cuts = np.full(scores.shape[1], np.inf)
    if not n:
        return cuts
    falling = -np.sort(-scores, axis=0)
    for theme, share in enumerate(shares.tolist()):
        if falling[0, theme] - falling[-1, theme] >= 1e-12:
            cuts[theme] = falling[min(max(round(share * n) - 1, 0), n - 1), theme]
    return cuts


def assigned(scores: Floats, cuts: Floats, *, at_least_one: bool = False) -> Bools:
    """Which pairs reach their cut. at_least_one: also each answer's highest, where every answer is known to
    have one.
    """
    reached = np.asarray(scores >= cuts)
    if at_least_one and len(scores):
        reached[np.arange(len(scores)), scores.argmax(axis=1)] = True
    return reached


def learn_likelihood(scores: Floats, cuts: Floats, truths: Floats) -> Likelihood | None:
    """One isotonic regression over all pairs of left-out scores; None without any pair."""
    if not scores.size:
        return None
    steps = IsotonicRegression(y_min=LEAST_LIKELY, y_max=MOST_LIKELY, out_of_bounds="clip")
    steps.fit(_above(scores, cuts).ravel(), truths.ravel())
    return Likelihood(at=np.asarray(steps.X_thresholds_), share=np.asarray(steps.y_thresholds_))


def list_scores(scores: Floats) -> Floats:
    """What lists go by: a theme's score, less a fifth of the answer's highest.

    Where one theme stands out, fewer others are worth a look. On answers that people coded this made lists a
    tenth shorter at the same share missed.
    """
    return np.asarray(scores - LIST_SHARE * scores.max(axis=1, keepdims=True, initial=-np.inf))


def shortlist_from(scores: Floats, truths: Floats, miss: float) -> float | None:
    """The score from which a theme is listed, so that lists miss at most that share of an answer's themes.

    Conformal risk control (Angelopoulos and others, ICLR 2024) on left-out scores: the highest score t of a
    true pair with (sum of shares missed under t + 1) / (answers + 1) <= miss. None when no score does.
    """
    answer, theme = np.nonzero(truths)
    if not len(answer):
        return None
    order = np.argsort(scores[answer, theme], kind="stable")
    at = scores[answer, theme][order]
    weight = (1 / truths.sum(axis=1)[answer])[order]
    # Pairs strictly under t are missed: equal scores are found together.
    under = np.concatenate([[0.0], np.cumsum(weight)])[np.searchsorted(at, at, side="left")]
    allowed = at[(under + 1) / (len(truths) + 1) <= miss + 1e-12]
    return float(allowed[-1]) if len(allowed) else None


def confident_from(likelihoods: Floats, truths: Floats, target: float) -> float | None:
    """The lowest of 70 likelihoods from .30 to .99 above which people would almost surely agree; None:
    refused.

    Surely: the one-sided 95 % Clopper-Pearson lower bound of precision reaches the target, on ten pairs or
    more, and precision itself lies `LEAK` above it: with thousands of pairs the bound alone comes as near as
    one likes. It orders work and applies nothing.
    """
    for level in np.linspace(0.30, 0.99, 70).tolist():
        right = truths[likelihoods >= level]
        hits = int(right.sum())
        if len(right) < 10 or hits < min(1.0, target + LEAK) * len(right):
            continue
        if beta.ppf(CHANCE, hits, len(right) - hits + 1) >= target:
            return float(level)
    return None


def micro_f1(truths: Floats, given: Bools) -> float:
    """2 TP / (2 TP + FP + FN) over all pairs; 0 when there is none of these."""
    hits = float((truths * given).sum())
    both = float(truths.sum() + given.sum())
    return 2 * hits / both if both else 0.0


def macro_f1(truths: Floats, given: Bools) -> float:
    """The mean over themes of F1, for themes that someone has; 0 when there is none."""
    has = truths.any(axis=0)
    if not has.any():
        return 0.0
    hits = (truths * given).sum(axis=0)[has]
    return float(np.mean(2 * hits / (truths.sum(axis=0) + given.sum(axis=0))[has]))


def state(
    left_out: Floats, cuts: Floats, truths: Floats, themes: Sequence[str], seed: int
) -> Stated | Refused:
    """The quality to state, from left-out scores of answers drawn at random and coded blind.

    Refused under 100 answers. Macro-F1 is not stated: with few coded answers rare themes are absent and it
    reads low.
    """
    n = len(truths)
    if n < FEWEST_BLIND:
        return Refused(reason=f"{n} answers were coded blind; a figure needs {FEWEST_BLIND}.")
    given = assigned(left_out, cuts)
    hits, both = (truths * given).sum(axis=1), truths.sum(axis=1) + given.sum(axis=1)
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    spread = 2 * (draws @ hits) / np.maximum(draws @ both, 1)
    low, high = np.quantile(spread, [0.025, 0.975]).tolist()
    return Stated(
        n_blind=n,
        micro_f1=micro_f1(truths, given),
        low=low,
        high=high,
        per_theme=tuple(
            _theme_quality(theme, truths[:, place], given[:, place]) for place, theme in enumerate(themes)
        ),
    )


def _theme_quality(theme: str, truth: Floats, given: Bools) -> ThemeQuality:
    positives = int(truth.sum())
    if positives < FEWEST_POSITIVES:
        return ThemeQuality(theme=theme, positives=positives, precision=None, recall=None)
    hits, suggested = float((truth * given).sum()), int(given.sum())
    precision = hits / suggested if suggested else None
    return ThemeQuality(theme=theme, positives=positives, precision=precision, recall=hits / positives)


def _above(scores: Floats, cuts: Floats) -> Floats:
    return np.asarray(scores - np.where(np.isfinite(cuts), cuts, NO_CUT))
