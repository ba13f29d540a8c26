"""How well clauses are ranked, on opinions that people matched to key points.

A folder with `data.csv` (labels: matching key points; judged: those with a decided label; topic; stance) and
`key_points.csv`. Texts and key points of one topic and stance are ranked together; where people did not
decide of a pair, it counts as no match.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from analysis.embedding import choose_backend, embed_texts
from analysis.linking import Meanings, rank_clauses
from analysis.tables import JUDGEMENTS
from analysis.text import normalise

Ranked = dict[tuple[str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One topic and stance: texts, clauses, and what people decided of each pair that they judged."""

    texts: pd.DataFrame
    clauses: pd.DataFrame
    truth: dict[tuple[str, str], bool]
    meanings: Meanings | None


def read_sides(folder: Path, split: str, wanted: str | None) -> list[Side] | None:
    """The sides of one split; None when the files are not there."""
    if not (folder / "key_points.csv").exists():
        return None
    rows = pd.read_csv(folder / "data.csv", keep_default_na=False, dtype=str)
    points = pd.read_csv(folder / "key_points.csv", keep_default_na=False, dtype=str)
    sides = []
    for (topic, stance), some in rows[rows["split"] == split].groupby(["topic", "stance"]):
        mine = points[(points["topic"] == topic) & (points["stance"] == stance)]
        if mine.empty:
            continue
        columns = ([str(value) for value in some[name]] for name in ("id", "labels", "judged"))
        truth = {
            (text, point): point in labels.split("|")
            for text, labels, judged in zip(*columns, strict=True)
            for point in judged.split("|")
            if point
        }
        texts = pd.DataFrame({"text": some["id"], "words": some["text"]}).reset_index(drop=True)
        clauses = pd.DataFrame({"clause": mine["key_point_id"], "words": mine["key_point"]})
        clauses = clauses.reset_index(drop=True)
        meanings = _meanings(texts, clauses, wanted)
        sides.append(Side(texts=texts, clauses=clauses, truth=truth, meanings=meanings))
    return sides


def _meanings(texts: pd.DataFrame, clauses: pd.DataFrame, wanted: str | None) -> Meanings | None:
    backend = choose_backend(wanted)
    if not backend.size:
        return None
    said, statements = (
        np.concatenate(
            embed_texts([normalise(words) for words in frame["words"]], [()] * len(frame), backend)
        )
        for frame in (texts, clauses)
    )
    return Meanings(texts=said.astype(np.float32), clauses=statements.astype(np.float32))


def scored(side: Side, ranked: pd.DataFrame, taught: frozenset[str]) -> list[dict[str, float]]:
    """The figures of each text of a side that has a match and taught nothing."""
    found = []
    for text, rows in ((str(key), rows) for key, rows in ranked.groupby("text", sort=False)):
        match = [side.truth.get((text, str(clause)), False) for clause in rows["clause"]]
        if text in taught or not any(match):
            continue
        first = match.index(True)
        in_three = sum(match[:3]) / sum(match)
        found.append({"p_at_1": float(match[0]), "mrr": 1 / (first + 1), "r_at_3": in_three})
    return found


def strict_precision(side: Side, ranked: pd.DataFrame) -> float:
    """Average precision of each text's best clause, over the half of the texts that are surest of theirs.

    As in the shared task on key points (Friedman-Melamed and others 2021), strict.
    """
    best = ranked[ranked["rank"] == 1].sort_values("score", ascending=False, kind="stable")
    kept = best.head(len(best) // 2 or 1)
    pairs = zip(kept["text"], kept["clause"], strict=True)
    truth = [side.truth.get((str(text), str(clause)), False) for text, clause in pairs]
    return float(average_precision_score(truth, kept["score"])) if any(truth) else 0.0


def judged_sample(side: Side, confirmed: int, seed: int) -> tuple[pd.DataFrame, frozenset[str]]:
    """Links that a person confirmed for some texts, and the texts."""
    matches = [pair for pair, match in side.truth.items() if match]
    order = np.random.default_rng(seed).permutation(len(matches))[:confirmed]
    taught = [matches[at] for at in order]
    frame = pd.DataFrame([(*pair, True) for pair in taught], columns=list(JUDGEMENTS.names))
    return frame, frozenset(text for text, _ in taught)


def measured(folder: Path, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Untrained, after 10, 25 and 50 confirmed links a side, and with words alone as the peer."""
    sides = read_sides(folder, "dev", arguments.backend)
    if sides is None:
        return None
    started = time.process_time()
    untrained = _means(sides, lambda side: _ranked(side, None))
    spent = time.process_time() - started
    learning = {}
    most = max(sum(side.truth.values()) for side in sides)
    for confirmed in (count for count in (10, 25, 50) if count < most):
        runs = [_means(sides, partial(_taught, confirmed, seed)) for seed in range(arguments.seeds)]
        learning[str(confirmed)] = {
            name: round(float(np.mean([run[name] for run in runs])), 4) for name in runs[0]
        }
    return {
        "set": folder.name,
        "linking": True,
        "sides": len(sides),
        "texts": sum(len(side.texts) for side in sides),
        "cpu_seconds": round(spent, 2),
        **untrained,
        "confirmed_a_side": learning,
        "peers": {"tfidf": _means(sides, lambda side: (rank_clauses(side.texts, side.clauses), frozenset()))},
    }


def _ranked(side: Side, judged: pd.DataFrame | None) -> tuple[pd.DataFrame, frozenset[str]]:
    return rank_clauses(side.texts, side.clauses, judged, side.meanings), frozenset()


def _taught(confirmed: int, seed: int, side: Side) -> tuple[pd.DataFrame, frozenset[str]]:
    judged, taught = judged_sample(side, confirmed, seed)
    return _ranked(side, judged)[0], taught


def _means(
    sides: list[Side], rank: Callable[[Side], tuple[pd.DataFrame, frozenset[str]]]
) -> dict[str, float]:
    """Means over texts; the average precision over sides."""
    rows: list[dict[str, float]] = []
    strict = []
    for side in sides:
        ranked, taught = rank(side)
        rows += scored(side, ranked, taught)
        strict.append(strict_precision(side, ranked[~ranked["text"].isin(taught)]))
    means = {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}
    return {**means, "map_strict": round(float(np.mean(strict)), 4)}
