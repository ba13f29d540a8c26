"""Ratings from 1 to 9 of one set of raters: shares, percentiles, spread, and the classes of RAND/UCLA.

Knows whole numbers; "cannot rate" and no rating are not among them. Shares are exact fractions, since a rule
that says 70 % must hold at exactly 70 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

LOWEST, HIGHEST = 1, 9
LEAST_FOR_CLASS = 8
"""Fewer raters are too few for a verdict or a class."""
_CLASSIC_MOST = 16


class Third(StrEnum):
    """The three regions of the scale: not needed, useful, essential."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class RandClass(StrEnum):
    """What RAND/UCLA calls an item."""

    APPROPRIATE = "appropriate"
    UNCERTAIN = "uncertain"
    INAPPROPRIATE = "inappropriate"
    TOO_FEW = "too_few"


class Spread(StrEnum):
    """A word for the interquartile range; never a verdict."""

    CLOSE = "close"
    MIXED = "mixed"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One set of ratings. histogram: how many chose 1, 2, .. 9. median, p25, p75: None without ratings."""

    n: int
    hi: int
    lo: int
    histogram: tuple[int, ...]
    median: float | None
    p25: float | None
    p75: float | None

    @property
    def hi_share(self) -> Fraction | None:
        """The share that rated 7 to 9."""
        return Fraction(self.hi, self.n) if self.n else None

    @property
    def lo_share(self) -> Fraction | None:
        """The share that rated 1 to 3."""
        return Fraction(self.lo, self.n) if self.n else None

    @property
    def iqr(self) -> float | None:
        """P75 - P25."""
        return None if self.p25 is None or self.p75 is None else self.p75 - self.p25

    @property
    def spread(self) -> Spread | None:
        """Close up to 2, mixed up to 4, split above; practice varies (von der Gracht, TFSC 2012;79:1525)."""
        if self.iqr is None:
            return None
        if self.iqr <= 2:
            return Spread.CLOSE
        return Spread.MIXED if self.iqr <= 4 else Spread.SPLIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipras:
    """The interpercentile range adjusted for symmetry, and what it says of disagreement.

    ipr: P70 - P30. ipras: 2.35 + 1.5 |5 - (P30 + P70) / 2|. index: ipr / ipras, above 1 is disagreement.
    """

    ipr: float
    ipras: float

    @property
    def index(self) -> float:
        """The disagreement index."""
        return self.ipr / self.ipras

    @property
    def disagreement(self) -> bool:
        """Whether the range is wider than the adjusted one."""
        return self.ipr > self.ipras


def summarise(ratings: Sequence[int]) -> Summary:
    """The figures of one set of ratings. Raises ValueError for a rating outside 1 to 9."""
    _require_on_scale(ratings)
    return Summary(
        n=len(ratings),
        hi=sum(rating >= 7 for rating in ratings),
        lo=sum(rating <= 3 for rating in ratings),
        histogram=histogram(ratings),
        median=percentile(ratings, Fraction(1, 2)),
        p25=percentile(ratings, Fraction(1, 4)),
        p75=percentile(ratings, Fraction(3, 4)),
    )


def histogram(ratings: Sequence[int]) -> tuple[int, ...]:
    """How many chose each mark, 1 first."""
    return tuple(sum(rating == mark for rating in ratings) for mark in range(LOWEST, HIGHEST + 1))


def percentile(ratings: Sequence[int], share: Fraction) -> float | None:
    """Linear interpolation between order statistics (type 7 of Hyndman and Fan, Am Stat 1996;50:361).

    `share` from 0 to 1; None without ratings.
    """
    if not ratings:
        return None
    ordered = sorted(ratings)
    place = (len(ordered) - 1) * share
    below = place.numerator // place.denominator
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def third(value: float) -> Third:
    """The region of a rating or a median; halfway between two it belongs to the higher (Fitch and others,
    RAND MR-1269, 2001).
    """
    if value < 3.5:
        return Third.LOW
    return Third.MIDDLE if value < 6.5 else Third.HIGH


def ipras(ratings: Sequence[int]) -> Ipras | None:
    """IPRAS of a set of ratings (Fitch and others 2001); None without any."""
    low, high = percentile(ratings, Fraction(3, 10)), percentile(ratings, Fraction(7, 10))
    if low is None or high is None:
        return None
    return Ipras(ipr=high - low, ipras=2.35 + 1.5 * abs(5 - (low + high) / 2))


def classic_limits(n: int) -> tuple[int, int] | None:
    """How many may rate outside the median's region in agreement, and how many in each extreme make
    disagreement: floor((n - 2) / 3) and one more. For 8 to 16 raters; None for others.
    """
    if not LEAST_FOR_CLASS <= n <= _CLASSIC_MOST:
        return None
    most = (n - 2) // 3
    return most, most + 1


def disagreement_classic(ratings: Sequence[int]) -> bool | None:
    """Whether enough people rate in each extreme; None where the classic rule does not apply."""
    limits = classic_limits(len(ratings))
    if limits is None:
        return None
    counted = summarise(ratings)
    return min(counted.hi, counted.lo) >= limits[1]


def disagreement_one_third(ratings: Sequence[int]) -> bool:
    """Whether at least a third rate in each extreme; offered for panels of more than 16."""
    counted = summarise(ratings)
    return bool(ratings) and min(counted.hi, counted.lo) * 3 >= counted.n


def rand_class(ratings: Sequence[int], *, disagreement: bool | None = None) -> RandClass:
    """Appropriate, uncertain or inappropriate.

    `disagreement` is found by the classic rule up to 16 raters and by IPRAS above, unless it is given.
    """
    if len(ratings) < LEAST_FOR_CLASS:
        return RandClass.TOO_FEW
    if disagreement is None:
        disagreement = disagreement_classic(ratings)
    if disagreement is None:
        measured = ipras(ratings)
        disagreement = measured is not None and measured.disagreement
    median = percentile(ratings, Fraction(1, 2))
    region = third(median if median is not None else 5)
    if disagreement or region is Third.MIDDLE:
        return RandClass.UNCERTAIN
    return RandClass.APPROPRIATE if region is Third.HIGH else RandClass.INAPPROPRIATE


def _require_on_scale(ratings: Sequence[int]) -> None:
    for rating in ratings:
        if not LOWEST <= rating <= HIGHEST:
            raise ValueError(f"a rating is a whole number from {LOWEST} to {HIGHEST}")
