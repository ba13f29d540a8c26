"""S23: a name that somebody has and one that nobody has: the clock tells them no more apart than the page."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask
from scipy.stats import mannwhitneyu

from consult.accounts import service
from consult.accounts.service import WrongPassphraseError
from consult.models.base import new_id
from consult.models.panel import MemberState, PanelMember
from consult.panel.service import entering as panel
from consult.vault.opening import WorkbenchVault
from consult.vault.panel import new_secret
from consult.vault.passphrases import Cost
from consult.vault.serverkeys import read
from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account, make_team
from tests.forms import FULL

WRONG = "four green ladders in the rain"
TRIES = 400 if FULL else 40
LEAST_P = 0.01


def seconds(refuse: Callable[[str], object], name: str) -> float:
    """How long a refusal takes."""
    begun = time.perf_counter()
    with pytest.raises(WrongPassphraseError):
        refuse(name)
    return time.perf_counter() - begun


def tell_apart(refuse: Callable[[str], object]) -> float:
    """The probability that times so different come from one distribution: known and unknown by turns."""
    known: list[float] = []
    unknown: list[float] = []
    for turn in range(TRIES):
        # Whichever comes second finds everything warm: they take turns at that, too.
        first_known = turn % 2 == 0
        for name in ("sam", "max") if first_known else ("max", "sam"):
            (known if name == "sam" else unknown).append(seconds(refuse, name))
    return float(mannwhitneyu(known, unknown).pvalue)


@pytest.fixture
def vault(app: Flask) -> WorkbenchVault:
    """With a cheap hash, so that a difference beside it would show."""
    held = app.extensions
    cost = Cost(memory_kib=8192, passes=1)
    held["consult.workbench_vault"] = WorkbenchVault(read(held["consult.settings"].key_file).workbench, cost)
    made: WorkbenchVault = held["consult.workbench_vault"]
    return made


def test_refusing_a_known_and_an_unknown_name_takes_the_same_time(app: Flask, vault: WorkbenchVault) -> None:
    """S23: Mann-Whitney, n = 40 here and 400 at night; only two runs that both differ count."""
    make_account(app, "sam")

    def refuse(name: str) -> object:
        return service.enter(db.session(), vault, name, WRONG, rule="key-holders")

    assert tell_apart(refuse) > LEAST_P or tell_apart(refuse) > LEAST_P


def test_who_is_on_a_panel_cannot_be_told_by_the_clock_either(app: Flask, vault: WorkbenchVault) -> None:
    """S23: the same at the door of the panel."""
    consultation = make_team(app).consultation
    member_id = new_id()
    key = vault.panel.new_key(PASSPHRASE, member_id, new_secret())
    row = PanelMember(
        id=member_id,
        consultation_id=consultation.id,
        panel_group="research",
        state=MemberState.JOINED,
        contact=b"",
        sign_in=vault.panel.sign_ins(consultation.id, "sam")[0],
        pepper=key.pepper,
        salt=key.salt,
        memory_kib=key.memory_kib,
        passes=key.passes,
        verifier=key.verifier,
        secret=key.wrapped,
    )
    db.session.add(row)
    db.session.commit()
    slug = consultation.slug

    def refuse(name: str) -> object:
        return panel.enter(db.session(), vault, slug, name, WRONG)

    assert tell_apart(refuse) > LEAST_P or tell_apart(refuse) > LEAST_P
