"""Spare codes, and what somebody else does for a person who lost the device."""

from __future__ import annotations

import re

from sqlalchemy import select

from consult.models.account import Account
from consult.models.audit import AuditEvent
from consult.models.second_factor import SecondFactor, SpareCode
from consult.web.extensions import db
from tests.builders import PASSPHRASE, Team
from tests.consult.accounts.second_factor.factor import Clock, code, set_up, spare_codes
from tests.consult.entering import make_administrator, sign_in
from tests.visitor import Visitor


def test_ten_spare_codes_are_shown_once_and_each_works_once(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    set_up(visitor, time)
    codes = spare_codes(visitor)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", each) for each in codes)
    visitor.visit("/team/second-factor")
    assert "10 spare codes are left." in visitor.words
    assert visitor.response is not None
    assert not [each for each in codes if each in visitor.response.text]
    person = Visitor(team.app.test_client())
    sign_in(person, "sam")
    person.press("Continue", {"code": codes[3].upper().replace("-", " ")})
    assert person.heading == "Consultations"
    person.visit("/team/second-factor")
    assert "9 spare codes are left." in person.words
    again = Visitor(team.app.test_client())
    sign_in(again, "sam")

    again.press("Continue", {"code": codes[3]})

    assert again.status == 422


def test_a_spare_code_of_one_person_is_none_of_another(team: Team, visitor: Visitor, time: Clock) -> None:
    set_up(visitor, time)
    codes = spare_codes(visitor)
    make_administrator(team.app)
    ada = Visitor(team.app.test_client())
    set_up(ada, time, "ada")
    half = Visitor(team.app.test_client())
    sign_in(half, "ada")

    half.press("Continue", {"code": codes[0]})

    assert half.status == 422


def test_new_spare_codes_take_a_code_and_end_the_earlier_ones(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    secret = set_up(visitor, time)
    old = spare_codes(visitor)
    visitor.visit("/team/second-factor")
    visitor.press("Make new spare codes", {"code": "123"})
    assert visitor.status == 422

    visitor.press("Make new spare codes", {"code": code(secret, time.moment)})

    new = spare_codes(visitor)
    assert len(new) == 10
    assert not set(new) & set(old)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    half.press("Continue", {"code": old[0]})
    assert half.status == 422
    half.press("Continue", {"code": new[0]})
    assert half.heading == "Consultations"


def test_another_administrator_resets_it_which_ends_sessions_and_opens_nothing(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    set_up(visitor, time)
    make_administrator(team.app)
    ada = Visitor(team.app.test_client())
    set_up(ada, time, "ada")
    ada.visit("/team/people")
    before = {row.id: (row.verifier, row.private_key) for row in db.session.scalars(select(Account))}

    ada.press("Reset second factor")

    assert "The second factor is taken away" in ada.words
    visitor.visit("/team/")
    assert visitor.heading == "Sign in"
    db.session.expire_all()
    assert {row.id: (row.verifier, row.private_key) for row in db.session.scalars(select(Account))} == before
    assert {row.account_id for row in db.session.scalars(select(SpareCode))} != {team.account.id}
    sign_in(visitor, "sam", "four green ladders in the rain")
    assert visitor.status == 422
    sign_in(visitor, "sam", PASSPHRASE)
    assert visitor.heading == "Set up a second factor"
    db.session.rollback()
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.object) == ("ada", "reset second factor", "people/sam")


def test_nobody_resets_their_own(team: Team, visitor: Visitor, time: Clock) -> None:
    make_administrator(team.app)
    set_up(visitor, time, "ada")
    visitor.visit("/team/people")
    assert "Reset second factor: Ada" not in visitor.words
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]

    visitor.post("/team/people/ada/reset-second-factor", [("csrf_token", token)])

    assert visitor.status == 409
    db.session.rollback()
    assert len(db.session.scalars(select(SecondFactor)).all()) == 1
