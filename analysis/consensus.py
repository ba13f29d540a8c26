"""What a panel agrees on: the rule fixed before the round, its verdict, groups of equal weight, and parity.

Knows ratings by group and nothing of people, rounds in time or wording. Thresholds are values of a rule that
is stored before the round opens; nothing here is chosen after the numbers are seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from analysis import ratings as scale
from analysis.ratings import RandClass, Summary

HALF = Fraction(1, 2)
_RESERVED_MEDIAN = 6.5


class Verdict(StrEnum):
    """Result of the rule for one item in one round."""

    IN = "in"
    IN_WITH_RESERVATION = "in_with_reservation"
    OUT = "out"
    NO_CONSENSUS = "no_consensus"
    TOO_FEW = "too_few"


class Weighting(StrEnum):
    """Whether each group counts alike or each person does."""

    EQUAL = "equal"
    POOLED = "pooled"


class ParityFlag(StrEnum):
    """How far male-only and mixed services are apart on an item."""

    NONE = "none"
    AMBER = "amber"
    RED = "red"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusRule:
    """Thresholds of one round (default: COMET handbook, Williamson and others, Trials 2017;18(S3):280).

    An item is in when at least `agree` rate 7 to 9 and less than `oppose` rate 1 to 3, and out the other way
    round. `strict` takes "less than"; without it an opposing share of exactly `oppose` is enough.
    """

    agree: Fraction = Fraction(70, 100)
    oppose: Fraction = Fraction(15, 100)
    strict: bool = True
    least_n: int = 8
    least_group_n: int = 5
    weighting: Weighting = Weighting.EQUAL
    # Which groups count; None is all that are there.
    groups: tuple[str, ...] | None = None

    def judge(self, n: int, hi: Fraction, lo: Fraction) -> Verdict:
        """The verdict for shares of `n` raters, before reservations."""
        if n < self.least_n:
            return Verdict.TOO_FEW
        if hi >= self.agree and self._few(lo):
            return Verdict.IN
        if lo >= self.agree and self._few(hi):
            return Verdict.OUT
        return Verdict.NO_CONSENSUS

    def _few(self, share: Fraction) -> bool:
        return share < self.oppose or (not self.strict and share == self.oppose)


DEFAULT_RULE = ConsensusRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One item in one round.

    pooled and groups: figures of everybody and of each group. equal_hi and equal_lo: means over the groups
    that count (`counted`); equal_median: the median of their medians. With fewer than two such groups these
    are None, `by_pooled` is True and the pooled shares decide. reservations: groups in which fewer than half
    rate 7 to 9, or whose median is under 6.5. contested: groups that rate an item high that is out.
    """

    verdict: Verdict
    pooled: Summary
    groups: Mapping[str, Summary]
    counted: tuple[str, ...]
    equal_hi: Fraction | None
    equal_lo: Fraction | None
    equal_median: float | None
    by_pooled: bool
    rand: RandClass
    disagreement: bool
    reservations: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """Male-only beside mixed services on one item. gap: of the medians; share_gap: of the shares 7 to 9.

    delta: Cliff's delta, None when either group is too small.
    """

    flag: ParityFlag
    gap: float | None
    share_gap: Fraction | None
    delta: Fraction | None


def judge(by_group: Mapping[str, Sequence[int]], rule: ConsensusRule = DEFAULT_RULE) -> Judgement:
    """The verdict on one item from ratings (1 to 9) by group. Raises ValueError for one off the scale."""
    return _judge(_groups(by_group), rule)


def _groups(by_group: Mapping[str, Sequence[int]]) -> dict[str, Summary]:
    return {name: scale.summarise(given) for name, given in by_group.items()}


def _pooled(groups: Mapping[str, Summary]) -> Summary:
    return scale.of_histogram([sum(counts) for counts in zip(*_histograms(groups), strict=True)])


def _histograms(groups: Mapping[str, Summary]) -> list[tuple[int, ...]]:
    return [scale.histogram([]), *(each.histogram for each in groups.values())]


def _judge(groups: Mapping[str, Summary], rule: ConsensusRule) -> Judgement:
    pooled = _pooled(groups)
    counted = tuple(
        name
        for name, figures in groups.items()
        if figures.n >= rule.least_group_n and (rule.groups is None or name in rule.groups)
    )
    # Two groups at least make a mean over groups; with fewer the pooled shares decide, and it is said.
    several = [groups[name] for name in counted] if len(counted) > 1 else []
    hi, lo = _mean_share(several, "hi"), _mean_share(several, "lo")
    by_pooled = rule.weighting is Weighting.POOLED or hi is None or lo is None
    verdict = _verdict(rule, pooled, None if by_pooled else hi, None if by_pooled else lo)
    reserved = tuple(name for name in counted if _is_reserved(groups[name]))
    measured = scale.ipras_of(pooled.histogram)
    return Judgement(
        verdict=Verdict.IN_WITH_RESERVATION if verdict is Verdict.IN and reserved else verdict,
        pooled=pooled,
        groups=groups,
        counted=counted,
        equal_hi=hi,
        equal_lo=lo,
        equal_median=_middle([each.median for each in several if each.median is not None]),
        by_pooled=by_pooled,
        rand=scale.class_of(pooled),
        disagreement=measured is not None and measured.disagreement,
        reservations=reserved if verdict is Verdict.IN else (),
        contested=tuple(name for name in counted if (groups[name].hi_share or 0) >= HALF)
        if verdict is Verdict.OUT
        else (),
    )


def parity(men_only: Sequence[int], mixed: Sequence[int], rule: ConsensusRule = DEFAULT_RULE) -> Parity:
    """How far the two kinds of service are apart: red from 2 between medians or when exactly one is in by
    itself, amber from 1 or from 15 points between shares.
    """
    one, other = scale.summarise(men_only), scale.summarise(mixed)
    if min(one.n, other.n) < rule.least_group_n or one.median is None or other.median is None:
        return Parity(flag=ParityFlag.TOO_FEW, gap=None, share_gap=None, delta=None)
    gap = abs(one.median - other.median)
    share_gap = abs(Fraction(one.hi, one.n) - Fraction(other.hi, other.n))
    alone = replace(rule, least_n=rule.least_group_n)
    split = (_verdict(alone, one) is Verdict.IN) is not (_verdict(alone, other) is Verdict.IN)
    if gap >= 2 or split:
        flag = ParityFlag.RED
    elif gap >= 1 or share_gap >= Fraction(15, 100):
        flag = ParityFlag.AMBER
    else:
        flag = ParityFlag.NONE
    return Parity(flag=flag, gap=gap, share_gap=share_gap, delta=cliffs_delta(men_only, mixed))


def cliffs_delta(xs: Sequence[int], ys: Sequence[int]) -> Fraction | None:
    """(pairs with x > y, less pairs with x < y) / all pairs (Cliff, Psychol Bull 1993;114:494); None without
    pairs.
    """
    if not xs or not ys:
        return None
    ones, others = scale.histogram(xs), scale.histogram(ys)
    signs = sum(count * (sum(others[:mark]) - sum(others[mark + 1 :])) for mark, count in enumerate(ones))
    return Fraction(signs, len(xs) * len(ys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What another rule would have said of an item, and whether that differs from the rule in force."""

    name: str
    verdict: Verdict
    differs: bool


def sensitivity(
    by_group: Mapping[str, Sequence[int]], rule: ConsensusRule = DEFAULT_RULE
) -> tuple[Alternative, ...]:
    """An item under each other rule: criteria alone change results (Webbe and others, Trials 2023).

    Reservations are left aside: an item that is in with a reservation is in.
    """
    groups = _groups(by_group)
    pooled = _pooled(groups)
    in_force = _plain(_judge(groups, rule).verdict)
    found: dict[str, Verdict] = {
        name: _plain(_judge(groups, other).verdict) for name, other in _other_rules(rule).items()
    }
    found["RAND classic"] = _of_class(pooled, scale.divided(pooled))
    measured = scale.ipras_of(pooled.histogram)
    found["RAND with IPRAS"] = _of_class(pooled, measured.disagreement if measured else None)
    found["IQR up to 2"] = _by_spread(pooled, rule.least_n)
    alone = replace(rule, least_n=rule.least_group_n)
    for name, given in groups.items():
        if given.n >= rule.least_group_n and (rule.groups is None or name in rule.groups):
            found[f"{name} alone"] = _verdict(alone, given)
    return tuple(
        Alternative(name=name, verdict=verdict, differs=verdict is not in_force)
        for name, verdict in found.items()
    )


def _other_rules(rule: ConsensusRule) -> dict[str, ConsensusRule]:
    def of(agree: int, *, strict: bool = True) -> ConsensusRule:
        return replace(rule, agree=Fraction(agree, 100), oppose=Fraction(15, 100), strict=strict)

    return {
        "70/15 under": of(70),
        "70/15 up to": of(70, strict=False),
        "75/15": of(75),
        "80/15": of(80),
        "pooled": replace(rule, weighting=Weighting.POOLED),
        "equal": replace(rule, weighting=Weighting.EQUAL),
    }


def _verdict(
    rule: ConsensusRule, pooled: Summary, hi: Fraction | None = None, lo: Fraction | None = None
) -> Verdict:
    """By the shares given, else by those of everybody."""
    if pooled.hi_share is None or pooled.lo_share is None:
        return Verdict.TOO_FEW
    return rule.judge(pooled.n, pooled.hi_share if hi is None else hi, pooled.lo_share if lo is None else lo)


def _mean_share(groups: Sequence[Summary], which: str) -> Fraction | None:
    if not groups:
        return None
    return sum((Fraction(getattr(each, which), each.n) for each in groups), Fraction(0)) / len(groups)


def _middle(values: Sequence[float]) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _is_reserved(group: Summary) -> bool:
    share = group.hi_share
    return share is not None and (share < HALF or (group.median or 0) < _RESERVED_MEDIAN)


def _plain(verdict: Verdict) -> Verdict:
    return Verdict.IN if verdict is Verdict.IN_WITH_RESERVATION else verdict


def _of_class(figures: Summary, disagreement: bool | None) -> Verdict:
    if disagreement is None:
        return Verdict.TOO_FEW
    return _CLASSES[scale.class_of(figures, disagreement=disagreement)]


def _by_spread(figures: Summary, least_n: int) -> Verdict:
    if figures.n < least_n or figures.iqr is None or figures.median is None:
        return Verdict.TOO_FEW
    if figures.iqr <= 2 and figures.median >= 7:
        return Verdict.IN
    return Verdict.OUT if figures.iqr <= 2 and figures.median <= 3 else Verdict.NO_CONSENSUS


_CLASSES = {
    RandClass.APPROPRIATE: Verdict.IN,
    RandClass.INAPPROPRIATE: Verdict.OUT,
    RandClass.UNCERTAIN: Verdict.NO_CONSENSUS,
    RandClass.TOO_FEW: Verdict.TOO_FEW,
}
