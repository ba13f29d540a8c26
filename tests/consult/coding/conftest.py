"""Fixtures of the coding workbench."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.consult.coding.workbench import Workbench, make_workbench


@pytest.fixture
def bench(app: Flask) -> Workbench:
    """A consultation with six released answers and three themes, suggestions off."""
    return make_workbench(app)
