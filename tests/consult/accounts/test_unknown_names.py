"""S23: a name that somebody has and one that nobody has: the clock tells them no more apart than the page."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from scipy.stats import mannwhitneyu

from consult.accounts import service
from consult.accounts.service import WrongPassphraseError
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import Cost
from consult.vault.serverkeys import read
from consult.web.extensions import db
from tests.builders import make_account
from tests.forms import FULL

WRONG = "four green ladders in the rain"
TRIES = 400 if FULL else 40
LEAST_P = 0.01


def seconds(vault: WorkbenchVault, name: str) -> float:
    """How long a refusal takes. The cost is the present one, so that a difference would show in it."""
    begun = time.perf_counter()
    with pytest.raises(WrongPassphraseError):
        service.enter(db.session(), vault, name, WRONG, rule="key-holders")
    return time.perf_counter() - begun


def tell_apart(vault: WorkbenchVault) -> float:
    """The probability that times so different come from one distribution: known and unknown by turns."""
    known: list[float] = []
    unknown: list[float] = []
    for turn in range(TRIES):
        # Whichever comes second finds everything warm: they take turns at that, too.
        first_known = turn % 2 == 0
        for name in ("sam", "max") if first_known else ("max", "sam"):
            (known if name == "sam" else unknown).append(seconds(vault, name))
    return float(mannwhitneyu(known, unknown).pvalue)


def test_refusing_a_known_and_an_unknown_name_takes_the_same_time(app: Flask) -> None:
    """S23: Mann-Whitney, n = 40 here and 400 at night; only two runs that both differ count."""
    held = app.extensions
    cost = Cost(memory_kib=8192, passes=1)
    held["consult.workbench_vault"] = WorkbenchVault(read(held["consult.settings"].key_file).workbench, cost)
    make_account(app, "sam")
    vault = held["consult.workbench_vault"]

    assert tell_apart(vault) > LEAST_P or tell_apart(vault) > LEAST_P
