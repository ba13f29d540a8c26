"""Who came back: return between rounds by group, and whether those who left rated otherwise.

Somebody who did not come back never counts as agreeing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from analysis import ratings as scale

TOOK_PART = Fraction(80, 100)
"""Share of a round's items that somebody rated who took part in it."""
AMBER_UNDER, RED_UNDER = Fraction(80, 100), Fraction(70, 100)
BIAS_FROM = 1
"""Difference of medians, of those who left and those who stayed, from which on it is flagged."""


class ReturnFlag(StrEnum):
    """How well a group came back (Sumsion, Br J Occup Ther 1998;61:153)."""

    NONE = "none"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One group between two rounds. share: of those who took part before; of_invited: of all invited. None
    where there was nobody.
    """

    group: str
    before: int
    after: int
    share: Fraction | None
    of_invited: Fraction | None
    flag: ReturnFlag


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """First ratings of one item in one group: those who left beside those who stayed."""

    group: str
    item: str
    left_n: int
    stayed_n: int
    left_median: float | None
    stayed_median: float | None
    left_hi: Fraction | None
    stayed_hi: Fraction | None
    flagged: bool


def took_part(rated: int, items: int) -> bool:
    """Whether somebody who rated so many of a round's items took part in it."""
    return items > 0 and Fraction(rated, items) >= TOOK_PART


def returns(
    groups: Mapping[str, Collection[str]], before: Collection[str], after: Collection[str]
) -> tuple[Return, ...]:
    """Return by group. groups: whom each group invited; before, after: who took part in the two rounds."""
    return tuple(_return(name, set(invited), set(before), set(after)) for name, invited in groups.items())


def biases(
    groups: Mapping[str, Collection[str]],
    first: Mapping[str, Mapping[str, int]],
    stayed: Collection[str],
) -> tuple[Bias, ...]:
    """For each group and item, whether those who left rated it otherwise in the first round.

    first: ratings (1 to 9) by item and person. stayed: who took part in the later round.
    """
    here = frozenset(stayed)
    parts = {name: (set(people) - here, set(people) & here) for name, people in groups.items()}
    return tuple(
        _bias(name, item, _of(given, left), _of(given, kept))
        for name, (left, kept) in parts.items()
        for item, given in first.items()
    )


def carried_forward(
    first: Mapping[str, Mapping[str, int]], later: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """Ratings of the later round with the last rating of those who did not come back: a sensitivity run."""
    return {item: {**first.get(item, {}), **given} for item, given in later.items()}


def _return(name: str, invited: set[str], before: set[str], after: set[str]) -> Return:
    were, came = len(invited & before), len(invited & before & after)
    share = Fraction(came, were) if were else None
    return Return(
        group=name,
        before=were,
        after=came,
        share=share,
        of_invited=Fraction(len(invited & after), len(invited)) if invited else None,
        flag=_flag(share),
    )


def _flag(share: Fraction | None) -> ReturnFlag:
    if share is None or share >= AMBER_UNDER:
        return ReturnFlag.NONE
    return ReturnFlag.RED if share < RED_UNDER else ReturnFlag.AMBER


def _of(given: Mapping[str, int], people: Collection[str]) -> list[int]:
    return [given[person] for person in people if person in given]


def _bias(name: str, item: str, left: Sequence[int], stayed: Sequence[int]) -> Bias:
    gone, here = scale.summarise(left), scale.summarise(stayed)
    return Bias(
        group=name,
        item=item,
        left_n=gone.n,
        stayed_n=here.n,
        left_median=gone.median,
        stayed_median=here.median,
        left_hi=gone.hi_share,
        stayed_hi=here.hi_share,
        flagged=gone.median is not None
        and here.median is not None
        and abs(gone.median - here.median) >= BIAS_FROM,
    )
