"""S4, S5, S6, S11, S16, S29 in split mode: the same rules, walked over each half with its keys and rights."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from consult import logs
from consult.models.account import Role
from consult.records import accounts
from consult.settings import Settings
from consult.vault import serverkeys
from consult.vault.sealing import IntakeVault
from consult.web.access import ANYBODY
from consult.web.extensions import db
from tests.builders import Team, make_account, make_team
from tests.client import fixed_parts
from tests.consult import test_access as access
from tests.consult import test_guard as guard
from tests.consult import test_headers as headers
from tests.consult import test_isolation as isolation
from tests.consult import test_logs as printing
from tests.consult.entering import sign_in, unlock
from tests.consult.halves import Halves
from tests.forms import FULL
from tests.visitor import Visitor

HALVES = ("intake", "workbench")
# One of each kind: the combined application is tried with every one.
ATTACKS = {"no token", "another's", "a made up start token", "foreign referrer", "cross-site"}
SHARED = {
    "static",
    "site.safety",
    "site.support",
    "site.privacy",
    "site.accessibility",
    "site.health",
    "site.leave",
}


@pytest.fixture
def team(app: Flask) -> Team:
    made = make_team(app)
    made.session.rollback()
    return made


@pytest.fixture(params=HALVES)
def half(request: pytest.FixtureRequest, team: Team, halves: Halves) -> Team:
    """The team with the pages of one half."""
    return replace(team, app=getattr(halves, request.param))


def is_intake(half: Team) -> bool:
    return "respond.act" in half.app.view_functions


def inside(half: Team) -> tuple[FlaskClient, str]:
    """Somebody with a session of this half, and the token of their forms."""
    visitor = Visitor(half.app.test_client())
    if is_intake(half):
        visitor.visit(f"/about/{half.survey.slug}")
        visitor.press("Start")
        return visitor.client, guard.token_on(visitor.client.get(f"/s/{half.survey.slug}"))
    sign_in(visitor, "sam")
    unlock(visitor)
    return visitor.client, guard.token_on(visitor.client.get("/team/passphrase"))


def test_every_address_that_changes_something_refuses_forms_that_are_not_ours(half: Team) -> None:
    """S4."""
    client, mine = inside(half)
    _, others = inside(half)
    walked = list(guard.unsafe(half))
    assert walked
    known = guard.attacks(half, {"csrf_token": mine}, others)
    with guard.nothing_changes():
        for place, (method, path) in enumerate(walked):
            for attack in guard.some(place, [each for each in known if each.name in ATTACKS]):
                guard.turned_away(client, method, path, attack)


def test_every_address_has_the_headers_of_its_kind(half: Team) -> None:
    """S5."""
    client, _ = inside(half)
    seen = set()
    walked = headers.addresses(
        half.app, slug=half.survey.slug, consultation="trial", survey_id="small", name="sam"
    )
    # The combined application is asked for every one; each half, in the short form, for a third.
    for asked in itertools.islice(walked, 0, None, 1 if FULL else 3):
        response = client.open(asked.path, method=asked.method)
        headers.check(response)
        seen.add(response.status_code)
    assert seen >= {200, 303, 400, 404}
    for response in (client.get("/no/such/page"), client.delete("/leave"), client.get("/team/no/such/page")):
        headers.check(response)


def test_the_intake_has_pages_for_everybody_and_no_others(halves: Halves) -> None:
    """S6."""
    found = {rule.endpoint for rule in halves.intake.url_map.iter_rules()}
    assert found == access.PUBLIC
    assert {rule.endpoint for rule in halves.workbench.url_map.iter_rules()} & access.PUBLIC == SHARED


def test_the_workbench_shows_its_pages_to_whom_they_are_for_and_to_nobody_else(
    team: Team, halves: Halves
) -> None:
    """S6."""
    own = halves.workbench
    client = own.test_client()
    token = access.token_on(client, "/team/sign-in")
    for page in access.pages(own):
        assert access.ask(own, client, page, token).headers["Location"] == "/team/sign-in", page
    make_account(team.app, "kim", team.consultation, Role.TRANSLATOR)
    client, token = access.enter(own, "kim")
    for page in access.pages(own):
        if ANYBODY not in page.roles and Role.TRANSLATOR not in page.roles:
            assert access.refused(access.ask(own, client, page, token)), page


def test_no_page_of_the_workbench_fails_for_want_of_a_right(team: Team, halves: Halves) -> None:
    """S6: with every role, every address answers, and none with a fault of ours."""
    own = halves.workbench
    team.account.administrator = True
    for role in Role:
        access_to(team, role)
    db.session.commit()
    client, token = access.enter(own, "sam", unlocked=True)
    for page in access.pages(own):
        if page.endpoint.startswith("accounts."):
            continue  # these end the session that the others need; they are walked elsewhere
        if client.get("/team/").status_code != 200:
            client, token = access.enter(own, "sam", unlocked=True)
        assert access.ask(own, client, page, token).status_code < 500, page


def access_to(team: Team, role: Role) -> None:
    """Give the one person of the team a role, where she does not have it."""
    if role not in {Role.ANALYST, Role.LEAD}:
        accounts.join(team.session, team.account, team.consultation, role)


def test_nothing_that_the_intake_holds_leads_to_a_key_that_opens(
    settings: Settings, team: Team, halves: Halves
) -> None:
    """S11: neither the secret nor what the workbench has from it is in the process or in its file."""
    whole = serverkeys.read(settings.key_file)
    assert "consult.workbench_vault" not in halves.intake.extensions
    held = isolation.gc_bytes(halves.intake.extensions["consult.intake_vault"])
    assert whole.intake.receipt in held
    assert whole.workbench.staff not in held
    for each in isolation.reachable(halves.intake):
        assert "PrivateKey" not in type(each).__name__
    assert any(isinstance(each, IntakeVault) for each in isolation.reachable(halves.intake))
    own: Settings = halves.intake.extensions["consult.settings"]
    written = own.key_file.read_text(encoding="ascii")
    assert whole.workbench.staff.hex() not in written
    assert "peppers" not in written


def test_every_address_fails_without_a_trace_of_what_was_typed(
    half: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    """S16."""
    client, token = inside(half)
    adapter = half.app.url_map.bind("localhost")
    asked = [
        (
            method,
            adapter.build(
                rule.endpoint,
                dict.fromkeys(rule.arguments, printing.CANARY) | fixed_parts(rule),
                method=method,
            ),
        )
        for rule in half.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS"}
    ]
    logs.set_up()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE consultation RENAME TO away"))
    try:
        for method, path in asked:
            client.open(
                path,
                method=method,
                data={"helped_words": printing.CANARY, "csrf_token": token, "code": printing.CANARY},
                headers={"User-Agent": printing.AGENT, "Sec-Fetch-Site": "same-origin"},
                environ_base={"REMOTE_ADDR": printing.ADDRESS},
            )
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO consultation"))
    printing.printed(capfd)


def test_no_page_sets_a_cookie_before_there_is_a_session_and_then_its_own(half: Team) -> None:
    """S29."""
    client = half.app.test_client()
    for path in (
        "/",
        "/safety",
        "/support",
        "/privacy",
        "/accessibility",
        "/none",
        "/team/sign-in",
        f"/about/{half.survey.slug}",
    ):
        kept = client.get(path).headers.getlist("Set-Cookie")
        if path == "/team/sign-in" and not is_intake(half):
            continue  # the form of the door carries a token, which lives in a session
        assert kept == [], path
    inner, _ = inside(half)
    assert inner.get_cookie("s" if is_intake(half) else "w") is not None
    assert inner.get_cookie("w" if is_intake(half) else "s") is None
