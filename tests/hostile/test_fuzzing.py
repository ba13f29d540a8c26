"""S25: five minutes of bytes led by coverage, shared among the readers of what others wrote."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.fuzzing import TARGETS
from tests.hostile.tools import python_tool
from tests.shown import ROOT

SECONDS = int(os.environ.get("CONSULT_FUZZ_SECONDS", "300"))


@pytest.mark.hostile
@pytest.mark.parametrize("target", TARGETS)
def test_a_reader_gives_a_value_or_the_error_it_declares(
    target: str, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    seconds = max(1, SECONDS // len(TARGETS))
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzzing", target, str(tmp_path), str(seconds)],
        cwd=ROOT,
        env=python_tool("atheris"),
        capture_output=True,
        timeout=seconds + 120,
        check=False,
    )
    said = (run.stdout + run.stderr).decode(errors="replace")
    assert run.returncode == 0, said[-3000:]
    units = re.search(r"number_of_executed_units: (\d+)", said)
    assert units is not None
    assert int(units[1]) > 100
    figure(f"{target} tried", f"{int(units[1]):,}")
