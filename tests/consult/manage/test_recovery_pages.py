"""S10: recovery shares on pages: shown once, typed back, and a way in that needs no passphrase."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.consultation import Consultation, State, Survey
from consult.models.key import KeyOwner, PublicKey
from consult.records import accounts, recovery
from consult.records.recovery import INSTALLATION, Standing
from consult.web.extensions import db
from tests.builders import PASSPHRASE, ensure_signed, make_account
from tests.consult.entering import make_administrator, make_led, sign_in, unlock, vault_of
from tests.visitor import Visitor

HERE = "/team/spring/recovery"
READY = "/team/spring/surveys/small/ready"
SHARE = re.compile(r"(?:[A-Z2-7]{4} ){15}[A-Z2-7]{4}")


@pytest.fixture
def spring(app: Flask) -> Consultation:
    return make_led(app)


def make(visitor: Visitor, scheme: str = "2-3") -> list[str]:
    """Shares made by the form, as the page shows them."""
    visitor.visit(f"{HERE}/make")
    visitor.press("Make the shares and show them once", {"scheme": scheme})
    return shown(visitor)


def shown(visitor: Visitor) -> list[str]:
    return [each.get_text() for each in visitor.page.select(".app-share .app-code")]


def confirm(visitor: Visitor, typed: str) -> None:
    visitor.visit(f"{HERE}/confirm")
    visitor.press("Check this share", {"share": typed})


def boxes(visitor: Visitor) -> dict[str, str]:
    """What stands in the boxes of the page, by name."""
    found = visitor.page.select("main textarea")
    return {str(box["name"]): box.get_text().removeprefix("\n") for box in found}


def enter(visitor: Visitor, name: str = "sam") -> None:
    sign_in(visitor, name)
    unlock(visitor)


def sign_all(app: Flask) -> None:
    """Everything but the keys."""
    survey = db.session.scalars(select(Survey)).one()
    ensure_signed(db.session(), vault_of(app), survey, accounts.named(db.session(), "sam"))
    db.session.commit()


def state(consultation: Consultation) -> Standing:
    db.session.expire_all()
    return recovery.standing(db.session(), consultation)


def test_from_nothing_to_an_open_survey_by_what_the_page_says(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    visitor.visit("/team/spring/")
    assert "Done: enough people can open the answers." in visitor.words
    assert "Still to do: recovery shares on paper" in visitor.words
    visitor.visit(READY)
    visitor.press("Open")
    assert visitor.status == 409
    assert "make the recovery shares first" in visitor.words
    shares = make(visitor)
    assert len(shares) == 3
    assert all(SHARE.fullmatch(share) for share in shares)
    visitor.visit("/team/spring/")
    assert "one must be typed back" in visitor.words
    visitor.visit(READY)
    visitor.press("Open")
    assert visitor.status == 409
    confirm(visitor, shares[1].lower())
    assert "The share is right." in visitor.words
    visitor.visit("/team/spring/")
    assert "Before a survey can open" not in visitor.words
    sign_all(app)
    visitor.visit(READY)
    visitor.press("Open")
    assert "The survey is open." in visitor.words


def test_shares_are_shown_once_and_stand_nowhere_else(
    app: Flask, spring: Consultation, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    with caplog.at_level(logging.DEBUG):
        shares = make(visitor, "3-5")
        assert len(shares) == 5
        assert visitor.response is not None
        assert visitor.response.headers["Cache-Control"] == "no-store"
        confirm(visitor, shares[4])
    for path in ("/team/spring/", HERE, f"{HERE}/make", f"{HERE}/confirm", "/team/"):
        visitor.visit(path)
        assert not SHARE.search(visitor.words), path
    parts = [part for share in shares for part in (share, share.replace(" ", ""), share.replace(" ", "-"))]
    kept = "".join(str(row) for row in db.session.execute(text("SELECT detail, object FROM audit_event")))
    assert not [part for part in parts if part in kept + caplog.text]


def test_no_two_requests_show_the_same_shares(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    assert not set(make(visitor)) & set(make(visitor))


def test_a_mistyped_share_stays_in_its_box_with_what_is_wrong(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    share = make(visitor)[0]
    wrong = share[:-1] + ("A" if share[-1] != "A" else "B")
    for typed, said in ((wrong, "One of the characters"), ("abc", "sixteen groups"), (" ", "type one share")):
        confirm(visitor, typed)
        assert visitor.status == 422
        assert said in visitor.words
        assert boxes(visitor)["share"] == typed
    assert state(spring) is Standing.UNREAD


def test_shares_let_a_new_account_in_when_a_passphrase_is_lost(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    shares = make(visitor)
    confirm(visitor, shares[0])
    make_administrator(app)
    make_account(app, "sam2")

    administrator = Visitor(app.test_client())
    sign_in(administrator, "ada")
    administrator.visit(f"{HERE}/use")
    administrator.press("Let this person in", {"share_1": shares[2], "share_2": shares[0], "person": "sam2"})

    assert "can open the answers from now on" in administrator.words
    key = accounts.unlock(vault_of(app), accounts.named(db.session(), "sam2"), PASSPHRASE)
    assert accounts.opened_keys(db.session(), vault_of(app), spring, key).of(1)
    entry = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.object, entry.detail) == (
        "ada", "use recovery shares", "spring/sam2", ""
    )  # fmt: skip
    enter(newcomer := Visitor(app.test_client()), "sam2")
    newcomer.visit("/team/spring/answers")
    assert newcomer.status == 200


def test_shares_that_let_nobody_in_keep_what_was_typed(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    old, shares = make(visitor), make(visitor)
    make_account(app, "kim")
    for typed, status, said in (
        ((shares[0], "", ""), 409, "2 shares are needed; there are 1"),
        ((shares[0], shares[0], ""), 409, "the same share was given twice"),
        ((shares[0], old[1], ""), 422, "belongs to another key"),
        ((shares[0], "", shares[1][:-2]), 422, "sixteen groups"),
        (("", "", ""), 409, "no share was given"),
    ):
        visitor.visit(f"{HERE}/use")
        fields = dict(zip(("share_1", "share_2", "share_3"), typed, strict=True))
        visitor.press("Let this person in", fields | {"person": "kim"})
        assert visitor.status == status
        assert said.lower() in visitor.words.lower()
        assert boxes(visitor).items() >= fields.items()
    visitor.press("Let this person in", {"share_1": shares[0], "share_2": shares[1], "person": "nobody"})
    assert visitor.status == 422


def test_who_cannot_open_answers_makes_no_shares(app: Flask, spring: Consultation) -> None:
    make_account(app, "lea", spring, Role.LEAD)
    make_account(app, "kim", spring, Role.ADVISER)
    lead, adviser = Visitor(app.test_client()), Visitor(app.test_client())
    enter(lead, "lea")
    assert make(lead) == []
    assert lead.status == 409
    assert "You hold no key" in lead.words
    enter(adviser, "kim")
    adviser.visit(HERE)
    assert adviser.status == 404


def test_without_unlocking_no_shares_are_made(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    sign_in(visitor, "sam")
    visitor.visit(f"{HERE}/make")
    assert visitor.path == "/team/unlock"
    assert state(spring) is Standing.NONE


def test_where_one_person_holds_a_key_the_page_says_what_shares_are(app: Flask, spring: Consultation) -> None:
    visitor = Visitor(app.test_client())
    enter(visitor)
    visitor.visit(HERE)
    assert "the shares are the only second way in" in visitor.words
    shares = make(visitor)
    mark = re.search(r"mark ([0-9A-F]{4})", visitor.words)
    assert mark is not None
    assert "spring" not in visitor.page.find_all("section")[0].get_text().lower()
    confirm(visitor, shares[0])
    assert f"carry the mark {mark[1]}" in visitor.words


def test_an_administrator_makes_the_installation_key(app: Flask) -> None:
    make_administrator(app)
    visitor = Visitor(app.test_client())
    sign_in(visitor, "ada")
    visitor.visit("/team/installation-key")
    assert "No installation key has been made yet." in visitor.words
    visitor.visit("/team/installation-key/make")
    visitor.press("Make the shares and show them once")
    shares = shown(visitor)
    assert db.session.get(PublicKey, (KeyOwner.RECOVERY, INSTALLATION, 0)) is None
    visitor.visit("/team/installation-key/confirm")
    visitor.press("Check this share", {"share": shares[1]})
    assert "The installation key is used from now on." in visitor.words
    db.session.expire_all()
    private = recovery.joined(db.session(), vault_of(app), INSTALLATION, shares[:2])
    assert len(private) == 96
    visitor.visit("/team/installation-key/confirm")
    visitor.press("Check this share", {"share": shares[1]})
    assert visitor.status == 409


def test_a_demonstration_says_that_it_needs_no_shares(app: Flask, spring: Consultation) -> None:
    spring.demonstration = True
    db.session.commit()
    visitor = Visitor(app.test_client())
    enter(visitor)
    visitor.visit(HERE)
    assert "Its surveys can open without shares." in visitor.words
    sign_all(app)
    visitor.visit(READY)
    visitor.press("Open")
    assert "The survey is open." in visitor.words
    assert db.session.scalars(select(Survey.state)).one() == State.OPEN
