"""The pages of the ten lines: each person signs what is theirs, and is told what cannot be signed and why."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.account import Role
from consult.models.consultation import Consultation, Survey
from consult.models.signoff import SignOff
from consult.records import definitions, gate_version
from tests.builders import make_account
from tests.consult.entering import sign_in
from tests.consult.manage.preparing import FLAGGED, TODAY, prepared
from tests.visitor import Visitor

HERE = "/team/spring/surveys/small/ready"
SIGN = "/team/spring/surveys/small/sign"


def test_the_page_walks_a_lead_an_adviser_and_an_administrator_to_an_open_survey(
    app: Flask, session: Session, spring: Survey, visitor: Visitor
) -> None:
    """T46, T47, T49: what is missing stands there with the place where it is done, for who may do it."""
    consultation = session.get_one(Consultation, spring.consultation_id)
    make_account(app, "kim", consultation, Role.ADVISER)
    sign_in(visitor, "sam")
    visitor.visit(HERE)
    assert "4 of 10 lines are complete" in visitor.words
    visitor.press("Open")
    assert visitor.status == 409
    assert "Error:" in str(visitor.page.title)
    assert visitor.page.find("a", href="#G2")

    for kind, typed in signatures().items():
        visitor.visit(f"{SIGN}/{kind}")
        visitor.press("Sign", typed)
        assert "Signed. It stands in the log" in visitor.words, kind
    visitor.visit("/team/spring/settings")
    days = [TODAY + timedelta(days=each) for each in (60, 90, 120)]
    visitor.press("Save", {"freeze_date": days[1].isoformat(), "results_date": days[2].isoformat()})
    visitor.visit("/team/spring/surveys/small/closing")
    visitor.press("Save", {"day": days[0].isoformat()})
    assert "The last day to start is saved." in visitor.words
    assert "9 of 10 lines are complete" in visitor.words
    assert "An adviser signs it." in visitor.words

    adviser = Visitor(app.test_client())
    sign_in(adviser, "kim")
    adviser.visit(HERE)
    assert not adviser.page.find("button", string="Open")
    adviser.visit(f"{SIGN}/advisers")
    adviser.press("Sign", {"note": "Met in spring"})
    assert "10 of 10 lines are complete" in adviser.words
    assert "Signed by Kim on" in adviser.words

    visitor.visit(HERE)
    visitor.press("Open")
    assert "The survey is open." in visitor.words


def signatures() -> dict[str, dict[str, str]]:
    """What a lead types, by kind."""
    named = ("assessment", "legal_basis", "controller", "security", "safeguarding", "staff_support")
    return {
        **{kind: {"name": "Ash Example"} for kind in named},
        "staff_limits": {"minutes": "50", "answers": "40"},
        "rules": {},
        "accessibility": {"day": TODAY.isoformat()},
        "exit": {},
        "pilot": {"number": "5", "day": TODAY.isoformat()},
    }


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("assessment", {"name": " "}, "Please write the name of a person."),
        ("staff_limits", {"minutes": "50", "answers": ""}, "Please give both figures"),
        ("staff_limits", {"minutes": "600", "answers": "40"}, "5 to 180 minutes at a time"),
        ("pilot", {"number": "4", "day": "2026-01-01"}, "opens after 5 people or more"),
        ("pilot", {"number": "many", "day": "2026-01-01"}, "Please write a whole number"),
        ("pilot", {"number": "6", "day": "2999-01-01"}, "This day is still to come."),
        ("pilot", {"number": "6", "day": ""}, "Please write a date"),
        ("accessibility", {"day": "2019-01-01"}, "older than a year"),
        ("assessment", {"name": "Ash Example", "note": "x" * 301}, "300 characters or fewer"),
    ],
)
def test_what_cannot_be_signed_is_said_beside_its_field_and_stays_typed(
    app: Flask, spring: Survey, visitor: Visitor, kind: str, typed: dict[str, str], said: str
) -> None:
    sign_in(visitor, "sam")
    visitor.visit(f"{SIGN}/{kind}")
    visitor.press("Sign", typed)

    assert visitor.status == 422
    assert said in visitor.words
    for name, value in typed.items():
        field = visitor.page.find(attrs={"name": name})
        assert isinstance(field, Tag)
        assert field.get("value", "") == value


def test_a_signature_is_taken_back_by_its_page(app: Flask, spring: Survey, visitor: Visitor) -> None:
    sign_in(visitor, "sam")
    visitor.visit(f"{SIGN}/safeguarding")
    visitor.press("Sign", {"name": "Ash Example"})
    visitor.visit(f"{SIGN}/safeguarding")
    visitor.press("Take it back")

    assert "The signature is taken back." in visitor.words
    assert "Missing: who owns safeguarding." in visitor.words


@pytest.mark.parametrize(
    ("role", "kind", "allowed"),
    [
        (Role.LEAD, "assessment", True),
        (Role.LEAD, "advisers", False),
        (Role.LEAD, "review", False),
        (Role.ADVISER, "advisers", True),
        (Role.ADVISER, "review", True),
        (Role.ADVISER, "assessment", False),
        (Role.TRANSLATOR, "review", True),
        (Role.TRANSLATOR, "advisers", False),
        (Role.ANALYST, "flag", False),
        (Role.CUSTODIAN, "flag", True),
        (Role.PANEL_MANAGER, "pilot", False),
    ],
)
def test_each_role_signs_what_is_its_own_and_nothing_else(
    app: Flask, session: Session, spring: Survey, visitor: Visitor, role: Role, kind: str, allowed: bool
) -> None:
    make_account(app, "kim", session.get_one(Consultation, spring.consultation_id), role)
    sign_in(visitor, "kim")
    visitor.visit(f"{SIGN}/{kind}")
    token = visitor.page.find(attrs={"name": "csrf_token"})
    assert isinstance(token, Tag)

    assert bool(visitor.page.find("button", string=re.compile("Sign$"))) is allowed
    visitor.post(f"{SIGN}/{kind}", [("csrf_token", str(token["value"])), ("name", "Ash Example")])

    assert (visitor.status == 409) is not allowed
    if not allowed:
        assert "somebody of another role signs this" in visitor.words.lower()
        assert session.scalars(select(SignOff)).all() == []


def test_an_adviser_chooses_a_flag_and_cannot_sign_for_a_second_person(
    app: Flask, session: Session, visitor: Visitor
) -> None:
    """T04: signing once more adds nobody."""
    survey = prepared(app, FLAGGED)
    (flag,) = gate_version.flags(definitions.current(session, survey))
    sign_in(visitor, "sam")
    for _ in range(2):
        visitor.visit(f"{SIGN}/flag")
        visitor.press("Sign", {"choice": flag})
    assert "a second person to sign for" in visitor.words

    visitor.visit(f"{SIGN}/flag")
    visitor.press("Sign", {"choice": "another: place"})
    assert visitor.status == 422
