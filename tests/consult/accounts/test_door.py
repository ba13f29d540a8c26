"""The door of the team's pages: who comes in, what a session holds, and when it ends."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from consult.models.account import Account, Role
from consult.models.audit import AuditEvent
from consult.models.session import StaffSession
from consult.vault import cookies
from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account
from tests.consult.entering import make_administrator, make_consultation, sign_in, unlock
from tests.visitor import HOST, Visitor

OTHER = "four green ladders in the rain"


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("w", domain="localhost")
    assert cookie is not None
    return cookie.value


def content_of(visitor: Visitor) -> dict[str, object]:
    """What the session of a visitor holds, opened with the cookie as the service does."""
    cookie = cookie_of(visitor)
    db.session.rollback()
    blob = db.session.scalar(
        select(StaffSession.blob).where(StaffSession.id_hash == cookies.Secret(cookie).row)
    )
    assert blob is not None
    return dict(cookies.Secret(cookie).open("staff", blob))


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


def test_signing_in_opens_nothing_yet(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")

    sign_in(visitor, "sam")

    assert "staff_key" not in content_of(visitor)
    assert "Answers are locked" in visitor.words


def test_unlocking_puts_the_key_only_into_the_sealed_session(app: Flask, visitor: Visitor) -> None:
    """S42: where the key is."""
    make_account(app, "sam")
    sign_in(visitor, "sam")

    unlock(visitor)

    held = str(content_of(visitor)["staff_key"])
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
    stranger = another(app)
    stranger.client.set_cookie("w", before, domain="localhost")
    stranger.visit("/team/")
    assert stranger.heading == "Sign in"


def test_a_wrong_passphrase_unlocks_nothing(app: Flask, visitor: Visitor) -> None:
    make_account(app, "sam")
    sign_in(visitor, "sam")

    unlock(visitor, OTHER)

    assert visitor.status == 422
    assert "This is not the passphrase of your account" in visitor.words
    assert "staff_key" not in content_of(visitor)


def test_locking_takes_the_key_out_and_keeps_the_person_signed_in(app: Flask, visitor: Visitor) -> None:
    """S42: on request."""
    make_account(app, "sam")
    sign_in(visitor, "sam")
    unlock(visitor)

    visitor.press("Lock answers")

    assert "Answers are locked again." in visitor.words
    assert "staff_key" not in content_of(visitor)


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


def test_a_new_passphrase_opens_the_same_key_and_ends_other_sessions(app: Flask, visitor: Visitor) -> None:
    """S7, S10: the key stays, other sessions end."""
    make_account(app, "sam")
    elsewhere = another(app)
    sign_in(elsewhere, "sam")
    sign_in(visitor, "sam")
    unlock(visitor)
    key = content_of(visitor)["staff_key"]

    visitor.visit("/team/passphrase")
    visitor.press("Change passphrase", {"passphrase": PASSPHRASE, "new_passphrase": OTHER, "repeat": OTHER})

    assert "Your passphrase is changed." in visitor.words
    elsewhere.visit("/team/")
    assert elsewhere.heading == "Sign in"
    sign_in(elsewhere, "sam", PASSPHRASE)
    assert elsewhere.status == 422
    sign_in(elsewhere, "sam", OTHER)
    unlock(elsewhere, OTHER)
    assert content_of(elsewhere)["staff_key"] == key


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
