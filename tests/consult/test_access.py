"""S6: every page of the team refuses whoever it is not for; absent and forbidden look the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.models.account import Role
from consult.models.consultation import Consultation
from consult.web.access import ADMINISTRATOR, ANYBODY
from consult.web.extensions import db
from tests.builders import PASSPHRASE, Team, make_account, make_team
from tests.client import fixed_parts
from tests.visitor import Visitor

# Pages for everybody. A new one must be put here by somebody who has thought about it.
PUBLIC = {
    "static",
    "doors.landing",
    "doors.about",
    "doors.back",
    "doors.questions",
    "doors.questions_file",
    "doors.trial",
    "further.after",
    "published.check",
    "published.check_table",
    "published.commissioners",
    "published.standard",
    "published.standards",
    "further.back",
    "further.more",
    "further.send",
    "further.take_back",
    "respond.show",
    "respond.act",
    "site.safety",
    "site.support",
    "site.accessibility",
    "site.privacy",
    "site.health",
    "site.leave",
}
# Pages of panellists, behind a door of their own: `tests/consult/panel` walks them.
PANELLISTS = {
    "panellist.arrive",
    "panellist.enter",
    "panellist.evidence",
    "panellist.finish",
    "panellist.home",
    "panellist.join",
    "panellist.leave",
    "panellist.missing",
    "panellist.rules",
    "panellist.save",
    "panellist.sign_in",
    "panellist.sign_out",
    "panellist.statement",
    "panellist.withdraw",
}
DOOR = {"accounts.sign_in", "accounts.enter"}
NOT_HERE = "This page is not here"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One endpoint with a method and the roles that it is for."""

    endpoint: str
    method: str
    roles: tuple[str, ...]
    of_consultation: bool


def pages(app: Flask) -> Iterator[Page]:
    """Every page of the team but the door."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC | PANELLISTS | DOOR:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Page(
                endpoint=rule.endpoint,
                method=method,
                roles=getattr(app.view_functions[rule.endpoint], "wanted_roles", ()),
                of_consultation="consultation" in rule.arguments,
            )


def ask(app: Flask, client: FlaskClient, page: Page, token: str, consultation: str = "trial") -> TestResponse:
    """Ask for a page with everything right but, perhaps, the person."""
    known = {"consultation": consultation, "survey_id": "small", "definition_id": "small", "name": "sam"}
    rules = [rule for rule in app.url_map.iter_rules(page.endpoint) if page.method in (rule.methods or set())]
    known |= fixed_parts(rules[0])
    parts: dict[str, Any] = {name: known.get(name, "absent") for name in rules[0].arguments}
    path = app.url_map.bind("localhost").build(page.endpoint, parts, method=page.method)
    data = {"csrf_token": token} if page.method == "POST" else None
    return client.open(path, method=page.method, data=data, headers={"Sec-Fetch-Site": "same-origin"})


def token_on(client: FlaskClient, path: str) -> str:
    """The form token of this browser."""
    return str(
        BeautifulSoup(client.get(path).text, "html.parser").select("input[name=csrf_token]")[0]["value"]
    )


def enter(app: Flask, name: str, *, unlocked: bool = False) -> tuple[FlaskClient, str]:
    """Somebody signed in, with the token of their forms."""
    visitor = Visitor(app.test_client())
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": name, "passphrase": PASSPHRASE})
    if unlocked:
        visitor.visit("/team/unlock")
        visitor.press("Unlock", {"passphrase": PASSPHRASE})
    assert visitor.path == "/team/"
    return visitor.client, token_on(visitor.client, "/team/passphrase")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def refused(response: TestResponse) -> bool:
    """Whether the page says that there is nothing here."""
    return response.status_code == 404 and NOT_HERE in response.text


def test_every_address_is_for_everybody_or_says_whom_it_is_for(app: Flask) -> None:
    found = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert found >= PUBLIC | DOOR
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PANELLISTS:
            assert rule.rule.startswith("/panel/")
        elif rule.endpoint not in PUBLIC:
            assert rule.rule.startswith("/team/"), f"{rule.endpoint} is new to everybody: is it meant to be?"
    known = {str(role) for role in Role} | {ANYBODY, ADMINISTRATOR}
    for page in pages(app):
        assert page.roles, f"{page.endpoint} names no role"
        assert set(page.roles) <= known, page.endpoint


def test_a_page_that_anybody_signed_in_may_see_is_of_no_consultation(app: Flask) -> None:
    for page in pages(app):
        if ANYBODY in page.roles:
            assert not page.of_consultation, page.endpoint


def test_without_a_sign_in_every_page_of_the_team_leads_to_the_door(team: Team) -> None:
    client = team.app.test_client()
    token = token_on(client, "/team/sign-in")
    for page in pages(team.app):
        response = ask(team.app, client, page, token)
        assert response.status_code == 303, page
        assert response.headers["Location"] == "/team/sign-in", page


def test_somebody_who_answers_gets_no_further_than_the_door(team: Team, visitor: Visitor) -> None:
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    token = token_on(visitor.client, "/team/sign-in")
    for page in pages(team.app):
        assert ask(team.app, visitor.client, page, token).status_code == 303, page


@pytest.mark.parametrize("role", [*Role, None])
def test_a_page_for_other_roles_looks_as_if_it_were_not_there(
    team: Team, role: Role | None, figure: Callable[[str, object], None]
) -> None:
    roles = [role] if role else []
    make_account(team.app, "kim", team.consultation, *roles)
    client, token = enter(team.app, "kim")
    for page in pages(team.app):
        if ANYBODY in page.roles or role in page.roles:
            continue
        assert refused(ask(team.app, client, page, token)), page
    figure("roles by pages", f"{len(Role) + 1} x {len(list(pages(team.app)))}")
    figure("leaks", 0)


def test_another_consultation_and_one_that_is_not_there_are_the_same(team: Team) -> None:
    other = Consultation(name="other", title="Other", min_grants=1)
    db.session.add(other)
    db.session.flush()
    make_account(team.app, "kim", other, *Role)
    client, token = enter(team.app, "kim", unlocked=True)
    for page in pages(team.app):
        if page.of_consultation:
            forbidden = ask(team.app, client, page, token)
            absent = ask(team.app, client, page, token, consultation="absent")
            assert refused(forbidden), page
            assert forbidden.status_code == absent.status_code
            assert forbidden.text == absent.text, page
            assert sorted(forbidden.headers) == sorted(absent.headers)


def test_pages_that_open_answers_ask_a_locked_person_to_unlock_and_no_other_page_fails(team: Team) -> None:
    client, token = enter(team.app, "sam")
    asked = set()
    for page in pages(team.app):
        if page.endpoint in {"accounts.sign_out", "accounts.lock", "accounts.end_others"}:
            continue  # these change the session that the other pages need
        response = ask(team.app, client, page, token)
        assert response.status_code < 500, page
        if getattr(team.app.view_functions[page.endpoint], "needs_key", False) and {"analyst", "lead"} & set(
            page.roles
        ):
            assert response.status_code == 303
            assert response.headers["Location"].startswith("/team/unlock"), page
            asked.add(page.endpoint)
    assert "coding.answers" in asked


def test_an_administrator_sees_no_answers_without_a_role(team: Team) -> None:
    account = make_account(team.app, "ada")
    account.administrator = True
    db.session.commit()
    client, token = enter(team.app, "ada")
    opening = [
        page
        for page in pages(team.app)
        if getattr(team.app.view_functions[page.endpoint], "needs_key", False)
        and page.endpoint != "manage.give_key"  # handing on one's own key, for who has one
    ]
    assert len(opening) > 3
    for page in opening:
        assert ADMINISTRATOR not in page.roles, page
        assert refused(ask(team.app, client, page, token)), page


def test_a_disabled_account_is_out_at_its_next_click(team: Team) -> None:
    client, _token = enter(team.app, "sam")
    assert client.get("/team/").status_code == 200
    db.session.refresh(team.account)
    team.account.active = False
    db.session.commit()
    assert client.get("/team/").headers["Location"] == "/team/sign-in"
