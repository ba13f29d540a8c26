"""How far coders agree: Cohen's kappa, Gwet's AC1 and Krippendorff's alpha, with bootstrap intervals.

Knows decisions of coders about the same units. A statistic that cannot be computed is None, never 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.tables import DECISIONS

Floats = npt.NDArray[np.float64]
# How far two values lie apart, given the categories in order and how often each was used.
Distance = Callable[[Sequence[Any], Floats], Floats]

DRAWS = 2_000
GOOD, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A statistic with its 95 % interval (percentiles of a bootstrap over units)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two coders on one theme, or on all when theme is None. Always read together: where a theme is rare,
    kappa can be low while coders nearly always agree. prevalence: mean share of yes. kappa and ac1: None when
    not computable.
    """

    theme: str | None
    n: int
    prevalence: float
    kappa: Estimate | None
    ac1: Estimate | None


def cohen_kappa(table: npt.ArrayLike) -> float | None:
    """(po - pe) / (1 - pe) of a square table of counts, first coder by second; None without variation."""
    shares = _shares(table)
    if shares is None:
        return None
    expected = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return _corrected(float(np.trace(shares)), expected)


def gwet_ac1(table: npt.ArrayLike) -> float | None:
    """The same with chance agreement from mean margins: sum of p (1 - p) / (categories - 1) (Gwet, Br J Math
    Stat Psychol 2008;61:29). None without units.
    """
    shares = _shares(table)
    if shares is None:
        return None
    means = (shares.sum(axis=1) + shares.sum(axis=0)) / 2
    return _corrected(float(np.trace(shares)), float((means * (1 - means)).sum() / (len(means) - 1)))


def agree(decisions: pd.DataFrame, seed: int) -> tuple[Agreement, ...]:
    """Agreement of two coders: over all themes first, then each theme in order of appearance.

    decisions: segment, theme, first, second (true or false), one row for every segment and theme, uncoded
    segments included. Raises `ColumnsError`.
    """
    DECISIONS.check(decisions)
    themes = decisions["theme"].drop_duplicates().tolist()
    parts = [(None, decisions), *((theme, decisions[decisions["theme"] == theme]) for theme in themes)]
    return tuple(_agreement(theme, rows, seed) for theme, rows in parts)


def alpha(values: Sequence[Sequence[Hashable | None]], distance: Distance) -> float | None:
    """Krippendorff's alpha. values: one row a unit, one place a coder, None where a coder did not decide.

    Units with one value or none are left out. None when nothing varies. (Hayes and Krippendorff, Commun
    Methods Meas 2007;1:77.)
    """
    categories, units = _coincidences(values)
    return _alpha(units.sum(axis=0), categories, distance)


def alpha_interval(
    values: Sequence[Sequence[Hashable | None]], distance: Distance, seed: int
) -> Estimate | None:
    """Alpha with its interval; draws of units without variation are left out."""
    categories, units = _coincidences(values)
    value = _alpha(units.sum(axis=0), categories, distance)
    return _estimate(units, value, lambda drawn: _alpha(drawn, categories, distance), seed)


def reading(value: float) -> str:
    """How an alpha is read: good, tentative, or recode before reporting."""
    if value >= GOOD:
        return "good"
    return "tentative" if value >= TENTATIVE else "recode"


def nominal(categories: Sequence[Any], used: Floats) -> Floats:
    """0 for the same value, 1 for another."""
    del used
    return 1 - np.eye(len(categories))


def interval(categories: Sequence[Any], used: Floats) -> Floats:
    """The squared difference."""
    del used
    at = np.array([float(value) for value in categories])
    return np.asarray((at[:, None] - at[None, :]) ** 2)


def ordinal(categories: Sequence[Any], used: Floats) -> Floats:
    """The square of how many values lie from one to the other, each end counted half."""
    del categories
    up_to = np.cumsum(used)
    low, high = np.minimum.outer(up_to - used, up_to - used), np.maximum.outer(up_to, up_to)
    return np.asarray((high - low - np.add.outer(used, used) / 2) ** 2 * (1 - np.eye(len(used))))


def jaccard(categories: Sequence[Any], used: Floats) -> Floats:
    """For sets of themes: 1 - shared / all; two empty sets are alike."""
    del used
    return _pairs(categories, lambda one, other: 1 - _jaccard(one, other))


def masi(categories: Sequence[Any], used: Floats) -> Floats:
    """For sets of themes: Jaccard weighed by how the sets lie (Passonneau, LREC 2006)."""
    del used
    return _pairs(categories, lambda one, other: 1 - _jaccard(one, other) * _lie(one, other))


def _shares(table: npt.ArrayLike) -> Floats | None:
    counts = np.asarray(table, dtype=float)
    return counts / counts.sum() if counts.sum() else None


def _corrected(observed: float, expected: float) -> float | None:
    return None if np.isclose(expected, 1.0, rtol=0, atol=1e-12) else (observed - expected) / (1 - expected)


def _agreement(theme: str | None, rows: pd.DataFrame, seed: int) -> Agreement:
    first, second = rows["first"].to_numpy(dtype=bool), rows["second"].to_numpy(dtype=bool)
    units = np.zeros((len(rows), 2, 2))
    units[np.arange(len(rows)), (~first).astype(int), (~second).astype(int)] = 1
    table = units.sum(axis=0)
    return Agreement(
        theme=theme,
        n=len(rows),
        prevalence=float((first.mean() + second.mean()) / 2) if len(rows) else 0.0,
        kappa=_estimate(units, cohen_kappa(table), cohen_kappa, seed),
        ac1=_estimate(units, gwet_ac1(table), gwet_ac1, seed),
    )


def _estimate(
    units: Floats, value: float | None, statistic: Callable[[Floats], float | None], seed: int
) -> Estimate | None:
    """units: n x q x q, whose sums the statistic reads."""
    if value is None:
        return None
    # Units that are alike are drawn as one category: the same draws in law, at the price of how many differ.
    n, flat = len(units), units.reshape(len(units), -1)
    alike, counts = np.unique(flat, axis=0, return_counts=True)
    draws = np.random.default_rng(seed).multinomial(n, counts / n, size=DRAWS)
    distinct, times = np.unique(draws, axis=0, return_counts=True)
    tables = (distinct @ alike).reshape(len(distinct), *units.shape[1:])
    computed = [(statistic(table), count) for table, count in zip(tables, times.tolist(), strict=True)]
    found = np.repeat(
        [value for value, _ in computed if value is not None],
        [count for value, count in computed if value is not None],
    )
    low, high = np.quantile(found, [0.025, 0.975]).tolist() if len(found) else (value, value)
    return Estimate(value=value, low=low, high=high)


def _coincidences(values: Sequence[Sequence[Hashable | None]]) -> tuple[list[Any], Floats]:
    """The values in order, and for each unit its ordered pairs / (values - 1)."""
    present = [[value for value in unit if value is not None] for unit in values]
    pairable = [unit for unit in present if len(unit) > 1]
    categories = sorted({value for unit in pairable for value in unit}, key=_order)
    place = {value: at for at, value in enumerate(categories)}
    units = np.zeros((len(pairable), len(categories), len(categories)))
    for row, unit in enumerate(pairable):
        used = np.bincount([place[value] for value in unit], minlength=len(categories)).astype(float)
        units[row] = (np.outer(used, used) - np.diag(used)) / (len(unit) - 1)
    return categories, units


def _order(value: Any) -> Any:
    """Numbers and words by themselves; a set of themes by its themes."""
    return sorted(value) if isinstance(value, frozenset) else value


def _alpha(coincidences: Floats, categories: Sequence[Any], distance: Distance) -> float | None:
    used = coincidences.sum(axis=1)
    apart = distance(categories, used)
    expected = float((np.outer(used, used) * apart).sum())
    if expected <= 0:
        return None
    return 1 - (float(used.sum()) - 1) * float((coincidences * apart).sum()) / expected


def _pairs(categories: Sequence[Any], apart: Callable[[Any, Any], float]) -> Floats:
    return np.array([[apart(one, other) for other in categories] for one in categories]).reshape(
        len(categories), len(categories)
    )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _lie(one: frozenset[str], other: frozenset[str]) -> float:
    """1 for equal sets, 2/3 for one inside the other, 1/3 for sets that overlap, 0 for others."""
    if one == other:
        return 1.0
    if not one & other:
        return 0.0
    return 2 / 3 if one <= other or other <= one else 1 / 3
