"""A survey before its gate."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.models.consultation import Survey
from tests.builders import SMALL
from tests.consult.manage.preparing import prepared


@pytest.fixture
def spring(app: Flask) -> Survey:
    """A survey being prepared, with keys and shares; Sam leads, Lee leads too, nothing is signed."""
    return prepared(app, SMALL)
