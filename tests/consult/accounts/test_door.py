"""The door of the team's pages: who comes in, what a session holds, and when it ends."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account
from tests.consult.entering import (
    cookie_of,
    make_administrator,
    sign_in,
    unlock,
)
from tests.visitor import HOST, Visitor

OTHER = "four green ladders in the rain"


def another(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def without_tokens(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html)


def test_a_member_of_the_team_signs_in_and_sees_the_consultations(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")

    sign_in(visitor, "sam")

    assert visitor.heading == "Consultations"
    assert "You are signed in as Sam." in visitor.words


def test_the_name_may_be_written_in_capitals_and_with_spaces(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")

    sign_in(visitor, "  Sam ")

    assert visitor.heading == "Consultations"


def test_an_unknown_name_gets_the_same_page_as_a_wrong_passphrase(app: Flask, visitor: Visitor) -> None:
    """S23: the same page."""
    make_account(app, "sam")
    sign_in(visitor, "sam", OTHER)
    wrong, wrong_status = visitor.response, visitor.status
    sign_in(visitor, "max", OTHER)
    unknown, unknown_status = visitor.response, visitor.status
    assert wrong is not None
    assert unknown is not None

    assert wrong_status == unknown_status == 422
    assert without_tokens(wrong.text).replace("sam", "?") == without_tokens(unknown.text).replace("max", "?")


def test_a_disabled_account_gets_the_same_page_too(app: Flask, visitor: Visitor) -> None:
    """S23: the same page."""
    make_account(app, "sam").active = False
    db.session.commit()

    sign_in(visitor, "sam")

    assert visitor.status == 422
    assert "do not go together" in visitor.words


def test_after_a_wrong_passphrase_the_name_stays_and_the_passphrase_does_not(
    app: Flask, visitor: Visitor
) -> None:
    sign_in(visitor, "sam", OTHER)

    assert visitor.page.find("input", {"name": "name"})["value"] == "sam"  # type: ignore[index]
    assert visitor.response is not None
    assert OTHER not in visitor.response.text
    assert visitor.page.title is not None
    assert visitor.page.title.get_text().startswith("Error:")


def test_an_endless_passphrase_is_merely_wrong(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")

    sign_in(visitor, "sam", "é" * 1000)

    assert visitor.status == 422
    assert "do not go together" in visitor.words


def test_signing_in_gives_a_new_id_and_the_old_cookie_leads_nowhere(app: Flask, visitor: Visitor) -> None:
    """S7: at the door."""
    make_account(app, "sam")
    visitor.visit("/team/sign-in")
    before = cookie_of(visitor)

    sign_in(visitor, "sam")

    assert cookie_of(visitor) != before
    stranger = another(app)
    stranger.client.set_cookie("w", before, domain="localhost")
    stranger.visit("/team/")
    assert stranger.heading == "Sign in"


def test_signing_out_destroys_the_session(app: Flask, visitor: Visitor) -> None:
    """S7: at signing out."""
    make_account(app, "sam")
    sign_in(visitor, "sam")
    before = cookie_of(visitor)

    visitor.press("Sign out")

    assert visitor.heading == "Sign in"
    stranger = another(app)
    stranger.client.set_cookie("w", before, domain="localhost")
    stranger.visit("/team/")
    assert stranger.heading == "Sign in"


def test_signing_out_everywhere_else_ends_the_others_and_not_this_one(app: Flask, visitor: Visitor) -> None:
    """S7: on request."""
    make_account(app, "sam")
    elsewhere = another(app)
    sign_in(elsewhere, "sam")
    sign_in(visitor, "sam")

    visitor.visit("/team/passphrase")
    visitor.press("Sign out everywhere else")

    assert visitor.heading == "Consultations"
    elsewhere.visit("/team/")
    assert elsewhere.heading == "Sign in"


def test_disabling_an_account_ends_its_session(app: Flask, visitor: Visitor) -> None:
    """S7: when an account is disabled."""
    sam = make_account(app, "sam")
    sign_in(visitor, "sam")
    sam.active = False
    db.session.commit()

    visitor.visit("/team/")

    assert visitor.heading == "Sign in"


def test_many_wrong_tries_slow_down_and_never_lock_out(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1_800_000_000.0
    monkeypatch.setattr("consult.clock.now", lambda: moment)
    monkeypatch.setattr("consult.clock.steady", lambda: moment)
    make_account(app, "sam")
    for _ in range(10):
        sign_in(visitor, "sam", OTHER)
        assert visitor.status == 422

    sign_in(visitor, "sam", PASSPHRASE)
    assert visitor.status == 503
    assert "Please wait" in visitor.words
    assert visitor.response is not None
    assert visitor.response.headers["Retry-After"]

    moment += 61
    sign_in(visitor, "sam", PASSPHRASE)
    assert visitor.heading == "Consultations"


def test_the_slow_hash_runs_while_nobody_holds_the_lock_of_the_database(
    app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(app, "sam")
    held: list[bool] = []
    vault = type(app.extensions["consult.workbench_vault"])
    for name in ("unlock", "new_account_key"):
        original = getattr(vault, name)

        def watched(self: object, *args: object, _original: object = original, **kwargs: object) -> object:
            held.append(db.session().in_transaction())
            return _original(self, *args, **kwargs)  # type: ignore[operator]

        monkeypatch.setattr(vault, name, watched)

    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit("/team/passphrase")
    visitor.press("Change passphrase", {"passphrase": PASSPHRASE, "new_passphrase": OTHER, "repeat": OTHER})

    assert held == [False] * 4


def test_every_page_of_the_team_leads_to_the_sign_in_when_nobody_is_signed_in(
    app: Flask, client: FlaskClient
) -> None:
    make_administrator(app)
    seen = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/team") or "GET" not in (rule.methods or ()):
            continue
        if rule.endpoint == "accounts.sign_in":
            continue
        address = re.sub(r"<[^>]+>", "x", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))
        answer = client.get(address, base_url=HOST)
        assert answer.status_code == 303, rule.endpoint
        assert answer.headers["Location"] == "/team/sign-in", rule.endpoint
        seen.add(rule.endpoint)
    assert {"manage.home", "manage.people", "accounts.unlock", "accounts.passphrase"} <= seen


def test_every_act_of_the_team_is_refused_when_nobody_is_signed_in(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/team") and "POST" in (rule.methods or ()):
            answer = client.post(re.sub(r"<[^>]+>", "x", rule.rule), base_url=HOST)
            assert answer.status_code in {303, 400}, rule.endpoint
