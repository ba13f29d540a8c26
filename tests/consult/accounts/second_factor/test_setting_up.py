"""Who needs a second factor, how it is set up, and another device put in its place."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import segno
from sqlalchemy import select

from consult.models.account import Role
from consult.models.second_factor import SecondFactor
from consult.records import accounts
from consult.vault import totp
from consult.web.extensions import db
from tests.builders import Team, make_account
from tests.consult.accounts.second_factor.factor import (
    Clock,
    code,
    leads_nowhere,
    set_up,
    shown_secret,
)
from tests.consult.entering import cookie_of, make_administrator, sign_in, unlock
from tests.visitor import Visitor


def test_who_holds_a_key_or_administers_is_asked_to_set_one_up(team: Team, visitor: Visitor) -> None:
    make_administrator(team.app)
    make_account(team.app, "kim", team.consultation, Role.ANALYST)
    for name, heading in (
        ("sam", "Set up a second factor"),
        ("ada", "Set up a second factor"),
        ("kim", "Consultations"),
    ):
        somebody = Visitor(team.app.test_client())
        sign_in(somebody, name)
        assert somebody.heading == heading, name


@pytest.mark.parametrize(("rule", "heading"), [("all", "Set up a second factor"), ("none", "Consultations")])
def test_the_setting_may_ask_all_or_nobody(team: Team, visitor: Visitor, rule: str, heading: str) -> None:
    team.app.extensions["consult.settings"] = replace(
        team.app.extensions["consult.settings"], require_mfa=rule
    )
    make_account(team.app, "kim", team.consultation, Role.ADVISER)

    sign_in(visitor, "kim")

    assert visitor.heading == heading
    if rule == "none":
        assert "This installation asks nobody for a second factor" in visitor.words


def test_setting_up_gives_a_new_id_too(team: Team, visitor: Visitor, time: Clock) -> None:
    """S7."""
    sign_in(visitor, "sam")
    before = cookie_of(visitor)

    visitor.press("Confirm", {"code": code(shown_secret(visitor), time.moment)})

    assert cookie_of(visitor) != before
    assert leads_nowhere(team.app, before)


def test_a_wrong_first_code_sets_nothing_up_and_the_picture_stays(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    sign_in(visitor, "sam")
    secret = shown_secret(visitor)

    visitor.press("Confirm", {"code": "000000" if code(secret, time.moment) != "000000" else "111111"})

    assert visitor.status == 422
    assert shown_secret(visitor) == secret
    db.session.rollback()
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_the_picture_holds_what_the_letters_say(team: Team, visitor: Visitor) -> None:
    """The dark squares of the page, put back into a square, are those of the address that apps read."""
    sign_in(visitor, "sam")
    (drawing,), (drawn,) = visitor.page.select("svg"), visitor.page.select("svg path")
    side = int(str(drawing["viewbox"]).split()[-1])
    dark = {
        (int(x) + step, int(y))
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", str(drawn["d"]))
        for step in range(int(wide))
    }
    address = totp.address(shown_secret(visitor), "sam", "Standards consultation")
    wanted = segno.make_qr(address, error="m")
    assert side == wanted.symbol_size()[0]
    assert dark == {
        (x, y) for y, row in enumerate(wanted.matrix_iter(border=4)) for x, module in enumerate(row) if module
    }


def test_another_device_takes_a_code_of_the_present_one(team: Team, visitor: Visitor, time: Clock) -> None:
    old = set_up(visitor, time)
    visitor.visit("/team/second-factor/new")
    new = shown_secret(visitor)
    assert new != old
    visitor.press("Confirm", {"code": code(new, time.moment), "present": "000"})
    assert visitor.status == 422

    visitor.press("Confirm", {"code": code(new, time.moment), "present": code(old, time.moment)})

    assert visitor.heading == "Your spare codes"
    time.moment += 30
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    half.press("Continue", {"code": code(old, time.moment)})
    assert half.status == 422
    half.press("Continue", {"code": code(new, time.moment)})
    assert half.heading == "Consultations"


def test_a_person_given_a_key_since_the_sign_in_sets_one_up_before_unlocking(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    kim = make_account(team.app, "kim", team.consultation, Role.ANALYST)
    sign_in(visitor, "kim")
    assert visitor.heading == "Consultations"
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    team.session.commit()

    visitor.visit("/team/trial/answers")

    assert visitor.heading == "Set up a second factor"
    visitor.press("Confirm", {"code": code(shown_secret(visitor), time.moment)})
    unlock(visitor)
    assert visitor.heading == "Consultations"
