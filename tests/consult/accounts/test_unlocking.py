"""Answers unlocked and locked again, and a new passphrase: where the key is, and for how long."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.models.account import Account, Role
from consult.models.audit import AuditEvent
from consult.models.session import StaffSession
from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account
from tests.consult.entering import (
    cookie_of,
    held_under,
    make_consultation,
    sign_in,
    unlock,
)
from tests.visitor import Visitor

OTHER = "four green ladders in the rain"


def held_by(visitor: Visitor) -> dict[str, object]:
    """What the session of a visitor holds."""
    held = held_under(cookie_of(visitor))
    assert held is not None
    return held


def test_signing_in_opens_nothing_yet(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")

    sign_in(visitor, "sam")

    assert "staff_key" not in held_by(visitor)
    assert "Answers are locked" in visitor.words


def test_unlocking_puts_the_key_only_into_the_sealed_session(app: Flask, visitor: Visitor) -> None:
    """S42: where the key is."""
    make_account(app, "sam")
    sign_in(visitor, "sam")

    unlock(visitor)

    held = str(held_by(visitor)["staff_key"])
    row = db.session.scalars(select(StaffSession)).one()
    assert bytes.fromhex(held) not in row.blob
    assert held.encode() not in row.blob
    assert held not in cookie_of(visitor)
    assert visitor.response is not None
    assert held not in visitor.response.text


def test_unlocking_gives_a_new_id_and_the_old_cookie_leads_nowhere(app: Flask, visitor: Visitor) -> None:
    """S7: at unlocking."""
    make_account(app, "sam")
    sign_in(visitor, "sam")
    before = cookie_of(visitor)

    unlock(visitor)

    assert cookie_of(visitor) != before
    stranger = Visitor(app.test_client())
    stranger.client.set_cookie("w", before, domain="localhost")
    stranger.visit("/team/")
    assert stranger.heading == "Sign in"


def test_a_wrong_passphrase_unlocks_nothing(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")
    sign_in(visitor, "sam")

    unlock(visitor, OTHER)

    assert visitor.status == 422
    assert "This is not the passphrase of your account" in visitor.words
    assert "staff_key" not in held_by(visitor)


def test_locking_takes_the_key_out_and_keeps_the_person_signed_in(app: Flask, visitor: Visitor) -> None:
    """S42: on request."""
    make_account(app, "sam")
    sign_in(visitor, "sam")
    unlock(visitor)

    visitor.press("Lock answers")

    assert "Answers are locked again." in visitor.words
    assert "staff_key" not in held_by(visitor)


def test_unlocking_leads_on_to_the_page_that_asked_for_it(app: Flask, visitor: Visitor) -> None:
    sam = make_account(app, "sam")
    consultation = make_consultation(app, sam)
    make_account(app, "kim", consultation, Role.ANALYST)
    sign_in(visitor, "kim")

    visitor.visit("/team/spring/keys/give")
    assert visitor.heading == "Unlock answers"
    visitor.press("Unlock", {"passphrase": PASSPHRASE})

    assert visitor.path == "/team/spring/keys/give"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/team/",
        "/team//example.org",
        "/team/../s/7f3k",
        "/\\example.org",
        "/s/7f3k",
        "/teams/",
        "javascript:alert(1)",
    ],
)
def test_unlocking_leads_only_to_pages_of_the_team(app: Flask, visitor: Visitor, elsewhere: str) -> None:
    make_account(app, "sam")
    sign_in(visitor, "sam")
    visitor.visit("/team/unlock")

    visitor.press("Unlock", {"passphrase": PASSPHRASE, "next": elsewhere})

    assert visitor.path == "/team/"


def test_a_new_passphrase_opens_the_same_key_and_ends_other_sessions(app: Flask, visitor: Visitor) -> None:
    """S7, S10: the key stays, other sessions end."""
    make_account(app, "sam")
    elsewhere = Visitor(app.test_client())
    sign_in(elsewhere, "sam")
    sign_in(visitor, "sam")
    unlock(visitor)
    key = held_by(visitor)["staff_key"]

    visitor.visit("/team/passphrase")
    visitor.press("Change passphrase", {"passphrase": PASSPHRASE, "new_passphrase": OTHER, "repeat": OTHER})

    assert "Your passphrase is changed." in visitor.words
    elsewhere.visit("/team/")
    assert elsewhere.heading == "Sign in"
    sign_in(elsewhere, "sam", PASSPHRASE)
    assert elsewhere.status == 422
    sign_in(elsewhere, "sam", OTHER)
    unlock(elsewhere, OTHER)
    assert held_by(elsewhere)["staff_key"] == key


@pytest.mark.parametrize(
    ("new", "repeat", "said"),
    [
        ("short", "short", "at least 14 characters"),
        (OTHER, PASSPHRASE, "The two new passphrases differ"),
        ("aaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaa", "easy to guess"),
    ],
)
def test_a_weak_or_mistyped_new_passphrase_changes_nothing(
    app: Flask, visitor: Visitor, new: str, repeat: str, said: str
) -> None:
    make_account(app, "sam")
    sign_in(visitor, "sam")

    visitor.visit("/team/passphrase")
    visitor.press("Change passphrase", {"passphrase": PASSPHRASE, "new_passphrase": new, "repeat": repeat})

    assert visitor.status == 422
    assert said in visitor.words
    db.session.expire_all()
    assert db.session.scalars(select(Account)).one().generation == 1


def test_six_words_are_offered_first(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")
    sign_in(visitor, "sam")

    visitor.visit("/team/passphrase")

    offered = visitor.page.find(class_="app-code")
    assert offered is not None
    assert len(offered.get_text().split()) == 6


def test_unlocking_and_a_new_passphrase_stand_in_the_log_of_acts(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/passphrase")
    visitor.press("Change passphrase", {"passphrase": PASSPHRASE, "new_passphrase": OTHER, "repeat": OTHER})

    db.session.rollback()
    acts = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert acts == ["unlock", "change passphrase"]
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 2
