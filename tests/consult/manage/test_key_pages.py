"""S10: the pages on which keys are given, taken, made anew and destroyed, and what they say."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from consult.manage.views import keys as key_pages
from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.consultation import State
from consult.models.key import KeyGrant
from consult.models.response import Response
from consult.records import accounts, epochs
from consult.web.extensions import db
from tests.builders import PASSPHRASE, Team, make_account, make_response, make_team, release
from tests.consult.entering import make_administrator, sign_in, unlock
from tests.consult.evidence.scene import make_scene
from tests.visitor import Visitor


@pytest.fixture
def team(app: Flask) -> Team:
    """Sam and Kim hold a key; six answers are released."""
    made = make_team(app)
    kim = make_account(app, "kim", made.consultation, Role.ANALYST, Role.CUSTODIAN)
    accounts.grant(made.session, made.vault, made.consultation, made.key, kim)
    for number in range(6):
        make_response(made, {"helped_words": f"before {number}"})
    release(made)
    return made


def enter(app: Flask, name: str) -> Visitor:
    visitor = Visitor(app.test_client())
    sign_in(visitor, name)
    return visitor


def test_one_page_says_who_holds_a_key_and_what_happens_if_something_is_lost(
    team: Team, visitor: Visitor
) -> None:
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/keys")
    assert visitor.heading == "Keys to the answers"
    for words in (
        "Take the key of Kim",
        "This is you.",
        "The present keys have the number 1.",
        "Recovery shares are made, and one was typed back.",
        "What was copied before stays copied.",
        "The answers stay sealed for ever, and nobody can change that.",
    ):
        assert words in visitor.words, words
    assert "Go on with the change of keys" not in visitor.words


def test_a_person_loses_the_key_and_is_out_at_the_next_click(app: Flask, team: Team) -> None:
    kim, sam = enter(app, "kim"), enter(app, "sam")
    unlock(kim)
    sam.visit("/team/trial/keys/take/kim")
    assert sam.heading == "Unlock answers"
    sam.press("Unlock", {"passphrase": PASSPHRASE})
    assert "What was read, exported or copied before stays so." in sam.words
    assert "fewer people can open the answers" not in sam.words  # one is enough here

    sam.press("Take the key of Kim")

    assert sam.path == "/team/trial/keys"
    assert "the earlier ones are destroyed" in sam.words
    assert "Take the key of Kim" not in sam.words
    assert "The present keys have the number 2." in sam.words
    kim.visit("/team/trial/answers")
    assert kim.heading == "Sign in"
    sign_in(kim, "kim")
    unlock(kim)
    kim.visit("/team/trial/answers")
    assert kim.status == 404
    kim.visit("/team/trial/keys/give")
    kim.press("Give the key", {"person": "kim"})
    assert "You hold no key to the answers of this consultation." in kim.words
    sam.visit("/team/trial/answers")
    assert sam.status == 200
    db.session.rollback()
    assert set(db.session.scalars(select(Response.epoch))) == {2}
    assert {"revoke key", "destroy earlier keys"} <= set(db.session.scalars(select(AuditEvent.action)))


def test_a_change_of_keys_goes_on_with_a_plain_button(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(app)
    scene.coded(["quote", "count_only"])
    monkeypatch.setattr(key_pages, "SECONDS", -1.0)  # one step a press
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/keys/renew")

    visitor.press("Make new keys")

    assert visitor.heading == "Change of keys"
    assert "0 answers and 2 notes of the team" in visitor.words
    visitor.visit("/team/trial/keys")
    assert "nothing is lost if this rests for a while" in visitor.words
    visitor.visit("/team/trial/keys/follow")
    for _ in range(3):
        if visitor.heading == "Change of keys":
            visitor.press("Go on")
    assert "Everything is sealed under the present keys" in visitor.words
    visitor.visit("/team/trial/keys/follow")
    assert visitor.path == "/team/trial/keys"


def test_a_damaged_record_is_told_and_given_up_only_by_hand(team: Team, visitor: Visitor) -> None:
    row = team.session.scalars(select(Response)).first()
    assert row is not None
    row.body = row.body[:-1] + bytes((row.body[-1] ^ 1,))
    team.session.commit()
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/keys/renew")
    visitor.press("Make new keys")
    assert "One record does not open under its key" in visitor.words
    db.session.rollback()
    assert epochs.earlier(team.session, team.consultation) == (1,)
    team.session.rollback()

    visitor.press("Give these records up and destroy the earlier keys")

    assert visitor.path == "/team/trial/keys"
    assert epochs.earlier(team.session, team.consultation) == ()


def test_nobody_takes_their_own_key(team: Team, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/trial/keys/take/sam")
    visitor.press("Take the key of Sam")
    assert visitor.status == 409
    assert "You cannot take your own key" in visitor.words


def test_keys_are_destroyed_by_two_people_at_the_end_and_pages_stay_calm(app: Flask, team: Team) -> None:
    sam, kim = enter(app, "sam"), enter(app, "kim")
    sam.visit("/team/trial/keys/end")
    assert "Please close it first." in sam.words
    db.session.rollback()
    team.survey.state = State.CLOSED
    team.session.commit()
    sam.visit("/team/trial/keys/end")
    assert "One person asks, another agrees" in sam.words
    assert sam.page.find("button", string=lambda words: "for ever" in (words or "")) is None
    token = sam.page.find("input", {"name": "csrf_token"})
    assert isinstance(token, Tag)
    sam.post("/team/trial/keys/end", [("csrf_token", str(token["value"])), ("understood", "yes")])
    assert sam.status == 409
    assert "takes two people" in sam.words

    sam.visit("/team/trial/approvals")
    sam.press("Ask", {"kind": "destroy keys", "detail": "The consultation is over."})
    kim.visit("/team/trial/approvals")
    kim.press("Agree: Destroying the keys to the answers")
    sam.visit("/team/trial/keys/end")
    sam.press("Destroy the keys for ever")
    assert sam.status == 422
    sam.press("Destroy the keys for ever", {"understood": "yes"})

    assert sam.path == "/team/trial/keys"
    assert "destroyed on purpose, by two people together" in sam.words
    db.session.rollback()
    assert db.session.scalars(select(KeyGrant)).all() == []
    unlock(kim)
    for path in ("", "themes", "standards", "literature", "keys/give", "keys/renew", "recovery"):
        kim.visit(f"/team/trial/{path}")
        assert kim.status == 200, path
    kim.visit("/team/trial/answers")
    assert kim.status == 409
    assert "The keys of this consultation were destroyed on purpose" in kim.words
    kim.visit("/team/trial/")
    assert kim.status == 200
    sam.visit("/team/trial/keys/end")
    assert "are destroyed already" in sam.words


def test_an_administrator_sees_how_the_keys_stand_and_takes_none(
    app: Flask, team: Team, visitor: Visitor
) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/trial/keys")
    assert "Kim" in visitor.words
    assert "Take the key of" not in visitor.words
    visitor.visit("/team/trial/keys/take/kim")
    assert visitor.status == 404
