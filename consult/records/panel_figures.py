"""What is kept of an item's ratings once a round has closed: aggregates after disclosure control, as JSON.

Knows results of `analysis` and what may be kept of them. A group under its least number keeps no figure
here, so that no page, file or row can show one. Shares become whole per cents only after the rule has
compared them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from analysis.consensus import Alternative, Judgement, Parity, Verdict
from analysis.ratings import Summary
from analysis.stability import SignedRank, Stability

LEAST_GROUP = 5
LEAST_ALL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure:
    """One group on one item. n, histogram, median and hi (per cent that rate 7 to 9) are None when hidden."""

    name: str
    n: int | None = None
    histogram: tuple[int, ...] | None = None
    median: float | None = None
    hi: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """One item in one closed round. Per cents are whole. Everything is None or empty with under 8 raters.

    votes, clear, applies: choice and how often, as it may be shown. alternatives: what other rules would say.
    """

    verdict: str
    by_pooled: bool = False
    n: int | None = None
    cannot_rate: str = ""
    histogram: tuple[int, ...] | None = None
    median: float | None = None
    iqr: float | None = None
    spread: str = ""
    pooled_hi: int | None = None
    pooled_lo: int | None = None
    equal_hi: int | None = None
    equal_lo: int | None = None
    equal_median: float | None = None
    groups: tuple[GroupFigure, ...] = ()
    reservations: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()
    rand: str = ""
    disagreement: bool = False
    parity: str = "too_few"
    parity_gap: float | None = None
    parity_share: int | None = None
    delta: float | None = None
    stable: bool | None = None
    stability_n: int | None = None
    group_change: int | None = None
    individual_change: int | None = None
    kappa: float | None = None
    rank_p: float | None = None
    stops: bool = False
    alternatives: tuple[tuple[str, str, bool], ...] = ()
    achievable_median: float | None = None
    achievable_hi: int | None = None
    clear: tuple[tuple[str, str], ...] = ()
    applies: tuple[tuple[str, str], ...] = ()
    votes: tuple[tuple[str, str], ...] = ()
    carried: str = ""
    themes: tuple[Mapping[str, str], ...] = field(default=())
    findings: tuple[Mapping[str, str], ...] = field(default=())


def percent(share: Fraction | None) -> int | None:
    """A whole per cent, halves up; for reading, after everything was compared."""
    if share is None:
        return None
    return (200 * share.numerator + share.denominator) // (2 * share.denominator)


def protected_groups(groups: Mapping[str, Summary], *, least: int = LEAST_GROUP) -> tuple[GroupFigure, ...]:
    """Groups with what may be shown: none under the least number.

    Those that are hidden must together be as many as the least number, and be two at least, or taking away
    what is shown from the whole would show them: until then the next smallest is hidden, too.
    """
    hidden = hidden_groups({name: each.n for name, each in groups.items()}, least=least)
    return tuple(
        GroupFigure(name=name)
        if name in hidden
        else GroupFigure(
            name=name,
            n=each.n,
            histogram=each.histogram,
            median=each.median,
            hi=percent(each.hi_share),
        )
        for name, each in groups.items()
    )


def hidden_groups(sizes: Mapping[str, int], *, least: int = LEAST_GROUP) -> frozenset[str]:
    """Names of the groups of which nothing is shown."""
    hidden = {name for name, n in sizes.items() if n < least}
    order = sorted((name for name in sizes if name not in hidden), key=lambda name: sizes[name])

    def told_apart() -> bool:
        people = [sizes[name] for name in hidden if sizes[name]]
        return bool(people) and (len(people) == 1 or sum(people) < least)

    while told_apart() and order:
        hidden.add(order.pop(0))
    return frozenset(hidden)


def judged(judgement: Judgement) -> dict[str, Any]:
    """The part of the figures that one round gives by itself."""
    pooled = judgement.pooled
    groups = protected_groups(judgement.groups)
    made: dict[str, Any] = {"verdict": str(judgement.verdict), "by_pooled": judgement.by_pooled}
    if pooled.n < LEAST_ALL:
        return made | {"groups": tuple(GroupFigure(name=each.name) for each in groups)}
    return made | {
        "n": pooled.n,
        "histogram": pooled.histogram,
        "median": pooled.median,
        "iqr": pooled.iqr,
        "spread": str(pooled.spread or ""),
        "pooled_hi": percent(pooled.hi_share),
        "pooled_lo": percent(pooled.lo_share),
        "equal_hi": percent(judgement.equal_hi),
        "equal_lo": percent(judgement.equal_lo),
        "equal_median": judgement.equal_median,
        "groups": groups,
        "reservations": judgement.reservations,
        "contested": judgement.contested,
        "rand": str(judgement.rand),
        "disagreement": judgement.disagreement,
    }


def compared(found: Parity, settled: Stability, ranked: SignedRank, p: float | None) -> dict[str, Any]:
    """Parity of the two kinds of service, and change since the round before. p: adjusted over the items."""
    enough = settled.n >= LEAST_ALL
    return {
        "parity": str(found.flag),
        "parity_gap": found.gap,
        "parity_share": percent(found.share_gap),
        "delta": None if found.delta is None else round(float(found.delta), 4),
        "stable": settled.stable,
        "stability_n": settled.n if enough else None,
        "group_change": percent(settled.group_change),
        "individual_change": percent(settled.individual_change),
        "kappa": round(settled.kappa, 4) if enough and settled.kappa is not None else None,
        "rank_p": round(p, 4) if enough and p is not None and ranked.n else None,
    }


def other_rules(
    found: Sequence[Alternative], shown: Sequence[GroupFigure]
) -> tuple[tuple[str, str, bool], ...]:
    """What other rules say; a hidden group has no line, and a rule that does not apply flips nothing."""
    hidden = {f"{each.name} alone" for each in shown if each.n is None}
    return tuple(
        (each.name, str(each.verdict), each.differs and each.verdict is not Verdict.TOO_FEW)
        for each in found
        if each.name not in hidden
    )


def written(figures: ItemFigures) -> str:
    """As it is kept."""
    return json.dumps(asdict(figures), sort_keys=True)


@lru_cache(maxsize=1024)
def read(kept: str) -> ItemFigures | None:
    """As it was kept; None for an item of a round that has not closed. What is kept never changes."""
    if not kept:
        return None
    given = json.loads(kept)
    given["groups"] = tuple(_group(each) for each in given["groups"])
    for name in ("alternatives", "clear", "applies", "votes"):
        given[name] = tuple(tuple(each) for each in given[name])
    for name in ("reservations", "contested", "themes", "findings"):
        given[name] = tuple(given[name])
    given["histogram"] = _marks(given["histogram"])
    return ItemFigures(**given)


def median(kept: str) -> float | None:
    """The median alone of what was kept."""
    found: float | None = json.loads(kept)["median"]
    return found


def _group(given: Mapping[str, Any]) -> GroupFigure:
    return GroupFigure(**{**given, "histogram": _marks(given["histogram"])})


def _marks(given: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if given is None else tuple(given)
