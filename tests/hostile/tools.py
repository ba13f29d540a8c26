"""Where the tools of `make hostile` are: its Python tools in a folder of their own, the rest on the path."""

from __future__ import annotations

import importlib.machinery
import os
import shutil

import pytest

from tests.shown import ROOT

FOLDER = ROOT / ".hostile"
"""Installed from requirements/hostile.txt by `make hostile`, apart from what the service needs."""


def python_tool(module: str) -> dict[str, str]:
    """The environment in which this module can be imported. Skips the test when it is not installed."""
    if importlib.machinery.PathFinder.find_spec(module, [str(FOLDER)]) is None:
        pytest.skip(f"{module} is not installed: make hostile installs it")
    return {**os.environ, "PYTHONPATH": str(FOLDER)}


def program(name: str) -> str:
    """The whole path of a program. Skips the test when this machine has none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"this machine has no {name}")
    return found
