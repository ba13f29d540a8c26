"""How many answers people must code: drawn at random, or half at random and half for rare themes.

Both ways begin with the same random answers and are asked about the same test answers after each batch.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.coded import RANDOM
from analysis.features import Ints
from analysis.quality import assigned
from analysis.sampling import FIRST_RANDOM, next_answers
from analysis.suggest import Options, Suggester, fit
from analysis.vectors import Vectors
from benchmarks.coded_text import HumanCoded
from benchmarks.theme_figures import Said, figures

BATCH = 25
LAST = 600
FIGURES = ("micro_f1", "macro_f1", "macro_ap")
Curve = dict[int, dict[str, float]]


def measured(coded_set: HumanCoded, vectors: Vectors | None, arguments: argparse.Namespace) -> dict[str, Any]:
    """Both curves, and how many random answers reach what mixed ones reach."""
    curves = {
        way: _mean([_walk(coded_set, vectors, seed, mixed=way == "mixed") for seed in range(arguments.seeds)])
        for way in ("random", "mixed")
    }
    return {"learning": True, "seeds": arguments.seeds, **curves, "share_needed": _shares(curves)}


def _walk(coded_set: HumanCoded, vectors: Vectors | None, seed: int, *, mixed: bool) -> Curve:
    order = np.random.RandomState(1000 + seed).permutation(coded_set.pool)
    coded: list[int] = order[:FIRST_RANDOM].tolist()
    streams: dict[int, str] = {}
    curve: Curve = {}
    while len(coded) <= min(LAST, len(coded_set.pool)):
        codings = coded_set.codings(np.array(coded), streams)
        model = fit(coded_set.prepared, vectors, coded_set.frame, codings, Options(seed=0))
        curve[len(coded)] = _figures(coded_set, model)
        if mixed:
            drawn = next_answers(model, codings, size=4 * BATCH, seed=seed + len(coded))
            columns = (drawn[name].tolist() for name in ("answer", "stream"))
            some = [(int(answer), stream) for answer, stream in zip(*columns, strict=True)]
            some = [(place, stream) for place, stream in some if place in _of(coded_set.pool)][:BATCH]
            streams |= {place: stream for place, stream in some if stream != RANDOM}
            coded += [place for place, _ in some]
        else:
            coded = order[: len(coded) + BATCH].tolist()
    return curve


def _of(pool: Ints) -> frozenset[int]:
    return frozenset(pool.tolist())


def _figures(coded_set: HumanCoded, model: Suggester) -> dict[str, float]:
    test = coded_set.test
    scores = model.scores[test]
    given = assigned(scores, model.fitted.cuts, at_least_one=True)
    said = Said(
        scores=scores, given=given, likelihood=np.clip(scores, 0, 1), listed=given, sure=None, stated=None
    )
    found = figures(coded_set.truths[test], said)
    return {name: found[name] or 0.0 for name in FIGURES}


def _mean(curves: Sequence[Curve]) -> Curve:
    return {
        count: {name: round(float(np.mean([curve[count][name] for curve in curves])), 4) for name in FIGURES}
        for count in curves[0]
    }


def _shares(curves: dict[str, Curve]) -> dict[str, float | None]:
    """Answers for nine tenths of what the most random ones reach: mixed as a share of random."""
    shares: dict[str, float | None] = {}
    for name in FIGURES:
        wanted = 0.9 * max(point[name] for point in curves["random"].values())
        needed = {
            way: next((count for count, point in curve.items() if point[name] >= wanted), None)
            for way, curve in curves.items()
        }
        mixed, random = needed["mixed"], needed["random"]
        shares[name] = round(mixed / random, 3) if mixed and random else None
    return shares
