"""S37: nine in ten of the small faults that are put in on purpose are noticed by the fast tests."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.hostile import equivalent, mutants, mutating
from tests.shown import ROOT

LEAST = 0.9


@pytest.mark.hostile
def test_nine_in_ten_faults_are_noticed(figure: Callable[[str, object], None]) -> None:
    # In a process of its own: one that has loaded `consult` already could not load it with a fault.
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.mutating"], cwd=ROOT, capture_output=True, check=False
    )
    said = run.stdout.decode()
    last = said.strip().splitlines()[-1] if said.strip() else run.stderr.decode()[-2000:]
    assert run.returncode == 0, said[-8000:]
    share = re.search(r": ([\d.]+) %$", last)
    assert share is not None, last
    figure("faults noticed", last)
    assert float(share[1]) >= LEAST * 100


def test_a_fault_is_one_change_of_one_place() -> None:
    source = """
def f(a, b):
    'Says.'
    if a < b and b:
        raise ValueError('no')
    return a + 1
"""
    made = [(each.before, each.after) for each in mutants.mutants("m", source)]
    assert ("a < b", "a <= b") in made
    assert ("a < b and b", "a < b or b") in made
    assert ("a < b and b", "b") in made
    assert ("a + 1", "a - 1") in made
    assert ("1", "2") in made
    assert ("return a + 1", "return None") in made
    assert ("raise ValueError('no')", "pass") in made
    assert len({each.source for each in mutants.mutants("m", source)}) == len(made)
    assert not [pair for pair in made if "Says" in pair[0] or pair[0] == "'no'"]


def test_a_field_or_an_error_can_be_forgotten() -> None:
    source = "def f(x):\n    try:\n        return seal(1, 2, 3, x, 'y')\n    except (A, B):\n        pass\n"
    made = [each.source for each in mutants.mutants("m", source)]
    assert any("seal(1, 2, 3, x)" in each for each in made)
    assert any("seal(1, 2, 3, 'y')" in each for each in made)
    assert any("except (A,):" in each for each in made)


def test_every_excused_fault_is_still_one_that_can_be_made() -> None:
    made = {mutant.name for mutant in mutating.every()}
    assert equivalent.EQUIVALENT.keys() - made == set()
    assert all(len(reason) > 20 for reason in equivalent.EQUIVALENT.values())
