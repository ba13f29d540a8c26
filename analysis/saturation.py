"""When new answers bring no new themes (after Guest, Namey and Chen, PLoS ONE 2020;15:e0232076).

Units are interviews in order, or short survey answers in many random orders; there the method is adapted, and
whoever shows a figure says so.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST_ANSWERS = 30
"""Fewer short answers are too thin to judge."""
_BLOCK_BASE, _BLOCK_RUN, _ORDERS = 20, 10, 200

Codes = Collection[Hashable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """base_codes: distinct codes in the base. ratios: by unit, from base + run on. reached: first unit whose
    ratio is at most the threshold, None when there is none or nothing can be computed.
    """

    base: int
    run: int
    base_codes: int
    ratios: dict[int, Fraction]
    reached: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptedSaturation:
    """For short answers, over random orders.

    median, low and high (90 % band) of the new-code ratio by number of answers read. thin: fewer answers than
    can be judged, and then no figures.
    """

    n: int
    thin: bool
    median: dict[int, float]
    low: dict[int, float]
    high: dict[int, float]
    seed: int


def saturate(
    units: Sequence[Codes], *, base: int = 4, run: int = 2, threshold: Fraction = Fraction(5, 100)
) -> Saturation:
    """Saturation of units in their order. Runs roll on by one unit."""
    firsts = _first_seen(units)
    base_codes = sum(place < base for place in firsts.values())
    ratios: dict[int, Fraction] = {}
    if base_codes:
        for end in range(base + run, len(units) + 1):
            new = sum(end - run <= place < end for place in firsts.values())
            ratios[end] = Fraction(new, base_codes)
    reached = next((unit for unit, ratio in ratios.items() if ratio <= threshold), None)
    return Saturation(base=base, run=run, base_codes=base_codes, ratios=ratios, reached=reached)


def saturate_answers(answers: Sequence[Codes], *, seed: int, orders: int = _ORDERS) -> AdaptedSaturation:
    """The adapted form for short answers: base 20, run 10, the median and band over random orders."""
    n = len(answers)
    if n < FEWEST_ANSWERS:
        return AdaptedSaturation(n=n, thin=True, median={}, low={}, high={}, seed=seed)
    chance = random.Random(seed)  # noqa: S311 - an order to average over, no secret
    found: dict[int, list[Fraction]] = {}
    for _ in range(orders):
        shuffled = chance.sample(list(answers), n)
        for unit, ratio in saturate(shuffled, base=_BLOCK_BASE, run=_BLOCK_RUN).ratios.items():
            found.setdefault(unit, []).append(ratio)
    return AdaptedSaturation(
        n=n,
        thin=False,
        median={unit: _at(ratios, 50) for unit, ratios in found.items()},
        low={unit: _at(ratios, 5) for unit, ratios in found.items()},
        high={unit: _at(ratios, 95) for unit, ratios in found.items()},
        seed=seed,
    )


def _first_seen(units: Sequence[Codes]) -> dict[Hashable, int]:
    firsts: dict[Hashable, int] = {}
    for place, codes in enumerate(units):
        for code in codes:
            firsts.setdefault(code, place)
    return firsts


def _at(ratios: Sequence[Fraction], percent: int) -> float:
    ordered = sorted(ratios)
    place = Fraction((len(ordered) - 1) * percent, 100)
    below = place.numerator // place.denominator
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
