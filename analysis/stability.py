"""Whether a panel's ratings of one item have settled between two rounds, and when to stop asking.

Knows pairs of ratings by the same people of the same wording; whoever calls leaves out the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scipy import stats

from analysis import ratings as scale
from analysis.consensus import Judgement, Verdict

LIMIT = Fraction(15, 100)
"""A change under this is stable."""
SUBSTANTIAL = 0.6
_MARKS = range(scale.LOWEST, scale.HIGHEST + 1)
_THIRDS = {mark: scale.third(mark) for mark in _MARKS}
_MOST_EXACT = 25

Pair = tuple[int, int]


class Needed(StrEnum):
    """Which of the two changes must be small."""

    GROUP = "group"
    INDIVIDUAL = "individual"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """Change of one item between two rounds.

    group_change, individual_change: shares. They and `stable` are None when too few rated twice.
    kappa: quadratic weights, described beside and never deciding; None without variation.
    """

    n: int
    group_change: Fraction | None
    individual_change: Fraction | None
    stable: bool | None
    kappa: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRank:
    """Wilcoxon's signed-rank test of one item. zeros: pairs without a difference, left out. p: two-sided."""

    n: int
    zeros: int
    statistic: float | None
    p: float | None
    exact: bool


def compare(pairs: Sequence[Pair], *, needed: Needed = Needed.BOTH, least_n: int = 8) -> Stability:
    """Change between two rounds, from (before, after) of each person who rated the same wording in both.

    Group change is half the sum of differences of the histograms (Scheibe, Skutsch and Schofer, in Linstone
    and Turoff 1975); individual change the share whose third moved (Chaffin and Talley, TFSC 1980;16:67).
    """
    n = len(pairs)
    if n < least_n:
        return Stability(
            n=n, group_change=None, individual_change=None, stable=None, kappa=weighted_kappa(pairs)
        )
    before, after = scale.histogram([one for one, _ in pairs]), scale.histogram([two for _, two in pairs])
    group = Fraction(sum(abs(one - two) for one, two in zip(before, after, strict=True)), 2 * n)
    moved = Fraction(sum(_THIRDS[one] is not _THIRDS[two] for one, two in pairs), n)
    settled = {
        Needed.GROUP: group < LIMIT,
        Needed.INDIVIDUAL: moved < LIMIT,
        Needed.BOTH: group < LIMIT and moved < LIMIT,
    }
    return Stability(
        n=n, group_change=group, individual_change=moved, stable=settled[needed], kappa=weighted_kappa(pairs)
    )


def weighted_kappa(pairs: Sequence[Pair], *, quadratic: bool = True) -> float | None:
    """1 - observed / expected disagreement over all nine marks (Cohen, Psychol Bull 1968;70:213).

    None without variation.
    """
    n = len(pairs)
    if not n:
        return None
    before, after = scale.histogram([one for one, _ in pairs]), scale.histogram([two for _, two in pairs])
    # Weights in whole numbers: what they are divided by (8, or 8 squared) is in both sums and falls out.
    power = 2 if quadratic else 1
    observed = sum(abs(one - two) ** power for one, two in pairs)
    expected = sum(
        abs(one - two) ** power * before[one - 1] * after[two - 1] for one in _MARKS for two in _MARKS
    )
    return None if expected == 0 else float(1 - Fraction(observed * n, expected))


def signed_rank(pairs: Sequence[Pair]) -> SignedRank:
    """Wilcoxon's test (Biometrics 1945;1:80), zero differences dropped.

    Exact up to 25 differences without ties, else normal with tie and continuity corrections.
    """
    changes = [two - one for one, two in pairs if one != two]
    zeros = len(pairs) - len(changes)
    if not changes:
        return SignedRank(n=0, zeros=zeros, statistic=None, p=None, exact=False)
    exact = len(changes) <= _MOST_EXACT and len({abs(change) for change in changes}) == len(changes)
    found = stats.wilcoxon(
        changes, zero_method="wilcox", correction=not exact, method="exact" if exact else "asymptotic"
    )
    return SignedRank(
        n=len(changes), zeros=zeros, statistic=float(found.statistic), p=float(found.pvalue), exact=exact
    )


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """P values adjusted for their number (Holm, Scand J Stat 1979;6:65), by item."""
    ordered = sorted(p_values.items(), key=lambda named: named[1])
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, (name, p) in enumerate(ordered):
        highest = max(highest, min(1.0, p * (len(ordered) - place)))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


def may_stop(judged: Judgement, stability: Stability) -> bool:
    """Whether an item need not be asked again: decided or divided, and settled. A reservation goes on."""
    decided = judged.verdict in {Verdict.IN, Verdict.OUT} or judged.disagreement
    return decided and judged.verdict is not Verdict.IN_WITH_RESERVATION and stability.stable is True
