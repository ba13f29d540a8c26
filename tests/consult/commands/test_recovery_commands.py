"""S10: recovery shares by command: a share or a passphrase is typed unseen and stands in no argument."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from consult.models.consultation import Consultation
from consult.records import accounts, consultations, recovery
from consult.records.recovery import INSTALLATION
from consult.web.extensions import db
from tests.builders import PASSPHRASE, ensure_signed, make_account
from tests.consult.commands.running import Run
from tests.consult.entering import make_led, vault_of


@pytest.fixture
def spring(app: Flask) -> Consultation:
    return make_led(app)


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody types unseen, one line after the other."""
    lines: list[str] = []

    def next_line(_words: str) -> str:
        return lines.pop(0)

    monkeypatch.setattr("click.termui.hidden_prompt_func", next_line)
    return lines


def printed(said: str) -> list[str]:
    return re.findall(r"(?:[A-Z2-7]{4}-){15}[A-Z2-7]{4}", said)


def test_every_step_has_a_command(app: Flask, spring: Consultation, run: Run, typing: list[str]) -> None:
    make_account(app, "kim")
    at = ("--consultation", "spring")
    assert "make the recovery shares first" in run("survey", "open", "small", *at).refused
    typing.append(PASSPHRASE)
    done = run("recovery", "make", "spring", "--as", "sam", "--shares", "3-of-5")
    shares = printed(done.said)
    assert len(shares) == 5
    assert PASSPHRASE not in done.said
    assert "type one of them back first" in run("survey", "open", "small", *at).refused
    typing.append(shares[3].lower())
    confirmed = run("recovery", "confirm", "spring")
    assert confirmed.code == 0
    assert not printed(confirmed.said)
    survey = consultations.survey_of(db.session(), spring, "small")
    ensure_signed(db.session(), vault_of(app), survey, accounts.named(db.session(), "sam"))
    db.session.commit()
    assert run("survey", "open", "small", *at).code == 0
    typing += [shares[4], "nonsense", shares[0][:-1], shares[0], shares[2]]
    used = run("recovery", "use", "spring", "--for", "kim")
    assert used.code == 0
    assert "type it again" in used.refused
    assert typing == []
    key = accounts.unlock(vault_of(app), accounts.named(db.session(), "kim"), PASSPHRASE)
    assert accounts.opened_keys(db.session(), vault_of(app), spring, key).of(1)


def test_commands_refuse_in_one_line(app: Flask, spring: Consultation, run: Run, typing: list[str]) -> None:
    make_account(app, "kim")
    typing += ["not the passphrase", PASSPHRASE]
    assert run("recovery", "make", "spring", "--as", "sam").code == 1
    refused = run("recovery", "make", "spring", "--as", "kim")
    assert (refused.code, "hold no key" in refused.refused) == (1, True)
    typing.append("x")
    assert "make them first" in run("recovery", "confirm", "spring").refused
    typing.append("x")
    assert run("recovery", "use", "spring", "--for", "kim").code == 1
    assert run("recovery", "confirm").code == 2
    assert run("recovery", "confirm", "spring", "--installation").code == 2


def test_the_installation_key_is_made_by_command(app: Flask, run: Run, typing: list[str]) -> None:
    shares = printed(run("recovery", "installation").said)
    typing.append(shares[0])
    assert run("recovery", "confirm", "--installation").code == 0
    assert recovery.joined(db.session(), vault_of(app), INSTALLATION, shares[1:])
