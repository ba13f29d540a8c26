"""A pytest plugin: runs what shows a promise, and keeps what came of it.

Loaded by `-p tests.hostile.report`. Outcomes and figures go to the file that CONSULT_HOSTILE_RESULTS names; a
second run adds to it, and CONSULT_HOSTILE_PART tells the same test on another database from this one. With
CONSULT_RELEASE=1 a test that was skipped counts as failed.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests import shown

Outcomes = dict[str, dict[str, Any]]


def pytest_configure(config: pytest.Config) -> None:
    """Keep outcomes where the tests are handed out, not in each process that runs some of them."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Keeper(), "what-was-shown")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what shows no promise and is no long form."""
    kept = [item for item in items if item.get_closest_marker("hostile") or shows(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def shows(item: pytest.Item) -> frozenset[int]:
    """The promises that a test shows."""
    return shown.of_file(item.path).get(getattr(item, "originalname", item.name), frozenset())


class Keeper:
    """Collects outcomes by promise and writes them down."""

    def __init__(self) -> None:
        self._outcomes: Outcomes = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One step of a test: its call, or a set-up that failed or skipped."""
        if report.when != "call" and report.outcome == "passed":
            return
        path, _, name = report.nodeid.partition("::")
        part = os.environ.get("CONSULT_HOSTILE_PART", "")
        test = self._outcomes.setdefault(f"{part} {report.nodeid}", {})
        known = shown.of_file(shown.ROOT / path).get(name.partition("[")[0], frozenset())
        test["promises"] = sorted(known)
        test["outcome"] = report.outcome
        test["figures"] = [[str(key), str(value)] for key, value in report.user_properties]
        if report.outcome == "skipped":
            test["reason"] = _reason(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what came of it. Raises nothing when the run itself was broken off."""
        named = os.environ.get("CONSULT_HOSTILE_RESULTS")
        if named:
            kept = Path(named)
            before: Outcomes = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(before | self._outcomes, indent=1, sort_keys=True), encoding="utf-8")
        skipped = any(test["outcome"] == "skipped" for test in self._outcomes.values())
        if skipped and os.environ.get("CONSULT_RELEASE") == "1":
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def by_promise(outcomes: Outcomes) -> dict[int, list[dict[str, Any]]]:
    """What came of the tests of each promise."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for test in outcomes.values():
        for number in test["promises"]:
            found[number].append(test)
    return dict(found)


def _reason(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return ""
