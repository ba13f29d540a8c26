"""S10: who lost a passphrase begins anew, opens nothing, and is given a key by somebody who holds one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import delete, select

from consult.manage import service
from consult.manage.service import OnlyWayInError
from consult.models.audit import AuditEvent
from consult.models.key import KeyGrant
from consult.records import accounts, opened
from consult.records import keys as key_records
from consult.records.accounts import NoGrantError
from consult.records.recovery import GRANTEE
from consult.vault.envelope import EnvelopeError
from consult.vault.passphrases import WrongPassphraseError
from consult.web.extensions import db
from tests.builders import (
    PASSPHRASE,
    TODAY,
    Team,
    make_holders,
)
from tests.consult.commands.conftest import run  # noqa: F401 - a fixture
from tests.consult.commands.running import Run
from tests.consult.entering import make_administrator, sign_in, unlock
from tests.visitor import Visitor

NEW = "six green boats under the old bridge"


@pytest.fixture
def team(app: Flask) -> Team:
    """Sam and Kim hold a key; six answers are released."""
    return make_holders(app)


def reset(team: Team, name: str = "kim", **more: bool) -> None:
    service.reset(team.session, team.vault, name, NEW, actor="ada", today=TODAY, **more)
    team.session.commit()


def test_the_new_passphrase_opens_nothing_and_the_old_key_nothing_any_more(team: Team) -> None:
    kim = accounts.named(team.session, "kim")
    old = accounts.unlock(team.vault, kim, PASSPHRASE)
    blobs = key_records.grants_to(team.session, team.consultation, kim.id)
    before = kim.generation

    reset(team)

    with pytest.raises(WrongPassphraseError):
        accounts.unlock(team.vault, kim, PASSPHRASE)
    new = accounts.unlock(team.vault, kim, NEW)
    assert new.private != old.private
    assert kim.generation == before + 1
    assert service.person(team.session, "trial", "kim").roles == ("analyst",)
    for key in (new, old):
        with pytest.raises(NoGrantError):
            accounts.opened_keys(team.session, team.vault, team.consultation, key)
    with pytest.raises(EnvelopeError):
        team.vault.open_grants(new, team.consultation.id, blobs)


def test_somebody_who_holds_a_key_gives_one_again(team: Team) -> None:
    reset(team)
    kim = accounts.named(team.session, "kim")
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    team.session.commit()
    keys = accounts.opened_keys(
        team.session, team.vault, team.consultation, accounts.unlock(team.vault, kim, NEW)
    )
    assert len(list(opened.released(team.session, team.vault, team.consultation, keys))) == 6


def test_the_only_way_in_goes_only_when_that_is_said(team: Team) -> None:
    """An administrator must not end what people wrote by one press of a button."""
    reset(team)
    team.session.execute(delete(KeyGrant).where(KeyGrant.grantee_id == GRANTEE))
    team.session.commit()
    with pytest.raises(OnlyWayInError, match="nobody else can open the answers of trial"):
        reset(team, "sam")
    team.session.rollback()
    assert accounts.unlock(team.vault, accounts.named(team.session, "sam"), PASSPHRASE)
    reset(team, "sam", even_only_way=True)
    assert team.session.scalars(select(KeyGrant)).all() == []


def test_an_administrator_resets_an_account_on_its_page(app: Flask, team: Team, visitor: Visitor) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/people/kim/reset")
    assert "Nobody can restore a passphrase" in visitor.words
    assert "Trial" in visitor.words

    visitor.press("Reset the account of Kim")

    passphrase = visitor.page.select_one(".app-code")
    assert passphrase is not None
    assert "It opens no answer" in visitor.words
    kim = Visitor(app.test_client())
    sign_in(kim, "kim", passphrase.text.strip())
    unlock(kim, passphrase.text.strip())
    kim.visit("/team/trial/answers")
    assert kim.status == 404
    db.session.rollback()
    log = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reset account")).one()
    assert (log.actor, log.object, log.detail) == ("ada", "people/kim", "keys destroyed: trial")


def test_nobody_resets_their_own_account_on_the_page(app: Flask, team: Team, visitor: Visitor) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/people/ada/reset")
    assert "This is your own account." in visitor.words
    assert visitor.page.find("button", string=re.compile("Reset")) is None
    visitor.visit("/team/people/nobody/reset")
    assert visitor.status == 404


def test_the_page_asks_before_the_only_way_in_goes(app: Flask, team: Team, visitor: Visitor) -> None:
    reset(team)
    team.session.execute(delete(KeyGrant).where(KeyGrant.grantee_id == GRANTEE))
    team.session.commit()
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/people/sam/reset")
    assert "nobody else can open its answers" in visitor.words
    visitor.press("Reset the account of Sam")
    assert visitor.status == 409
    visitor.press("Reset the account of Sam", {"only_way": "yes"})
    assert visitor.heading == "The account begins anew"


def test_a_command_resets_the_last_administrator_too(app: Flask, team: Team, run: Run) -> None:  # noqa: F811
    make_administrator(app)
    done = run("staff", "reset", "ada")
    assert done.code == 0, done.refused
    passphrase = done.said.strip().rsplit(": ", 1)[1]
    team.session.rollback()
    assert accounts.unlock(team.vault, accounts.named(team.session, "ada"), passphrase)
    team.session.execute(delete(KeyGrant).where(KeyGrant.grantee_id == GRANTEE))
    team.session.commit()
    run("staff", "reset", "kim")
    refused = run("staff", "reset", "sam")
    assert refused.code == 1
    assert "do not reset the account" in refused.refused
    assert run("staff", "reset", "sam", "--even-only-way").code == 0
