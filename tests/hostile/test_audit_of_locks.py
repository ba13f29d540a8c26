"""S38, S36: the locks install by hash alone, and known faults are looked for in them and in our source."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.tools import python_tool
from tests.shown import ROOT

pytestmark = pytest.mark.hostile


def test_what_the_service_needs_installs_by_hash_alone(tmp_path: Path) -> None:
    """S38. Skipped where no index can be reached."""
    lock = ROOT / "requirements" / "run.txt"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*pip, "--require-hashes", "--only-binary", ":all:", "--dest", tmp_path, "-r", lock],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and "HASH" not in done.stderr.upper():
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(list(tmp_path.iterdir())) > 20


def test_no_known_fault_is_in_what_is_installed(figure: Callable[[str, object], None]) -> None:
    """S38. Without `--strict` the tool ends well when it could look nothing up."""
    env = python_tool("pip_audit")
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--strict", "--no-deps", "--disable-pip",
         "--progress-spinner", "off", "--format", "json", "-r", ROOT / "requirements" / "run.txt"],
        env=env, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if not done.stdout.strip().startswith("{"):
        pytest.skip("no source of known faults can be reached")
    found = [each for each in json.loads(done.stdout)["dependencies"] if each.get("vulns")]
    skipped = [each for each in json.loads(done.stdout)["dependencies"] if "skip_reason" in each]
    if skipped:
        pytest.skip("the source of known faults did not answer for every package")
    assert found == []
    assert done.returncode == 0
    figure("packages looked up", len(json.loads(done.stdout)["dependencies"]))


def test_a_reader_of_source_finds_no_fault_of_the_worst_kind() -> None:
    """S36."""
    env = python_tool("bandit")
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "--quiet", "--recursive", "--severity-level", "high",
         "--format", "json", "consult", "surveys", "analysis"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    results = json.loads(done.stdout)["results"]
    assert [f"{each['filename']}:{each['line_number']} {each['issue_text']}" for each in results] == []
