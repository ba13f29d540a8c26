"""How well themes are suggested, measured on text that people coded: `python -m benchmarks.themes --data
DIR`.

DIR holds the development sets, one folder each (nhs_px, anes_oe), or is one of them. They are never part of
the project; without them the run says "skipped". One JSON object goes to standard output, a table of means to
standard error. Pool and test are the set's own split; coded answers are RandomState(1000 + seed).choice(pool,
N).
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, label_ranking_average_precision_score
from sklearn.model_selection import KFold

from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.features import Bools, Floats, Ints
from analysis.prepared import Prepared, prepare
from analysis.quality import assigned, match_cuts, prevalence
from analysis.suggest import Options, fit
from analysis.tables import CODINGS

SETS = {"nhs_px": ("nhs_px", None), "q3": ("anes_oe", "q3"), "q5": ("anes_oe", "q5")}
F1_NAMES = ("micro_f1", "macro_f1", "samples_f1")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HumanCoded:
    """One set: prepared answers, its frame, truths (answers x themes), and the places of pool and test."""

    name: str
    prepared: Prepared
    frame: CodeFrame
    truths: Floats
    pool: Ints
    test: Ints


def read_set(folder: Path, name: str) -> HumanCoded | None:
    """The set of that name; None when its files are not there."""
    directory, question = SETS[name]
    home = folder if folder.name == directory else folder / directory
    if not (home / "data.csv").exists():
        return None
    rows = pd.read_csv(home / "data.csv", keep_default_na=False, dtype=str)
    if question is not None:
        rows = rows[rows["question"] == question]
    rows = rows.reset_index(drop=True)
    given = [[theme for theme in labels.split("|") if theme] for labels in rows["labels"]]
    themes = sorted({theme for labels in given for theme in labels})
    book = home / "codebook.json"
    about = json.loads(book.read_text(encoding="utf-8")) if book.exists() else {}
    answers = pd.DataFrame(
        {"answer": [str(place) for place in range(len(rows))], "text": rows["text"], "language": "en"}
    )
    return HumanCoded(
        name=name,
        prepared=prepare(answers),
        frame=CodeFrame(version="1", themes=tuple(_theme(theme, about) for theme in themes)),
        truths=np.array([[theme in labels for theme in themes] for labels in given], dtype=float),
        pool=np.flatnonzero(rows["split"] == "train"),
        test=np.flatnonzero(rows["split"] == "test"),
    )


def _theme(key: str, about: dict[str, Any]) -> ThemeEntry:
    # Codes without a codebook are numbers: their names teach nothing.
    name = key if key in about else "".join(sign for sign in key if sign.isdigit())
    return ThemeEntry(key=key, name=name, definition=about.get(key, {}).get("definition", ""))


def measure(truths: Floats, scores: Floats, given: Bools) -> dict[str, float]:
    """The metrics of one run on test answers."""
    has, order = truths.any(axis=0), np.argsort(-scores, axis=1)
    in_top_3 = np.take_along_axis(truths, order[:, :3], axis=1).sum(axis=1)
    return {
        **_f1(truths, given),
        "macro_ap": float(
            np.mean([average_precision_score(truths[:, j], scores[:, j]) for j in np.flatnonzero(has)])
        ),
        "lrap": float(label_ranking_average_precision_score(truths, scores)),
        "p1": float(np.take_along_axis(truths, order[:, :1], axis=1).mean()),
        "r3": float(np.mean(in_top_3 / np.maximum(truths.sum(axis=1), 1))),
    }


def _f1(truths: Floats, given: Bools) -> dict[str, float]:
    has, wanted, found = truths.any(axis=0), truths.astype(int), given.astype(int)
    return {
        "micro_f1": float(f1_score(wanted, found, average="micro", zero_division=0)),
        "macro_f1": float(f1_score(wanted[:, has], found[:, has], average="macro", zero_division=0)),
        "samples_f1": float(f1_score(wanted, found, average="samples", zero_division=0)),
    }


def ours(coded_set: HumanCoded, coded: Ints, *, em: bool) -> dict[str, Any]:
    """The suggester. stated: leave-one-out on the coded answers, as a page would state it (each has a theme
    here).
    """
    truths, keys = coded_set.truths, coded_set.frame.keys
    rows = [
        (str(place), keys[theme], None, None, "a", "person", "random", True)
        for place in coded.tolist()
        for theme in np.flatnonzero(truths[place])
    ]
    codings = pd.DataFrame(rows, columns=list(CODINGS.names))
    started = time.process_time()
    model = fit(coded_set.prepared, None, coded_set.frame, codings, Options(seed=0, em=em))
    spent = time.process_time() - started
    scores, cuts = model.scores[coded_set.test], model.fitted.cuts
    stated = None
    if len(coded):
        mine = [int(answer) for answer in model.fitted.coded]
        left_out = model.fitted.left_out.astype(float)
        stated = _f1(truths[mine], assigned(left_out, cuts, at_least_one=True))
    return {
        "metrics": measure(truths[coded_set.test], scores, assigned(scores, cuts, at_least_one=True)),
        "one_cut": None,
        "stated": stated,
        "cpu_s": spent,
        "definitions": coded_set.frame.defined,
        "em": em,
    }


def tfidf_lr(coded_set: HumanCoded, coded: Ints, *, em: bool) -> dict[str, Any]:
    """The usual peer: one logistic regression a theme on the same word features, with matched cuts and with
    one cut.
    """
    del em
    truths, rows = coded_set.truths, coded_set.prepared.answer_words.astype(np.float64)
    started = time.process_time()
    scores = _regressions(rows, truths, coded, np.arange(len(truths)))
    cuts = match_cuts(scores, prevalence(truths[coded]))
    one = _one_cut(rows, truths, coded)
    spent = time.process_time() - started
    seen = scores[coded_set.test]
    return {
        "metrics": measure(truths[coded_set.test], seen, assigned(seen, cuts, at_least_one=True)),
        "one_cut": _f1(
            truths[coded_set.test], assigned(seen, np.full(seen.shape[1], one), at_least_one=True)
        ),
        "stated": None,
        "cpu_s": spent,
        "definitions": False,
        "em": False,
    }


def _regressions(rows: Any, truths: Floats, coded: Ints, wanted: Ints) -> Floats:
    scores = np.zeros((len(wanted), truths.shape[1]))
    for theme in range(truths.shape[1]):
        target = truths[coded, theme]
        if 0 < target.sum() < len(coded):
            model = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", max_iter=200)
            scores[:, theme] = model.fit(rows[coded], target).predict_proba(rows[wanted])[:, 1]
        else:
            scores[:, theme] = target.any()
    return scores


def _one_cut(rows: Any, truths: Floats, coded: Ints) -> float:
    """The threshold with the best micro + macro F1 over five folds of the coded answers."""
    scores = np.zeros((len(coded), truths.shape[1]))
    for inside, outside in KFold(5, shuffle=True, random_state=0).split(coded):
        scores[outside] = _regressions(rows, truths, coded[inside], coded[outside])

    def worth(threshold: float) -> tuple[float, float]:
        given = assigned(scores, np.full(truths.shape[1], threshold), at_least_one=True)
        found = _f1(truths[coded], given)
        return found["micro_f1"] + found["macro_f1"], threshold

    thresholds: list[float] = np.arange(0.02, 0.98, 0.02).tolist()
    return max(thresholds, key=worth)


METHODS: dict[str, Callable[..., dict[str, Any]]] = {"ours": ours, "tfidf_lr": tfidf_lr}


def runs_of(coded_set: HumanCoded, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Every method at every number of coded answers and every seed."""
    found = []
    for method in arguments.methods:
        for wanted in arguments.coded:
            everything = wanted == "all"
            n = len(coded_set.pool) if everything else int(wanted)
            if method == "tfidf_lr" and n < 5:
                continue  # nothing to learn a threshold from
            for seed in range(1 if everything or n == 0 else arguments.seeds):
                drawn = np.random.RandomState(1000 + seed).choice(coded_set.pool, n, replace=False)
                run = METHODS[method](
                    coded_set, coded_set.pool if everything else drawn, em=not arguments.no_em
                )
                start = {
                    "set": coded_set.name,
                    "method": method,
                    "backend": "tfidf",
                    "coded": n,
                    "seed": seed,
                }
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                found.append(_rounded({**start, **run, "peak_mb": peak}))
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def table(runs: list[dict[str, Any]]) -> str:
    """Means over seeds, one line a set, method and number of coded answers."""
    lines = ["set      method     coded seeds micro macro  p1    r3    stated  CPU s"]
    for key in dict.fromkeys((run["set"], run["method"], run["coded"]) for run in runs):
        same = [run for run in runs if (run["set"], run["method"], run["coded"]) == key]
        means = [
            float(np.mean([run["metrics"][name] for run in same]))
            for name in ("micro_f1", "macro_f1", "p1", "r3")
        ]
        stated = [run["stated"]["micro_f1"] for run in same if run["stated"]]
        lines.append(
            f"{key[0]:<8} {key[1]:<10} {key[2]:>5} {len(same):>5} "
            + " ".join(f"{value:.3f}" for value in means)
            + (f" {np.mean(stated):.3f}" if stated else "      ")
            + f" {np.mean([run['cpu_s'] for run in same]):>7.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, run, print."""
    read = argparse.ArgumentParser(prog="python -m benchmarks.themes", description=__doc__)
    read.add_argument("--data", type=Path, help="folder of the development sets")
    read.add_argument("--sets", type=lambda text: text.split(","), default=["nhs_px"])
    read.add_argument("--coded", type=lambda text: text.split(","), default=["0", "25", "100", "400"])
    read.add_argument("--seeds", type=int, default=3)
    read.add_argument("--methods", "--method", type=lambda text: text.split(","), default=["ours"])
    read.add_argument("--no-em", action="store_true", help="without the step in which themes choose phrases")
    read.add_argument("--out", type=Path, help="also write the JSON here")
    arguments = read.parse_args()
    runs: list[dict[str, Any]] = []
    skipped = []
    for name in arguments.sets:
        coded_set = read_set(arguments.data, name) if arguments.data else None
        if coded_set is None:
            skipped.append(name)
        else:
            runs += runs_of(coded_set, arguments)
    machine = {
        "python": platform.python_version(),
        "processor": platform.machine(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    }
    report = {"benchmark": "themes", "version": 1, "machine": machine, "runs": runs, "skipped": skipped}
    written = json.dumps(report, indent=1)
    if arguments.out:
        arguments.out.write_text(written, encoding="utf-8")
    print(table(runs) if runs else "skipped: the development sets are not here", file=sys.stderr)
    print(written)


if __name__ == "__main__":
    main()
