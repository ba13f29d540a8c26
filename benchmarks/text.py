"""How long text takes: candidate themes, the next suggestion, and everything anew for very many answers.

    python -m benchmarks.text [--sizes 10000 100000] [--rounds 5]

Answers are put together from invented sentences and words; vectors of meaning are drawn at random and stand
for kept ones. The next suggestion and the refresh are of `analysis` alone: opening answers is measured
elsewhere.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.decomposition import NMF

from analysis.codeframe import CodeFrame, ThemeEntry
from analysis.emerging import propose
from analysis.prepared import Prepared, prepare
from analysis.sampling import next_answers
from analysis.suggest import Options, Suggester, fit
from analysis.tables import CODINGS
from analysis.vectors import Backend, Vectors
from benchmarks import harness

THEMES, CODED, CANDIDATES, SIZE = 34, 400, 20, 384
BERTOPIC = 61.0 / 1.2
"""How much longer than such factors BERTopic took for topics of the same 10,000 answers, on another day."""
DECISIONS = 60
_TEN_THOUSAND = 10_000
_STARTS = (
    "I waited",
    "nobody told me",
    "the worker said",
    "it would help",
    "they never asked",
    "my letter said",
)
_LINKS = ("and then", "because", "although", "so that", "until", "but")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Invented:
    """Prepared answers with vectors, a frame, and codings of some of them."""

    frame_of_answers: pd.DataFrame
    vectors: Vectors
    frame: CodeFrame
    codings: pd.DataFrame


def invented(count: int, seed: int = 7) -> Invented:
    """So many answers of about twelve words, of two phrases each, in 34 themes."""
    rng = np.random.default_rng(seed)
    words = np.array([f"{one}{two}" for one in "bcdfghlmnprst" for two in _endings(rng)])
    ranks = 1 / np.arange(1, len(words) + 1)
    picks = rng.choice(len(words), size=(count, 8), p=ranks / ranks.sum())
    texts = [
        f"{_STARTS[at % 6]} {' '.join(words[row[:4]])}. {_LINKS[at % 5]} {' '.join(words[row[4:]])}"
        for at, row in enumerate(picks)
    ]
    answers = pd.DataFrame({"answer": [f"{at:07d}" for at in range(count)], "text": texts, "language": "en"})
    entries = tuple(
        ThemeEntry(
            key=f"t{at}", name=f"Theme {words[at]}", definition=f"Says {' '.join(words[at : at + 9])}."
        )
        for at in range(THEMES)
    )
    rows = [
        (f"{at:07d}", f"t{theme}", None, None, "a", "person", "random", True)
        for at in range(CODED)
        for theme in rng.choice(THEMES, 2, replace=False)
    ]
    unit = _unit(rng, count)
    backend = Backend(name="invented", digest="", size=SIZE)
    vectors = Vectors(
        backend=backend, answers=unit, phrases=_unit(rng, 2 * count), wordings=_unit(rng, 2 * THEMES)
    )
    return Invented(
        frame_of_answers=answers,
        vectors=vectors,
        frame=CodeFrame(version="1", themes=entries),
        codings=pd.DataFrame(rows, columns=list(CODINGS.names)),
    )


def _endings(rng: np.random.Generator) -> list[str]:
    letters = np.array(list("aeioulnrst"))
    return ["".join(rng.choice(letters, 4)) for _ in range(300)]


def _unit(rng: np.random.Generator, count: int) -> np.ndarray:
    rows = rng.standard_normal((count, SIZE), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16)


def refreshed(given: Invented) -> tuple[Suggester, Prepared, float]:
    """Everything anew: prepare, fit, score all, and say in which band each answer lies; CPU seconds."""
    started = time.process_time()
    prepared = prepare(given.frame_of_answers)
    model = fit(prepared, given.vectors, given.frame, given.codings, Options(seed=1))
    model.bands()
    return model, prepared, time.process_time() - started


def next_suggestion(model: Suggester, codings: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Milliseconds from a decision to the next answer with its suggestions and reasons; a fit is at hand.

    By the clock, and of the processor: on a busy machine only the second says something.
    """
    waited, spent = [], []
    for seed in range(DECISIONS):
        started, begun = time.perf_counter(), time.thread_time()
        drawn = next_answers(model, codings, size=2, seed=seed)["answer"].iloc[0]
        for theme in model.suggest([drawn])["theme"]:
            model.explain(drawn, theme)
        waited.append(1000 * (time.perf_counter() - started))
        spent.append(1000 * (time.thread_time() - begun))
    return waited, spent


def candidates(prepared: Prepared, vectors: Vectors) -> float:
    """CPU seconds of candidate themes."""
    started = time.process_time()
    propose(prepared, vectors, CANDIDATES, seed=1)
    return time.process_time() - started


def factorised(prepared: Prepared) -> float:
    """CPU seconds of the usual way: non-negative factors of the same word features."""
    started = time.process_time()
    NMF(CANDIDATES, init="nndsvd", max_iter=200, random_state=1).fit_transform(prepared.answer_words)
    return time.process_time() - started


def main() -> None:
    """Measure each size and report."""
    read = harness.arguments("text", __doc__)
    read.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    asked = read.parse_args()
    about, figures = harness.machine(), []
    for size in sorted(asked.sizes):
        harness.say(f"{size} answers")
        given = invented(size)
        model, prepared, spent = refreshed(given)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        suffix = "" if size <= _TEN_THOUSAND else ".100k"
        figures += [
            harness.figure(f"P23{suffix}", f"refresh of {size} answers, kept vectors", "CPU s", value=spent),
            harness.figure(f"P23{suffix}.memory", "most memory until then", "MiB", value=peak),
        ]
        if size <= _TEN_THOUSAND:
            waited, cpu = (float(np.quantile(each, 0.95)) for each in next_suggestion(model, given.codings))
            turns = harness.in_turns(
                asked.rounds,
                {
                    "ours": partial(candidates, prepared, given.vectors),
                    "nmf": partial(factorised, prepared),
                },
                warm=True,
            )
            ours, nmf = (float(np.median(turns[side])) for side in ("ours", "nmf"))
            figures += [
                harness.figure("P24", f"next suggestion at {size}, p95", "ms", value=waited),
                harness.figure("P24.cpu", f"next suggestion at {size}, p95", "CPU ms", value=cpu),
                harness.compared(
                    "P18", f"candidate themes of {size}, to NMF", "CPU s", turns["ours"], turns["nmf"]
                ),
                harness.figure(
                    "P18.bertopic",
                    f"candidate themes of {size}; BERTopic, as many times NMF as it took another day",
                    "CPU s",
                    value=ours,
                    yardstick=nmf * BERTOPIC,
                    ratio=nmf * BERTOPIC / ours,
                ),
            ]
    harness.report("text", figures, about)


if __name__ == "__main__":
    main()
