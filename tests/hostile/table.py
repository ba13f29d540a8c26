"""Prints what a run of `make hostile` showed, and keeps its figures for the document.

`python -m tests.hostile.table RESULTS [--keep]`. Ends with 1 when a test failed, when a promise was tried by
nothing, or, with CONSULT_RELEASE=1, when one was skipped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.hostile.promises import PROMISES
from tests.hostile.report import Outcomes, by_promise
from tests.shown import ROOT

FIGURES = ROOT / "docs" / "hostile.json"
"""What was measured in the last whole run, for the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise: how many tests ran, what came of them, and what they measured."""

    number: int
    tried: int
    failed: int
    skipped: int
    figures: tuple[str, ...]
    reasons: tuple[str, ...]


def lines(outcomes: Outcomes) -> Iterator[Line]:
    """A line for each promise, whether or not anything tried it."""
    found = by_promise(outcomes)
    for number in PROMISES:
        tests = found.get(number, [])
        skipped = [test for test in tests if test["outcome"] == "skipped"]
        named = dict.fromkeys(f"{name} {value}" for test in tests for name, value in test["figures"])
        yield Line(
            number=number,
            tried=len(tests) - len(skipped),
            failed=sum(test["outcome"] == "failed" for test in tests),
            skipped=len(skipped),
            figures=tuple(named),
            reasons=tuple(dict.fromkeys(test.get("reason", "") for test in skipped)),
        )


def printed(whole: list[Line]) -> Iterator[str]:
    """The table in plain text."""
    yield f"{'test':<62}{'tried':>6}{'failed':>7}{'skipped':>8}  figure"
    for line in whole:
        title = f"S{line.number} {PROMISES[line.number]}"
        counts = f"{line.tried:>6}{line.failed:>7}{line.skipped:>8}"
        yield f"{title:<62}{counts}  {'; '.join(line.figures)}".rstrip()
        for reason in line.reasons:
            yield f"{'':<6}skipped: {reason}"
    missing = [f"S{line.number}" for line in whole if not line.tried and not line.skipped]
    if missing:
        yield f"tried by nothing: {', '.join(missing)}"


def failed(whole: list[Line], release: bool) -> bool:
    """Whether the run was less than it must be."""
    return any(
        line.failed or not (line.tried or line.skipped) or (release and line.skipped) for line in whole
    )


def measured(line: Line) -> list[str]:
    """What a run says of a promise: how many tests held, and what they measured."""
    came = f"{line.tried} tests" + (f", {line.failed} failed" if line.failed else "")
    return [came, *line.figures]


def keep(whole: list[Line], path: Path = FIGURES) -> None:
    """Write the figures down with the day. What this run did not measure stays as it was."""
    before: Mapping[str, list[str]] = {}
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))["figures"]
    figures = {**before, **{f"S{line.number}": measured(line) for line in whole if line.tried}}
    ordered = dict(sorted(figures.items(), key=lambda pair: int(pair[0][1:])))
    made = {"day": datetime.now(UTC).date().isoformat(), "figures": ordered}
    path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Print, and keep when asked."""
    arguments = [each for each in sys.argv[1:] if not each.startswith("--")]
    outcomes: Outcomes = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    whole = list(lines(outcomes))
    print(*printed(whole), sep="\n")  # noqa: T201 - its output
    if "--keep" in sys.argv:
        keep(whole)
    return int(failed(whole, os.environ.get("CONSULT_RELEASE") == "1"))


if __name__ == "__main__":
    sys.exit(main())
