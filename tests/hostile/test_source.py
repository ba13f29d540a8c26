"""S36, S38: what tools of other people say of the source and of the locks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.hostile.tools import python_tool
from tests.shown import ROOT

pytestmark = pytest.mark.hostile


def test_bandit_finds_nothing_grave(figure: Callable[[str, object], None]) -> None:
    """S36: no finding of high severity, and none of medium that the source does not excuse."""
    run = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-f", "json", "-r", "consult", "surveys", "analysis"],
        cwd=ROOT,
        env=python_tool("bandit"),
        capture_output=True,
        check=False,
    )
    totals = json.loads(run.stdout)["metrics"]["_totals"]
    assert totals["loc"] > 5000
    assert totals["SEVERITY.HIGH"] == 0
    # What is excused in the source by its rule (ruff has the same rules as S...) was looked at by a person.
    found = [each for each in json.loads(run.stdout)["results"] if each["issue_severity"] == "MEDIUM"]
    excused = [each for each in found if "noqa: S" in _line(each["filename"], each["line_number"])]
    came = f"{totals['SEVERITY.HIGH']}, {len(found)}, {len(excused)}"
    figure("bandit high, medium, excused", came)
    assert [each["filename"] for each in found if each not in excused] == []


def _line(path: str, number: int) -> str:
    return (ROOT / path).read_text(encoding="utf-8").splitlines()[number - 1]


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_no_locked_package_has_a_known_fault(lock: str, figure: Callable[[str, object], None]) -> None:
    """S38: `pip-audit` with a source of advisories; without one it says so and this is skipped."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes"),
            *("--progress-spinner", "off", "-r", f"requirements/{lock}"),
        ],
        cwd=ROOT,
        env=python_tool("pip_audit"),
        capture_output=True,
        timeout=900,
        check=False,
    )
    said = (run.stdout + run.stderr).decode(errors="replace")
    if "could not be audited" in said or "ConnectionError" in said or "ServiceError" in said:
        pytest.skip("no source of advisories can be reached from here")
    assert run.returncode == 0, said[-3000:]
    figure(f"known faults in {lock}", 0)
