"""Panels by chance, and their figures in another way than `analysis` works them out.

It shares no code with `analysis`: ratings in arrays of numpy, order statistics by sorting, every threshold by
whole numbers multiplied out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import erf, lcm, sqrt
from typing import Any

import numpy as np

from analysis.consensus import ConsensusRule, Weighting

PANELS = 1000
GROUPS = ("lived_experience", "men_only_service", "mixed_service", "research", "commissioning")
Marks = np.ndarray[Any, np.dtype[np.int64]]
# Shapes of opinion: agreed, against, undecided, divided, even; so that every verdict comes up often.
SHAPES = np.array(
    [
        [0, 0, 1, 1, 2, 3, 8, 10, 8], [9, 9, 6, 2, 1, 1, 0, 0, 0], [1, 1, 2, 6, 8, 6, 3, 1, 1],
        [7, 6, 2, 0, 0, 0, 2, 6, 7], [1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 2, 3, 9, 12],
    ]
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One item: marks by group before and now, by the same people in the same places; 0: no mark."""

    before: Mapping[str, Marks]
    now: Mapping[str, Marks]
    rule: ConsensusRule

    def given(self) -> dict[str, list[int]]:
        """The marks of now as the engine takes them."""
        return {name: [int(mark) for mark in marks if mark] for name, marks in self.now.items()}

    def everybody(self) -> Marks:
        """The marks of now of all groups."""
        whole = np.concatenate(list(self.now.values()))
        return whole[whole > 0]

    def pairs(self) -> list[tuple[int, int]]:
        """Marks of those who rated twice."""
        both = zip(np.concatenate([*self.before.values()]), np.concatenate([*self.now.values()]), strict=True)
        return [(int(one), int(two)) for one, two in both if one and two]


@cache
def panels() -> tuple[Panel, ...]:
    """The thousand, made once."""
    chance = np.random.default_rng(20270301)
    found = []
    for place in range(PANELS):
        shape = SHAPES[place % len(SHAPES)]
        before, now = {}, {}
        most = int(chance.choice([3, 13, 13, 13]))
        for name in GROUPS:
            size = int(chance.integers(0, most))
            odds = shape if chance.random() < 0.75 else SHAPES[int(chance.choice([2, 2, 2, 0, 1, 3]))]
            first = chance.choice(np.arange(1, 10), size=size, p=odds / odds.sum())
            moved = chance.choice(np.arange(1, 10), size=size, p=shape / shape.sum())
            then = np.where(chance.random(size) < chance.random() / 3, moved, first)
            before[name] = np.where(chance.random(size) < 0.1, 0, first)
            now[name] = np.where(chance.random(size) < 0.1, 0, then)
        rule = ConsensusRule(
            agree=Fraction(int(chance.choice([50, 70, 75])), 100),
            strict=bool(chance.random() < 0.7),
            weighting=Weighting.POOLED if chance.random() < 0.2 else Weighting.EQUAL,
            groups=None if chance.random() < 0.7 else GROUPS[:3],
        )
        found.append(Panel(before=before, now=now, rule=rule))
    return tuple(found)


# --- another way


def at(marks: Marks, share: float) -> float:
    """numpy's own percentile, which is of type 7."""
    return float(np.percentile(marks, share * 100))


def high(marks: Marks) -> int:
    """How many rate 7 to 9."""
    return int(np.count_nonzero(marks >= 7))


def low(marks: Marks) -> int:
    """How many rate 1 to 3."""
    return int(np.count_nonzero(marks <= 3))


def reaches(parts: Sequence[tuple[int, int]], share: Fraction) -> int:
    """Sign of (mean of the parts, each count of n) less the share, by whole numbers."""
    common = lcm(*(n for _, n in parts))
    mean_times = sum(count * (common // n) for count, n in parts)
    left, right = mean_times * share.denominator, share.numerator * common * len(parts)
    return (left > right) - (left < right)


def decided(his: Sequence[tuple[int, int]], los: Sequence[tuple[int, int]], rule: ConsensusRule) -> str:
    """The verdict from counts of each set, by the thresholds of a rule."""

    def few(parts: Sequence[tuple[int, int]]) -> bool:
        return reaches(parts, rule.oppose) < (0 if rule.strict else 1)

    if reaches(his, rule.agree) >= 0 and few(los):
        return "in"
    return "out" if reaches(los, rule.agree) >= 0 and few(his) else "no_consensus"


def counting(panel: Panel, rule: ConsensusRule) -> dict[str, Marks]:
    """The groups that count, and all their marks."""
    whole = {name: marks[marks > 0] for name, marks in panel.now.items()}
    named = rule.groups or GROUPS
    return {name: marks for name, marks in whole.items() if len(marks) >= 5 and name in named}


def verdict(panel: Panel, rule: ConsensusRule) -> str:
    """The verdict before reservations."""
    everybody, groups = panel.everybody(), counting(panel, rule)
    if len(everybody) < 8:
        return "too_few"
    sets = list(groups.values())
    if rule.weighting is Weighting.POOLED or len(sets) < 2:
        sets = [everybody]
    return decided([(high(m), len(m)) for m in sets], [(low(m), len(m)) for m in sets], rule)


def reserved(panel: Panel) -> tuple[str, ...]:
    """Groups that hold back."""
    groups = counting(panel, panel.rule)
    return tuple(name for name, m in groups.items() if 2 * high(m) < len(m) or np.median(m) < 6.5)


def ipras(marks: Marks) -> tuple[float, float]:
    """The range between P30 and P70, and the adjusted one, as numbers for reading."""
    low_, high_ = at(marks, 0.3), at(marks, 0.7)
    return high_ - low_, 2.35 + 1.5 * abs(5 - (low_ + high_) / 2)


def divided(marks: Marks) -> bool:
    """Whether the range is wider than the adjusted one: both times forty, in whole numbers."""
    ordered = sorted(int(mark) for mark in marks)

    def tenths(times: int) -> int:
        below, rest = divmod((len(ordered) - 1) * times, 10)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] * (10 - rest) + ordered[above] * rest

    low_, high_ = tenths(3), tenths(7)
    return 4 * (high_ - low_) > 94 + 3 * abs(100 - low_ - high_)


def rand_class(marks: Marks, *, apart: bool) -> str:
    """By the region of the median."""
    middle = np.median(marks)
    if apart or 3.5 <= middle < 6.5:
        return "uncertain"
    return "appropriate" if middle >= 6.5 else "inappropriate"


def divided_classic(marks: Marks) -> bool:
    """By the table of the manual, not by its formula."""
    least = {8: 3, 9: 3, 10: 3, 11: 4, 12: 4, 13: 4, 14: 5, 15: 5, 16: 5}[len(marks)]
    return high(marks) >= least and low(marks) >= least


def other_verdicts(panel: Panel) -> dict[str, str]:
    """Every line of the table of sensitivity."""
    rule, marks = panel.rule, panel.everybody()

    def under(agree: int, *, strict: bool = True) -> str:
        share = Fraction(agree, 100)
        other = ConsensusRule(agree=share, strict=strict, weighting=rule.weighting, groups=rule.groups)
        return verdict(panel, other)

    def weighted(how: Weighting) -> str:
        other = ConsensusRule(agree=rule.agree, strict=rule.strict, weighting=how, groups=rule.groups)
        return verdict(panel, other)

    found = {
        "70/15 under": under(70), "70/15 up to": under(70, strict=False),
        "75/15": under(75), "80/15": under(80),
        "pooled": weighted(Weighting.POOLED), "equal": weighted(Weighting.EQUAL),
        "RAND classic": "too_few", "RAND with IPRAS": "too_few", "IQR up to 2": "too_few",
    }  # fmt: skip
    as_verdict = {"appropriate": "in", "inappropriate": "out", "uncertain": "no_consensus"}
    if len(marks) >= 8:
        found["RAND with IPRAS"] = as_verdict[rand_class(marks, apart=divided(marks))]
        if len(marks) <= 16:
            found["RAND classic"] = as_verdict[rand_class(marks, apart=divided_classic(marks))]
        narrow, middle = at(marks, 0.75) - at(marks, 0.25) <= 2, np.median(marks)
        found["IQR up to 2"] = (
            "in" if narrow and middle >= 7 else "out" if narrow and middle <= 3 else "no_consensus"
        )
    for name, m in counting(panel, rule).items():
        found[f"{name} alone"] = decided([(high(m), len(m))], [(low(m), len(m))], rule)
    return found


def kappa(one: Marks, two: Marks, power: int) -> float | None:
    """From the table of all pairs."""
    observed = np.zeros((9, 9))
    np.add.at(observed, (one - 1, two - 1), 1)
    weights = (np.abs(np.subtract.outer(np.arange(9), np.arange(9))) / 8) ** power
    expected = np.outer(observed.sum(1), observed.sum(0)) / len(one)
    return (
        None
        if not (weights * expected).any()
        else 1 - (weights * observed).sum() / (weights * expected).sum()
    )


def signed_rank(changes: Marks) -> float:
    """Two-sided p: by counting all patterns of signs, or by the normal curve with both corrections."""
    sizes = np.abs(changes)
    ranks = np.array([(sizes < each).sum() + ((sizes == each).sum() + 1) / 2 for each in sizes])
    plus, n = float(ranks[changes > 0].sum()), len(changes)
    if n <= 25 and len(set(sizes)) == n:
        ways = np.zeros(n * (n + 1) // 2 + 1)
        ways[0] = 1
        for rank in range(1, n + 1):
            ways[rank:] += ways[:-rank].copy()
        less = min(plus, n * (n + 1) / 2 - plus)
        return min(1.0, float(2 * ways[: int(less) + 1].sum() / ways.sum()))
    ties = sum(int(times) ** 3 - int(times) for times in np.unique(sizes, return_counts=True)[1])
    spread = sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48)
    away = max(0.0, abs(plus - n * (n + 1) / 4) - 0.5) / spread
    return 1 - erf(away / sqrt(2))
