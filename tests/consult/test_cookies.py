"""S29: cookies come with Start and not before, have the marks of their place, and tell nothing."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from consult import intake
from consult.models.session import Visit
from consult.settings import Settings
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.consult.conftest import Start
from tests.visitor import Visitor


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.mark.parametrize("held", ["", "x", "=", "é", "a" * 43, "A" * 4000, "'; DROP TABLE visit; --"])
def test_a_cookie_that_is_not_ours_is_a_person_without_a_visit(team: Team, held: str) -> None:
    client = team.app.test_client(use_cookies=False)
    for name in ("s", "w"):
        for path in (f"/s/{team.survey.slug}", "/team/sign-in", "/privacy"):
            response = client.get(path, headers={"Cookie": f'{name}="{held}"'})
            assert response.status_code == 200


def test_no_page_that_anybody_may_read_sets_a_cookie(team: Team, client: FlaskClient) -> None:
    slug = team.survey.slug
    for path in (
        "/",
        f"/about/{slug}",
        f"/about/{slug}/questions",
        f"/about/{slug}/questions/none.pdf",
        f"/back/{slug}",
        f"/after/{team.consultation.slug}",
        f"/standards/{team.consultation.slug}",
        f"/standards/{team.consultation.slug}/check",
        "/safety",
        "/support",
        "/privacy",
        "/accessibility",
        "/none",
        f"/s/{slug}",
    ):
        assert "Set-Cookie" not in client.get(path).headers, path
    assert db.session.scalar(select(func.count()).select_from(Visit)) == 0


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-s"), (False, "s")])
def test_the_cookie_has_the_attributes_of_its_place_and_no_others(
    team: Team, settings: Settings, start: Start, secure: bool, name: str
) -> None:
    client = start(intake.create_app, replace(settings, secure_cookies=secure)).test_client()
    base = "https://localhost" if secure else "http://localhost"
    slug = team.survey.slug
    team.session.rollback()
    page = client.get(f"/about/{slug}", base_url=base)
    token = re.search(r'name="start_token" value="([^"]+)"', page.text)
    assert token is not None
    response = client.post(
        f"/s/{slug}",
        data={"start_token": token[1]},
        base_url=base,
        headers={"Referer": f"{base}/about/{slug}"},
    )
    assert response.status_code == 303
    found = attributes(response)
    value = str(found.pop(name))
    assert found == {"httponly": True, "samesite": "Strict", "path": "/"} | (
        {"secure": True} if secure else {}
    )
    assert len(base64.b64decode(value + "=", altchars=b"-_", validate=True)) == 32


def test_one_installation_gives_the_web_and_its_onion_address_a_cookie_each_can_keep(
    team: Team, settings: Settings, start: Start
) -> None:
    """vault.md 13: without Secure only on loopback and .onion; there also no promise of HTTPS."""
    own = replace(settings, secure_cookies=True, hosts=("localhost", "abc234.onion"))
    app = start(intake.create_app, own)
    slug = team.survey.slug
    team.session.rollback()
    for base, name, secure in (("https://localhost", "__Host-s", True), ("http://abc234.onion", "s", False)):
        client = app.test_client()
        page = client.get(f"/about/{slug}", base_url=base)
        assert ("Strict-Transport-Security" in page.headers) is secure
        token = page.text.split('name="start_token" value="')[1].split('"')[0]
        response = client.post(
            f"/s/{slug}",
            data={"start_token": token},
            base_url=base,
            headers={"Referer": f"{base}/about/{slug}"},
        )
        found = attributes(response)
        assert found.pop(name)
        assert found == {"httponly": True, "samesite": "Strict", "path": "/"} | (
            {"secure": True} if secure else {}
        )
        assert "Before you start" in client.get(f"/s/{slug}", base_url=base).text


def test_two_cookies_have_nothing_in_common(team: Team) -> None:
    held = set()
    for _ in range(4):
        visitor = Visitor(team.app.test_client())
        visitor.visit(f"/about/{team.survey.slug}")
        visitor.press("Start")
        found = visitor.client.get_cookie("s")
        assert found is not None
        held.add(base64.urlsafe_b64decode(found.value + "="))
    assert len({secret[:4] for secret in held}) == 4
    assert len({secret[-4:] for secret in held}) == 4


def attributes(response: TestResponse) -> dict[str, str | bool]:
    """The one cookie of an answer: its name and value, and each attribute that is set."""
    (header,) = response.headers.getlist("Set-Cookie")
    ((name, morsel),) = SimpleCookie(header).items()
    return {name: morsel.value} | {key: value for key, value in morsel.items() if value}
