"""Somebody who takes part, and somebody who leaves a way to be reached, for tests."""

from __future__ import annotations

from datetime import date

from consult.models.account import Account, Role
from consult.records import accounts
from tests.builders import Team, make_account
from tests.consult.entering import sign_in, unlock
from tests.visitor import Visitor

UNTIL = date(2027, 12, 31)


def asks(team: Team) -> str:
    """Let people leave a way to reach them; returns the address of the form."""
    team.consultation.interest, team.consultation.interest_until = True, UNTIL
    team.session.commit()
    address = f"/more/{team.consultation.slug}"
    team.session.rollback()
    return address


def leave(team: Team, contact: str, *, remark: str = "", kind: str = "drafts") -> str:
    """Somebody with a fresh browser leaves a way to be reached; returns the code."""
    visitor = Visitor(team.app.test_client())
    visitor.visit(asks(team))
    visitor.press("Send", {"contact": contact, "remark": remark, "kind": kind})
    assert visitor.heading == "We have it. Thank you."
    return visitor.code()


def take_part(team: Team, words: str) -> Visitor:
    """Somebody who answers and closes the page."""
    visitor = Visitor(team.app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": words})
    visitor.press("Continue")
    visitor.press("Yes, use my answers: send them")
    visitor.press("Close this page")
    return visitor


def member(team: Team, name: str, *roles: Role, key: bool = True) -> Account:
    """Somebody of the team with these roles, and perhaps a key."""
    person = make_account(team.app, name, team.consultation, *roles)
    if key:
        accounts.grant(team.session, team.vault, team.consultation, team.key, person)
    team.session.commit()
    return person


def at_work(team: Team, name: str) -> Visitor:
    """Somebody of the team, signed in and unlocked."""
    visitor = Visitor(team.app.test_client())
    sign_in(visitor, name)
    unlock(visitor)
    return visitor
