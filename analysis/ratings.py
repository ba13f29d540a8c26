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
_HALF = Fraction(1, 2)


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

    ipr: P70 - P30. ipras: 2.35 + 1.5 |5 - (P30 + P70) / 2|. index: ipr / ipras, above 1 is disagreement. All
    exact: a range that is just as wide as the adjusted one is no disagreement, and floats would make it one.
    """

    ipr: Fraction
    ipras: Fraction

    @property
    def index(self) -> float:
        """The disagreement index."""
        return float(self.ipr / self.ipras)

    @property
    def disagreement(self) -> bool:
        """Whether the range is wider than the adjusted one."""
        return self.ipr > self.ipras


def summarise(ratings: Sequence[int]) -> Summary:
    """The figures of one set of ratings. Raises ValueError for a rating outside 1 to 9."""
    counted = histogram(ratings)
    if sum(counted) != len(ratings):
        raise ValueError(f"a rating is a whole number from {LOWEST} to {HIGHEST}")
    return of_histogram(counted)


def of_histogram(counted: Sequence[int]) -> Summary:
    """The figures of one set of ratings, from how many chose each mark, 1 first."""
    return Summary(
        n=sum(counted),
        hi=sum(counted[6:]),
        lo=sum(counted[:3]),
        histogram=tuple(counted),
        median=_at(counted, _HALF),
        p25=_at(counted, Fraction(1, 4)),
        p75=_at(counted, Fraction(3, 4)),
    )


def histogram(ratings: Sequence[int]) -> tuple[int, ...]:
    """How many chose each mark, 1 first."""
    return tuple(map(ratings.count, range(LOWEST, HIGHEST + 1)))


def percentile(ratings: Sequence[int], share: Fraction) -> float | None:
    """Linear interpolation between order statistics (type 7 of Hyndman and Fan, Am Stat 1996;50:361).

    `share` from 0 to 1; None without ratings.
    """
    return _at(histogram(ratings), share)


def third(value: float) -> Third:
    """The region of a rating or a median; halfway between two it belongs to the higher (Fitch and others,
    RAND MR-1269, 2001).
    """
    if value < 3.5:
        return Third.LOW
    return Third.MIDDLE if value < 6.5 else Third.HIGH


def ipras(ratings: Sequence[int]) -> Ipras | None:
    """IPRAS of a set of ratings (Fitch and others 2001); None without any."""
    return ipras_of(histogram(ratings))


def ipras_of(counted: Sequence[int]) -> Ipras | None:
    """The same from how many chose each mark, 1 first."""
    low, high = _exactly_at(counted, Fraction(3, 10)), _exactly_at(counted, Fraction(7, 10))
    if low is None or high is None:
        return None
    return Ipras(ipr=high - low, ipras=Fraction(235, 100) + Fraction(3, 2) * abs(5 - (low + high) / 2))


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
    return divided(summarise(ratings))


def disagreement_one_third(ratings: Sequence[int]) -> bool:
    """Whether at least a third rate in each extreme; offered for panels of more than 16."""
    counted = summarise(ratings)
    return bool(ratings) and min(counted.hi, counted.lo) * 3 >= counted.n


def rand_class(ratings: Sequence[int], *, disagreement: bool | None = None) -> RandClass:
    """Appropriate, uncertain or inappropriate.

    `disagreement` is found by the classic rule up to 16 raters and by IPRAS above, unless it is given.
    """
    return class_of(summarise(ratings), disagreement=disagreement)


def class_of(figures: Summary, *, disagreement: bool | None = None) -> RandClass:
    """The same from figures."""
    if figures.n < LEAST_FOR_CLASS:
        return RandClass.TOO_FEW
    if disagreement is None:
        disagreement = divided(figures)
    if disagreement is None:
        measured = ipras_of(figures.histogram)
        disagreement = measured is not None and measured.disagreement
    region = third(figures.median if figures.median is not None else 5)
    if disagreement or region is Third.MIDDLE:
        return RandClass.UNCERTAIN
    return RandClass.APPROPRIATE if region is Third.HIGH else RandClass.INAPPROPRIATE


def divided(figures: Summary) -> bool | None:
    """Whether enough people rate in each extreme; None where the classic rule does not apply."""
    limits = classic_limits(figures.n)
    return None if limits is None else min(figures.hi, figures.lo) >= limits[1]


def _at(counted: Sequence[int], share: Fraction) -> float | None:
    found = _exactly_at(counted, share)
    return None if found is None else float(found)


def _exactly_at(counted: Sequence[int], share: Fraction) -> Fraction | None:
    """A percentile from counts alone: a whole panel is nine numbers, whatever its size."""
    n = sum(counted)
    if not n:
        return None
    below, rest = divmod((n - 1) * share.numerator, share.denominator)
    low, high = _ranked(counted, below), _ranked(counted, min(below + 1, n - 1))
    return Fraction(low * share.denominator + rest * (high - low), share.denominator)


def _ranked(counted: Sequence[int], place: int) -> int:
    """The rating at a place, from 0, of all in order."""
    seen = 0
    for mark, count in enumerate(counted, start=LOWEST):
        seen += count
        if place < seen:
            return mark
    raise IndexError(place)
