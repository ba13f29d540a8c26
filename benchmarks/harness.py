"""How a benchmark is run and reported: interleaved rounds, medians, pairwise ratios, one JSON object.

A timing on a shared machine means nothing alone. The sides of a comparison take turns, A B A B; a ratio is
the median over the rounds of (this side / the other side) in the same round. Knows nothing of what is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import cryptography

from benchmarks.goals import GOALS

FEWEST_ROUNDS = 5
"""Below this a median says little; the JSON says how many rounds there were."""

_SPIN = "import time\nwhile time.process_time() < 0.3: pass\nprint(time.process_time())"

Round = TypeVar("Round")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number, its yardstick and its goal. `ratio` is value to yardstick, round by round."""

    id: str
    what: str
    value: float | None
    unit: str
    yardstick: float | None = None
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None


def figure(
    figure_id: str,
    what: str,
    unit: str,
    *,
    value: float | None,
    yardstick: float | None = None,
    ratio: float | None = None,
) -> Figure:
    """A figure with the goal of that id, if there is one, and whether it is kept."""
    goal = GOALS.get(figure_id)
    judged = None if goal is None else goal.met(ratio if goal.of == "ratio" else value)
    return Figure(
        id=figure_id,
        what=what,
        value=_short(value),
        unit=unit,
        yardstick=_short(yardstick),
        ratio=_short(ratio),
        goal=None if goal is None else str(goal),
        met=judged,
    )


def compared(figure_id: str, what: str, unit: str, ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """A figure from the rounds of two sides that took turns."""
    return figure(
        figure_id,
        what,
        unit,
        value=statistics.median(ours),
        yardstick=statistics.median(theirs),
        ratio=paired(ours, theirs),
    )


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """The median of the ratios within each round. None when the other side measured nothing."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True) if other]
    return statistics.median(ratios) if ratios else None


def in_turns(
    rounds: int, sides: Mapping[str, Callable[[], Round]], *, warm: bool = True
) -> dict[str, list[Round]]:
    """Every side once a round, in the same order each time; a first turn of each is thrown away."""
    if warm:
        for measure in sides.values():
            measure()
    measured: dict[str, list[Round]] = {name: [] for name in sides}
    for number in range(1, rounds + 1):
        say(f"  round {number} of {rounds}")
        for name, measure in sides.items():
            measured[name].append(measure())
    return measured


def p95(times: Sequence[float]) -> float:
    """What 95 of 100 of some times keep below."""
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def say(words: str) -> None:
    """Progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """What a reader needs to judge the figures; no name and no path of the machine."""
    return {
        "cores": os.cpu_count(),
        "cores_free_of_2": round(_cores_free(), 2),
        "fdatasync_per_s": round(_syncs()),
        "load": round(os.getloadavg()[0], 2),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "processor": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cryptography": cryptography.__version__,
    }


def report(name: str, figures: Sequence[Figure], about: Mapping[str, object], **more: object) -> None:
    """The one JSON object of a run on standard output, and a line for each figure on standard error."""
    for each in figures:
        verdict = {True: "met", False: "MISSED", None: ""}[each.met]
        say(
            f"{each.id:12} {_shown(each.value):>10} {each.unit:18} yardstick {_shown(each.yardstick):>9} "
            f"ratio {_shown(each.ratio):>7}  {each.goal or '':18} {verdict:7} {each.what}"
        )
    written = {"name": name, "machine": dict(about), **more, "figures": [asdict(each) for each in figures]}
    print(json.dumps(written, indent=1))


def arguments(name: str, about: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    reader = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
    reader.add_argument("--rounds", type=int, default=FEWEST_ROUNDS, help="turns of each side")
    return reader


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")


def _shown(number: float | None) -> str:
    return "-" if number is None else f"{number:g}"


def _cores_free() -> float:
    """Cores that two spinning processes get."""
    start = time.perf_counter()
    spinning = [
        subprocess.Popen([sys.executable, "-c", _SPIN], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    spent = sum(float(each.communicate()[0]) for each in spinning)
    return spent / (time.perf_counter() - start)


def _syncs() -> float:
    """Small appends, each brought to disk, a second."""
    with tempfile.NamedTemporaryFile() as scratch:
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 0.3:
            scratch.write(bytes(2048))
            scratch.flush()
            os.fdatasync(scratch.fileno())
            count += 1
        return count / (time.perf_counter() - start)
