"""Lea at the page where surveys are made."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.consult.making.scene import begin, lead_at_work
from tests.visitor import Visitor


@pytest.fixture
def lea(app: Flask, visitor: Visitor) -> Visitor:
    """Lea, who leads "spring", signed in."""
    return lead_at_work(app, visitor)


@pytest.fixture
def survivors(lea: Visitor) -> Visitor:
    """Lea with a working copy of the shipped survey."""
    begin(lea, "shipped/survivors")
    return lea
