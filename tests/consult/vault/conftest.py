"""An installation with both vaults, made once for a file of tests."""

from __future__ import annotations

import pytest

from tests.consult.vault.made import House, make_house


@pytest.fixture(scope="module")
def house() -> House:
    return make_house()
