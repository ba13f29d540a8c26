"""S40, S16: the shipped units are understood by systemd, and what they leave open to a process is little."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.tools import program
from tests.shown import ROOT

UNITS = sorted((ROOT / "docs" / "deploy" / "systemd").iterdir())
# systemd's own mark: 0 is closed and 10 is open.
MOST_OPEN = 3.0

pytestmark = pytest.mark.hostile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units with the programs of this machine in them."""
    for path in UNITS:
        words = path.read_text(encoding="utf-8").replace("/opt/consult/env/bin", str(ROOT / ".venv" / "bin"))
        words = words.replace(str(ROOT / ".venv" / "bin" / "consult"), str(shutil.which("true")))
        (tmp_path / path.name).write_text(words, encoding="utf-8")
    return tmp_path


def test_every_unit_is_understood(folder: Path) -> None:
    analyze = program("systemd-analyze")
    units = sorted(str(path) for path in folder.iterdir())
    done = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "consult" in line]
    assert ours == []


def test_what_a_unit_leaves_open_is_little(folder: Path, figure: Callable[[str, object], None]) -> None:
    analyze = program("systemd-analyze")
    marks = {}
    for path in sorted(folder.glob("*.service")):
        done = subprocess.run(
            [analyze, "security", "--offline=true", "--no-pager", path],
            capture_output=True, text=True, check=False, env={"SYSTEMD_COLORS": "0", "SYSTEMD_EMOJI": "0"},
        )  # fmt: skip
        found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
        assert found is not None, done.stderr
        marks[path.stem] = float(found[1])
    assert max(marks.values()) <= MOST_OPEN, marks
    figure("most open unit", max(marks.values()))
