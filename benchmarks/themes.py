"""How well themes are suggested, on text that people coded: `python -m benchmarks.themes --data DIR`.

DIR is a folder with `data.csv` (see `coded_text`), or for `--linking` also with `key_points.csv`. It is never
part of the project; without it the run says "skipped". Coded answers are drawn from the split "train",
figures are means over seeds on the split "test". One JSON object goes to standard output: the figures of ours
at the first number of coded answers, those of the peers, and `curve` with all numbers. A table goes to
standard error.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sklearn

from benchmarks import learning, linking
from benchmarks.coded_text import HumanCoded, read_folder, vectors_of
from benchmarks.theme_methods import PEERS, Run, ours

FEWEST_FOR_PEERS = 5
SHOWN = ("micro_f1", "macro_f1", "stated_micro_f1", "ece", "auto_precision", "auto_share", "shortlist_size")


def measured(coded_set: HumanCoded, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """One entry a number of coded answers: means of ours, and of each peer."""
    vectors = vectors_of(coded_set, arguments.backend, arguments.kept)
    curve = []
    for wanted in arguments.coded:
        count = len(coded_set.pool) if wanted == "all" else min(int(wanted), len(coded_set.pool))
        seeds = 1 if count in {0, len(coded_set.pool)} else arguments.seeds
        draws = [coded_set.drawn(count, seed) for seed in range(seeds)]
        entry: dict[str, Any] = {"coded": count, "seeds": seeds}
        entry |= mean([ours(coded_set, vectors, drawn, em=not arguments.no_em) for drawn in draws])
        entry["peak_mib"] = peak()
        peers: dict[str, Any] = {}
        for name in arguments.peers if count >= FEWEST_FOR_PEERS else ():
            runs = [run for drawn in draws if (run := PEERS[name](coded_set, vectors, drawn)) is not None]
            if runs:
                peers[name] = {**mean(runs), "peak_mib": peak()}
        curve.append({**entry, "peers": peers})
        print(line("ours", entry), file=sys.stderr)
        for name, figures in peers.items():
            print(line(name, {"coded": count, **figures}), file=sys.stderr)
    return curve


def mean(runs: Sequence[Run]) -> dict[str, float | None]:
    """Means over runs of what each run could tell."""
    found: dict[str, float | None] = {}
    for name in runs[0]:
        told = [value for run in runs if (value := run[name]) is not None]
        found[name] = round(float(np.mean(told)), 4) if told else None
    return found


def peak() -> float:
    """The most memory that this process had so far, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def line(method: str, figures: dict[str, Any]) -> str:
    """One line of the table."""
    values = [figures.get(name) for name in SHOWN]
    told = " ".join("  -  " if value is None else f"{value:5.3f}" for value in values)
    return f"{method:<10}{figures['coded']:>6}  {told}  {figures['cpu_seconds']:.2f} s"


def arguments_of(given: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of the command line."""
    read = argparse.ArgumentParser(prog="python -m benchmarks.themes", description=__doc__)
    read.add_argument("--data", type=Path, help="a folder with data.csv")
    read.add_argument("--question", help="only answers to this question")
    read.add_argument(
        "--coded", type=lambda text: text.split(","), default=["100"], help="such as 25,100,all"
    )
    read.add_argument("--seeds", type=int, default=3)
    read.add_argument(
        "--peers", type=lambda text: [name for name in text.split(",") if name], default=list(PEERS)
    )
    read.add_argument(
        "--backend", choices=["onnx", "tfidf"], help="the best one that is installed, if not given"
    )
    read.add_argument("--kept", type=Path, help="a file that keeps vectors between runs")
    read.add_argument("--no-em", action="store_true", help="without the step in which themes choose phrases")
    read.add_argument(
        "--linking", action="store_true", help="rank key points for texts, and learn from links"
    )
    read.add_argument("--learning", action="store_true", help="random answers against the mixed queue")
    read.add_argument("--out", type=Path, help="also write the JSON here")
    return read.parse_args(given)


def _suggesting(coded_set: HumanCoded, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.learning:
        vectors = vectors_of(coded_set, arguments.backend, arguments.kept)
        return learning.measured(coded_set, vectors, arguments)
    curve = measured(coded_set, arguments)
    return {**curve[0], "curve": curve}


def main(given: Sequence[str] | None = None) -> None:
    """Read the arguments, run, print."""
    arguments = arguments_of(given)
    report: dict[str, Any] = {
        "benchmark": "themes",
        "version": 2,
        "machine": {
            "python": platform.python_version(),
            "processor": platform.machine(),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }
    if arguments.linking:
        found = linking.measured(arguments.data, arguments) if arguments.data else None
        report |= {"skipped": True} if found is None else found
    else:
        coded_set = read_folder(arguments.data, arguments.question) if arguments.data else None
        if coded_set is None:
            report["skipped"] = True
        else:
            report |= {"set": arguments.data.name, "question": arguments.question}
            report |= _suggesting(coded_set, arguments)
    if report.get("skipped"):
        print("skipped: the text that people coded is not here", file=sys.stderr)
    written = json.dumps(report, indent=1)
    if arguments.out:
        arguments.out.write_text(written, encoding="utf-8")
    print(written)


if __name__ == "__main__":
    main()
